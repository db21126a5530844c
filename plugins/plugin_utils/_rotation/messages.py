# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages about a rotation: the report of one that succeeded, and the verdict on one that failed."""

from __future__ import annotations

import typing as t

from ...module_utils._change.age import ISC
from ...module_utils._errors import IscError
from ...module_utils._outcomes import (
    ACCEPTED,
    AT_HOOK_AFTER,
    AT_SET,
    AT_STORE,
    FAILED,
    FINISHED,
    NOT_SENT,
    REFUSED,
    UNKNOWN,
)
from .options import NOTHING_SENT
from .rotation import Problem, Rotation, read_change
from .steps import NOTHING, NOTIFY, PROVE, RESEND, STORE


def report(rotation: Rotation, check_mode: bool) -> str:
    """Return the sentence about a rotation that succeeded."""
    return f"{_who(rotation)}: {_report(rotation, check_mode)}"


def verdict(rotation: Rotation) -> str:
    """Return the sentences about a failed rotation: the cause, and the consequence for the password."""
    cause = f"{_who(rotation)}: {rotation.problem}"
    return cause if cause.endswith(NOTHING_SENT) else f"{cause} {_consequence(rotation)}".rstrip()


def interrupted(rotation: Rotation, error: IscError) -> str:
    """Return the sentences about an interrupted rotation, and record the interruption in *rotation*.

    :param error: the state of the change, see ``interrupted_error`` in ``_change/flow.py``.
    """
    outcome = str(error.details["outcome"])
    if outcome in (NOT_SENT, FINISHED):
        again = f" {_FINISHES}" if outcome == FINISHED and rotation.options.has_store else ""
        return f"{_who(rotation)}: {error.explanation}{again}"
    rotation.fail(Problem.of(error, AT_SET), outcome)
    if "state" in error.details:
        rotation.change = read_change(error.details)
    return verdict(rotation)


_FINISHES = "Run this again: it finishes the pending password, and generates no other."


def _who(rotation: Rotation) -> str:
    options = rotation.options
    return f"{options['user_name'] or '?'} on {options['source_name'] or '?'}"


def _report(rotation: Rotation, check_mode: bool) -> str:
    outcome, change = rotation.outcome, rotation.change
    if rotation.due == STORE or (rotation.due == PROVE and not check_mode):
        return f"the pending password {'is now the current one' if outcome == FINISHED else 'was discarded'}"
    if rotation.due == PROVE:
        return f"the source {rotation.options['update_source']} would be asked which password is in effect (check mode)"
    if rotation.due == NOTIFY and rotation.options["update_source"] is not None:
        done = "would get" if check_mode else "got"
        return f"unchanged, and the source {rotation.options['update_source']} {done} the password"
    if rotation.due == NOTIFY:
        return f"unchanged, only the hook after the change {'is due' if check_mode else 'was run'}"
    if rotation.due == NOTHING and not rotation.changed:
        return f"unchanged, {rotation.reason}{_age(rotation)}"
    if check_mode:
        return f"would be set{_elsewhere(rotation)} (check mode, nothing was sent){_age(rotation)}"
    if outcome == ACCEPTED:
        return f"accepted, request {change.request_id if change else None}, not waited for"
    account_id = rotation.account.account_id if rotation.account else ""
    sources = len(change.source_ids) if change else 0
    where = f" on {sources} sources of a password sync group" if sources > 1 else ""
    return f"set for {account_id}{where}{_age(rotation)}"


def _age(rotation: Rotation) -> str:
    """Return what ISC knows about the age and how outdated that may be, as sentences to append."""
    age = rotation.age
    if age is None or age.age_from != ISC:
        return ""
    return f". {'Before this run: ' if rotation.changed else ''}{age.explanation}"


def _elsewhere(rotation: Rotation) -> str:
    """Return the other sources of the sync group, where the password would change too."""
    group = rotation.sync_group
    if not group or not group["sources"]:
        return ""
    names = ", ".join(each["source_name"] or each["source_id"] for each in group["sources"])
    return f", also on any account that the identity has on {names} (password sync group {group['name']})"


def _consequence(rotation: Rotation) -> str:
    outcome, problem = rotation.outcome, t.cast(Problem, rotation.problem)
    if outcome == FINISHED and problem.step == AT_STORE:
        return (
            "The password was changed, and the store could not be updated: it still holds the new password as "
            '"pending". Run this again, which finishes that.'
        )
    if problem.step == AT_HOOK_AFTER and rotation.options["update_source"] is not None:
        return (
            f"The password was changed and stored. The source {rotation.options['update_source']} may not have it yet, "
            "and then ISC can't connect to it. Run this again, which does only what follows the change."
        )
    if problem.step == AT_HOOK_AFTER and not rotation.options.has_store:
        return "The password was changed. The hook after the change failed."
    if problem.step == AT_HOOK_AFTER:
        return (
            "The password was changed and stored. The hook after the change failed. Run this again, which runs only "
            "that hook."
        )
    if outcome == REFUSED:
        return "The password was not changed; the previous one is still valid."
    if outcome == NOT_SENT:
        return "This run sent nothing."
    return _consequence_of_failure(rotation) if outcome == FAILED else _consequence_of_unknown(rotation)


def _consequence_of_failure(rotation: Rotation) -> str:
    reached = len(rotation.change.source_ids) if rotation.change else 0
    if reached > 1:
        said = f"Of the {reached} sources that the change reached, some may have taken the new password."
    elif rotation.sync_group and rotation.sync_group["sources"]:
        said = "The source is in a password sync group, and other sources of it may have taken the new password."
    else:
        said = "The password was not changed."
    if rotation.options.has_store:
        current = "the current password, and " if rotation.current else ""
        said += f' The store keeps {current}the one that failed among "discarded".'
    return said


def _consequence_of_unknown(rotation: Rotation) -> str:
    said = "Whether the new password or the previous one is in effect is not known."
    if not rotation.options.has_store:
        return "" if "Find out" in str(rotation.problem) else f"{said} Find out before you set it again."
    pending = rotation.pending
    both_or_new = 'both, as "pending" and "current"' if rotation.current else 'the new one as "pending"'
    said += f" The store keeps {both_or_new}."
    resumes = pending is not None and pending.request_id is not None
    resends = pending is not None and not pending.inconclusive and rotation.options["on_unknown"] == RESEND
    if rotation.outcome == UNKNOWN and (resumes or resends):
        said += f" {_FINISHES}"
    if pending is not None and "rotate_password_settle_pending" not in str(rotation.problem):
        said += (
            " If you know which one is in effect, set rotate_password_settle_pending to commit (the pending one) or "
            "discard."
        )
    return said
