# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that people read about a rotation."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import sent_error, unsent_error
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, OutcomeUnknownError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.messages import interrupted, report, verdict
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import RotationOptions
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Problem, Rotation
from support.rotations import ACCOUNT, INCONCLUSIVE, KNOWN, OLD, PENDING, UNSURE, rotation

WHO = "svc-backup on Active Directory: "
RECORD = Record(ACCOUNT, OLD)
DONE = Change("request-1", "FINISHED", (), ("source",))
SOURCES = [{"source_id": "a", "source_name": "LDAP"}, {"source_id": "b", "source_name": ""}]
GROUP = {"name": "Everywhere", "sources": SOURCES}


def made(record=RECORD, hooks=(), given=None, **more):
    """Return a rotation in some state."""
    one = rotation(record, hooks, **(given or {}))
    for name, value in more.items():
        setattr(one, name, value)
    return one


def reported(check_mode=False, **more):
    said = report(made(**more), check_mode)
    assert said.startswith(WHO)
    return said[len(WHO) :]


def judged(outcome, step="set", record=RECORD, message="It did not work.", hint=None, **more):
    """Return the verdict on a failed rotation, without the name of the account and the problem."""
    said = verdict(made(record, outcome=outcome, problem=Problem(message, hint, step), **more))
    told = f"{WHO}{' '.join(filter(None, (message, hint)))}"
    assert said.startswith(told)
    return said[len(told) :].lstrip()


SET = {"due": steps.SET, "changed": True, "account": ACCOUNT}


def test_a_finished_change():
    assert reported(**SET, outcome="finished", change=DONE) == "set for CN=svc-backup"
    group = DONE._replace(source_ids=("a", "b", "c"))
    assert reported(**SET, outcome="finished", change=group) == (
        "set for CN=svc-backup on 3 sources of a password sync group"
    )


def test_an_accepted_change():
    running = Change("request-1", "IN_PROGRESS")
    assert reported(**SET, outcome="accepted", change=running) == "accepted, request request-1, not waited for"
    assert reported(**SET, outcome="accepted") == "accepted, request None, not waited for"


def test_a_predicted_change():
    for more in ({}, {"outcome": "accepted"}, {"sync_group": {**GROUP, "sources": []}}):
        message = reported(True, **{**SET, "outcome": "finished", **more})
        assert message == "would be set (check mode, nothing was sent)"
    assert reported(True, **SET, outcome="finished", sync_group=GROUP) == (
        "would be set, also on any account that the identity has on LDAP, b (password sync group Everywhere) (check "
        "mode, nothing was sent)"
    )


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_unchanged_password(check_mode):
    unchanged = {"due": steps.NOTHING, "outcome": "unchanged", "reason": "the store holds a password"}
    assert reported(check_mode, **unchanged) == "unchanged, the store holds a password"
    # A second round without a change does not hide that of the first one.
    changed = {**unchanged, "changed": True, "account": ACCOUNT, "change": DONE}
    assert reported(**changed) == "set for CN=svc-backup"


def test_a_settled_password_and_a_repeated_hook():
    assert reported(due=steps.STORE, outcome="finished") == "the pending password is now the current one"
    assert reported(due=steps.STORE, outcome="unchanged") == "the pending password was discarded"
    assert reported(due=steps.NOTIFY, outcome="unchanged") == "unchanged, only the hook after the change was run"


SOURCE = {"update_source": "Active Directory"}


def test_the_updated_source_is_named():
    notify = {"due": steps.NOTIFY, "outcome": "unchanged", "given": SOURCE}
    assert reported(**notify) == "unchanged, and the source Active Directory got the password"
    assert reported(True, **notify) == "unchanged, and the source Active Directory would get the password"
    prove = {"due": steps.PROVE, "given": SOURCE}
    assert reported(**prove, outcome="unchanged") == "the pending password was discarded"
    assert reported(**prove, outcome="finished", changed=True) == "the pending password is now the current one"
    said = "the source Active Directory would be asked which password is in effect (check mode)"
    assert reported(True, **prove) == said
    assert judged("finished", "hook_after", given=SOURCE) == (
        "The password was changed and stored. The source Active Directory may not have it yet, and then ISC can't "
        "connect to it. Run this again, which does only what follows the change."
    )


def test_a_refused_password_leaves_the_previous_one():
    # The hint already says that nothing was sent.
    assert judged("refused", "options", message="It is missing.", hint="Nothing was sent to ISC.") == ""
    assert judged("refused") == "The password was not changed; the previous one is still valid."
    assert judged("not_sent") == "This run sent nothing."
    # Missing names are question marks.
    nobody = Rotation(RotationOptions.unchecked({}))
    nobody.fail(Problem("Both are missing.", "Nothing was sent to ISC.", "options"))
    assert verdict(nobody) == "? on ?: Both are missing. Nothing was sent to ISC."


def test_a_failed_commit_is_finished_by_the_next_run():
    said = judged("finished", "store", RECORD._replace(pending=KNOWN))
    assert said == (
        "The password was changed, and the store could not be updated: it still holds the new password as "
        '"pending". Run this again, which finishes that.'
    )


