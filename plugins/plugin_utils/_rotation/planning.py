# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning a rotation: which account, what is due, whether it would be refused, and which files of tasks it takes."""

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
"""What a batch adds to the result of isc_password_info, where ISC was asked how old the password is."""


def choose(options: RotationOptions, info: t.Mapping[str, t.Any]) -> Target:
    """Return the account whose password is rotated.

    :param info: the result of isc_password_info.
    :raises AccountChoiceError: none fits, or more than one does.
    """
    accounts = tuple(Account(**account) for account in info["accounts"])
    chosen = choose_account(accounts, options["account_id"], options["account_name"], PREFIX)
    fields = ("identity_id", "source_id", "public_key_id", "public_key")
    queried = PasswordInfo(**{name: info[name] for name in fields}, accounts=accounts, policies=tuple(info["policies"]))
    return Target(queried, chosen.account_id)


def look_at_pending(rotation: Rotation, client: Client, now: float) -> Change | None:
    """Return the change that an earlier run has sent, as it is now; forget its request if ISC no longer knows it."""
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
    """Plan the rotation, and return sentences of warning.

    :param ask_isc: see ``steps.plan``.
    :raises IscError: see ``Rotation.plan``. Where it isn't known whether the pending password is in effect, the message
        says what ISC has on record.
    """
    before = rotation.pending
    try:
        rotation.plan(target.info.policies, me, client.runtime.time(), ask_isc)
    except RotationUnknownError as error:
        found = on_record(rotation, client, before)
        raise error.replace(message=f"{error.message} {found}") from None
    warnings = [rotation.age_warning]
    if before is not None and rotation.due == SET:
        found = on_record(rotation, client, before)
        warnings.append(f"Whether the pending password was set isn't known, so it is sent again. {found}")
    return [*filter(None, warnings)]


def asking_isc(rotation: Rotation, client: Client, target: Target, check_mode: bool) -> t.Callable[[], KnownAge]:
    """Return what tells how old ISC knows the password of an account to be, when it is called."""
    info, options = rotation.info or {}, rotation.options
    if LAST_SET in info:
        # A batch has asked for all accounts of the source.
        return lambda: KnownAge(ISC, info[LAST_SET])
    max_age = options.wanted().max_age or 0.0
    return lambda: ask_age(client, target.info.source_id, target.account_id, max_age, options["reload"], check_mode)


def on_record(rotation: Rotation, client: Client, pending: PendingPassword | None, only_events: bool = False) -> str:
    """Return what ISC has on record since a password was staged, as sentences."""
    known, since = t.cast(RecordedAccount, rotation.account), client.runtime.time() if pending is None else pending.time
    ids = known.account_id, known.source_id, known.source_name, known.user_name, rotation.identity_id or None
    return find_evidence(client, ChangedAccount(*ids), since, only_events)


def dry_run(rotation: Rotation, client: Client, target: Target, check_mode: bool) -> list[str]:
    """Do what changes nothing of setting the pending password, and return sentences of warning.

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


def files_of(rotation: Rotation, own_store: str, check_mode: bool) -> list[str]:
    """Return the files of tasks that carry the plan out, in order.

    :param own_store: the folder of the user's store, if there is one: its turn comes after each step that moves the
        record.
    """
    options, due, problem = rotation.options, rotation.due, rotation.problem
    failed = ["failed.yml"] if options["on_failure"] is not None else []
    save = ["save.yml"] if own_store and not check_mode else []
    hook = [options["before_change"]] if options["before_change"] is not None else []
    stage = ["stage.yml", *save] if options.stored else []
    prove = ["prove.yml", *save] if rotation.proves else []
    wait = ["wait.yml", *save] if options["wait"] or due == WAIT else []
    after = ["after.yml", *save] if options.is_followed else []
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
        # Only now does a store of tasks keep the outcome.
        steps = [*(save if send else []), *(after if rotation.hook_due and problem is None else [])]
    elif problem is not None or due == NOTHING:
        return failed if problem is not None else []
    else:
        steps = [*before, *send, *after]
    # The next round brings its own end.
    return [*steps, "change.yml"] if rotation.again and not check_mode else [*steps, *failed]
