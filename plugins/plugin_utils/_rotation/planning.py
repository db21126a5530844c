# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning a rotation: the account, what is due, a dry run of it, and the task files that carry it out."""

from __future__ import annotations

import typing as t

from ...module_utils._api.change_records import ChangedAccount, find_evidence
from ...module_utils._api.password_change import Account, Change, PasswordInfo, read_change_status
from ...module_utils._change.age import ISC, KnownAge, ask_age
from ...module_utils._change.poll import is_forgotten
from ...module_utils._change.prepare import Target, choose_account, prepare, warnings_for
from ...module_utils._change.source_credential import check_source
from ...module_utils._change.sync_group import SyncGroups
from ...module_utils._client.client import Client
from ...module_utils._errors import IscError, RotationUnknownError
from .options import PREFIX, RotationOptions
from .owner import RunOwner
from .record import PendingPassword, Record, RecordedAccount
from .rotation import AFTER_BATCH, BEFORE_BATCH, Rotation
from .steps import NOTHING, PROVE, SET, STORE, WAIT, forgotten

LAST_SET = "last_set"
"""The key for the age of the password that a batch adds to the result of ``isc_password_info``."""


def choose(options: RotationOptions, info: t.Mapping[str, t.Any]) -> Target:
    """Return the account whose password is rotated.

    :param info: the result of ``isc_password_info``.
    :raises AccountChoiceError: no account matches, or more than one does.
    """
    accounts = tuple(Account(**account) for account in info["accounts"])
    chosen = choose_account(accounts, options["account_id"], options["account_name"], PREFIX)
    fields = ("identity_id", "source_id", "public_key_id", "public_key")
    queried = PasswordInfo(**{name: info[name] for name in fields}, accounts=accounts, policies=tuple(info["policies"]))
    return Target(queried, chosen.account_id)


def read_pending_change(rotation: Rotation, client: Client, now: float) -> Change | None:
    """Return the current state of the change that an earlier run sent; ``None`` if there is none or it can't be read.

    If ISC has forgotten the request, its id is removed from the record.
    """
    pending = rotation.pending
    if pending is None or pending.request_id is None or rotation.options["settle_pending"]:
        return None
    try:
        return read_change_status(client, pending.request_id, secrets=rotation.passwords)
    except IscError as error:
        if is_forgotten(error, now - pending.time):
            rotation.record = forgotten(t.cast(Record, rotation.record))
        return None


def plan(
    rotation: Rotation, client: Client, target: Target, me: RunOwner, ask_isc: t.Callable[[], KnownAge]
) -> list[str]:
    """Plan the rotation, and return warnings.

    :param ask_isc: see ``steps.plan``.
    :raises IscError: see ``Rotation.plan``. If it isn't known whether the pending password is in effect, the message
        includes what ISC has on record.
    """
    before = rotation.pending
    try:
        rotation.plan(target.info.policies, me, client.runtime.time(), ask_isc)
    except RotationUnknownError as error:
        found = rotation_evidence(rotation, client, before)
        raise error.replace(message=f"{error.message} {found}") from None
    warnings = [rotation.age_warning]
    if before is not None and rotation.due == SET:
        found = rotation_evidence(rotation, client, before)
        warnings.append(f"Whether the pending password was set isn't known, so it is sent again. {found}")
    return [*filter(None, warnings)]


def isc_age_lookup(rotation: Rotation, client: Client, target: Target, check_mode: bool) -> t.Callable[[], KnownAge]:
    """Return a function that looks up the age of the password in ISC."""
    info, options = rotation.info or {}, rotation.options
    if LAST_SET in info:
        # The batch has looked up all accounts of the source.
        return lambda: KnownAge(ISC, info[LAST_SET])
    max_age = options.plan_options().max_age or 0.0
    return lambda: ask_age(client, target.info.source_id, target.account_id, max_age, options["reload"], check_mode)


def rotation_evidence(
    rotation: Rotation, client: Client, pending: PendingPassword | None, only_events: bool = False
) -> str:
    """Return what ISC has on record since the pending password was staged, as sentences."""
    known, since = t.cast(RecordedAccount, rotation.account), client.runtime.time() if pending is None else pending.time
    ids = known.account_id, known.source_id, known.source_name, known.user_name, rotation.identity_id or None
    return find_evidence(client, ChangedAccount(*ids), since, only_events)


def dry_run(rotation: Rotation, client: Client, target: Target, check_mode: bool) -> list[str]:
    """Check everything about setting the pending password that can be checked without changes, and return warnings.

    A password that can't be set must not be staged, and the hook before the change must not run for it.

    :raises IscError: it would certainly be refused.
    """
    pending, options = rotation.pending, rotation.options
    if rotation.due != SET or pending is None:
        return []
    prepared = prepare(pending.password, target, options["enforce_policy"])
    warnings = warnings_for(client, prepared, check_mode=True)
    if options["update_source"] is not None:
        check_source(client, options["update_source"], options["update_source_attribute"])
    group, warning = SyncGroups(client).warning_for(target.info.source_id, options["sync_group"], check_mode)
    rotation.sync_group = None if group is None else group.as_result()
    return [*warnings, *filter(None, (warning, rotation.length_warning))]


def task_files(rotation: Rotation, own_store: str, check_mode: bool) -> list[str]:
    """Return the task files that carry the plan out, in order.

    :param own_store: the folder of the user's store, or an empty string. Its tasks follow each step that updates the
        record.
    """
    options, due, problem = rotation.options, rotation.due, rotation.problem
    failed = ["failed.yml"] if options["on_failure"] is not None else []
    save = ["save.yml"] if own_store and not check_mode else []
    hook = [options["before_change"]] if options["before_change"] is not None else []
    stage = ["stage.yml", *save] if options.has_store else []
    prove = ["prove.yml", *save] if rotation.needs_proof else []
    wait = ["wait.yml", *save] if options["wait"] or due == WAIT else []
    after = ["after.yml", *save] if options.has_follow_up else []
    if check_mode:
        before, send, after = ([*hook, *stage], ["set.yml"], []) if due == SET else ([], [], [])
    else:
        before, send = {
            SET: ([*hook, *stage, *prove], ["set.yml", *save, *wait]),
            PROVE: (prove, []),
            WAIT: ([], wait),
            STORE: (["stage.yml", *save], []),
        }.get(due, ([], []))
    if rotation.part == BEFORE_BATCH:
        return before if problem is None else []
    if rotation.part == AFTER_BATCH:
        # The user's own store could not save the outcome during the batch.
        steps = [*(save if send else []), *(after if rotation.follow_up_due and problem is None else [])]
    elif problem is not None or due == NOTHING:
        return failed if problem is not None else []
    else:
        steps = [*before, *send, *after]
    # The next round adds its own failed.yml.
    return [*steps, "change.yml"] if rotation.another_round and not check_mode else [*steps, *failed]