def test_a_failed_hook_is_repeated_if_there_is_a_store():
    assert judged("finished", "hook_after", hooks=("after_change",)) == (
        "The password was changed and stored. The hook after the change failed. Run this again, which runs only that "
        "hook."
    )
    not_kept = {"store": "none", "value": "Given-1"}
    assert judged("finished", "hook_after", given=not_kept) == (
        "The password was changed. The hook after the change failed."
    )


KEPT = ' The store keeps the current password, and the one that failed among "discarded".'
SOME = "Of the 2 sources that the change reached, some may have taken the new password."


@pytest.mark.parametrize(
    ("reached", "given", "said"),
    [
        (("a",), {}, f"The password was not changed.{KEPT}"),
        ((), {}, f"The password was not changed.{KEPT}"),
        (("a", "b"), {}, f"{SOME}{KEPT}"),
        (("a",), {"store": "none", "value": "Given-1"}, "The password was not changed."),
        (("a", "b"), {"store": "none", "value": "Given-1"}, SOME),
    ],
)
def test_a_failed_change(reached, given, said):
    change = Change("request-1", "FAILED", ("No.",), reached)
    assert judged("failed", "wait", given=given, change=change) == said


def test_a_failed_or_unknown_first_password():
    assert judged("failed", "wait", Record(ACCOUNT)) == (
        'The password was not changed. The store keeps the one that failed among "discarded".'
    )
    assert judged("unknown", "wait", Record(ACCOUNT, pending=UNSURE)) == (
        f'{NOT_KNOWN} The store keeps the new one as "pending".{RUN_AGAIN}{SETTLE}'
    )


NOT_KNOWN = "Whether the new password or the previous one is in effect is not known."
BOTH = ' The store keeps both, as "pending" and "current".'
RUN_AGAIN = " Run this again: it finishes the pending password, and generates no other."
SETTLE = (
    " If you know which one is in effect, set rotate_password_settle_pending to commit (the pending one) or discard."
)


@pytest.mark.parametrize(
    ("pending", "given", "said"),
    [
        (KNOWN, {}, RUN_AGAIN + SETTLE),
        (UNSURE, {}, RUN_AGAIN + SETTLE),
        # The option only stops resending. The change is still waited for.
        (KNOWN, {"on_unknown": "fail"}, RUN_AGAIN + SETTLE),
        (UNSURE, {"on_unknown": "fail"}, SETTLE),
        (INCONCLUSIVE, {}, SETTLE),
    ],
)
def test_an_unknown_outcome_says_how_to_go_on(pending, given, said):
    assert judged("unknown", "wait", RECORD._replace(pending=pending), given=given) == NOT_KNOWN + BOTH + said


def test_an_unknown_outcome_repeats_no_hint():
    hint = steps.FIND_OUT
    assert judged("unknown", "wait", RECORD._replace(pending=INCONCLUSIVE), hint=hint) == NOT_KNOWN + BOTH
    given = {"store": "none", "value": "Given-1"}
    assert judged("unknown", given=given) == f"{NOT_KNOWN} Find out before you set it again."
    assert judged("unknown", given=given, hint="Find out whether it is in effect.") == ""


def interruption_message(error, record=RECORD, **given):
    """Return the message about an interrupted rotation, without the name of the account."""
    said = interrupted(made(record, given=given), error)
    assert said.startswith(WHO)
    return said[len(WHO) :]


BOTH_KEPT = (
    'Whether the new password or the previous one is in effect is not known. The store keeps both, as "pending" and '
    '"current". Run this again: it finishes the pending password, and generates no other. If you know which one is in '
    "effect, set rotate_password_settle_pending to commit (the pending one) or discard."
)
SENDING = OutcomeUnknownError("It was sent.", outcome="unknown", step="set")


def test_interrupted_before_sending_or_after_a_refusal():
    assert interruption_message(unsent_error()) == (
        "The run was interrupted before it sent the password. Run it again."
    )
    error = IscError("No.", outcome="refused", step="set")
    assert interruption_message(error) == "No. The password was not changed; the previous one is still valid."


@pytest.mark.parametrize("pending", [PENDING, KNOWN])
def test_interrupted_while_sending_or_waiting(pending):
    record = RECORD._replace(pending=pending)
    assert interruption_message(SENDING, record) == f"It was sent. {BOTH_KEPT}"
    said = interruption_message(sent_error(Change("request-1", "IN_PROGRESS")), record)
    assert said.startswith("The run was interrupted after ISC had accepted the password change; whether it will ")
    assert said.endswith(f"request_id request-1. {BOTH_KEPT}")


def test_interrupted_without_a_store():
    record = RECORD._replace(pending=PENDING)
    assert interruption_message(SENDING, record, store="none", value=PENDING.password) == (
        "It was sent. Whether the new password or the previous one is in effect is not known. Find out before you set "
        "it again."
    )


@pytest.mark.parametrize(("store", "what_next"), [("file", True), ("none", False)])
def test_interrupted_after_the_password_was_set(store, what_next):
    said = interruption_message(sent_error(DONE), RECORD._replace(pending=KNOWN), store=store, value=KNOWN.password)
    again = " Run this again: it finishes the pending password, and generates no other."
    assert said == (
        f"The run was interrupted after ISC had reported that the password is set.{again if what_next else ''}"
    )
