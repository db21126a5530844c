# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read about a rotation."""

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
GROUP = {
    "name": "Everywhere",
    "sources": [{"source_id": "a", "source_name": "LDAP"}, {"source_id": "b", "source_name": ""}],
}


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
    """Return what is said of a rotation that has failed, after the name of the account and the problem."""
    said = verdict(made(record, outcome=outcome, problem=Problem(message, hint, step), **more))
    told = f"{WHO}{' '.join(filter(None, (message, hint)))}"
    assert said.startswith(told)
    return said[len(told) :].lstrip()


SET = {"due": steps.SET, "changed": True, "account": ACCOUNT}


def test_what_was_set():
    assert reported(**SET, outcome="finished", change=DONE) == "set for CN=svc-backup"
    group = DONE._replace(source_ids=("a", "b", "c"))
    assert reported(**SET, outcome="finished", change=group) == (
        "set for CN=svc-backup on 3 sources of a password sync group"
    )


def test_what_is_not_waited_for():
    running = Change("request-1", "IN_PROGRESS")
    assert reported(**SET, outcome="accepted", change=running) == "accepted, request request-1, not waited for"
    assert reported(**SET, outcome="accepted") == "accepted, request None, not waited for"


def test_what_would_be_set():
    assert reported(True, **SET, outcome="finished") == "would be set (check mode, nothing was sent)"
    assert reported(True, **SET, outcome="accepted") == "would be set (check mode, nothing was sent)"
    assert reported(True, **SET, outcome="finished", sync_group={**GROUP, "sources": []}) == (
        "would be set (check mode, nothing was sent)"
    )
    assert reported(True, **SET, outcome="finished", sync_group=GROUP) == (
        "would be set, also on any account that the identity has on LDAP, b (password sync group Everywhere) (check "
        "mode, nothing was sent)"
    )


@pytest.mark.parametrize("check_mode", [False, True])
def test_nothing_is_due(check_mode):
    unchanged = {"due": steps.NOTHING, "outcome": "unchanged", "reason": "the store holds a password"}
    assert reported(check_mode, **unchanged) == "unchanged, the store holds a password"


def test_a_second_round_that_had_nothing_to_do_does_not_hide_the_first():
    assert reported(due=steps.NOTHING, outcome="unchanged", changed=True, account=ACCOUNT, change=DONE) == (
        "set for CN=svc-backup"
    )


def test_what_was_settled():
    assert reported(due=steps.STORE, outcome="finished") == "the pending password is now the current one"
    assert reported(due=steps.STORE, outcome="unchanged") == "the pending password was discarded"


def test_only_the_hook_was_run():
    assert reported(due=steps.NOTIFY, outcome="unchanged") == "unchanged, only the hook after the change was run"


SOURCE = {"update_source": "Active Directory"}


def test_the_source_that_takes_the_password_is_named():
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


def test_what_was_sent_nowhere_says_so_once():
    assert judged("refused", "options", message="It is missing.", hint="Nothing was sent to ISC.") == ""


def test_without_names_there_is_a_mark_in_their_place():
    nobody = Rotation(RotationOptions.unchecked({}))
    nobody.fail(Problem("Both are missing.", "Nothing was sent to ISC.", "options"))
    assert verdict(nobody) == "? on ?: Both are missing. Nothing was sent to ISC."


def test_a_refused_password_leaves_the_previous_one():
    assert judged("refused") == "The password was not changed; the previous one is still valid."
    assert judged("not_sent") == "This run sent nothing."


def test_a_password_that_is_set_and_not_stored_is_finished_by_the_next_run():
    said = judged("finished", "store", RECORD._replace(pending=KNOWN))
    assert said == (
        "The password was changed, and the store could not be updated: it still holds the new password as "
        '"pending". Run this again, which finishes that.'
    )


def test_a_hook_that_failed_after_the_change_is_repeated_where_that_is_known():
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
def test_what_failed(reached, given, said):
    change = Change("request-1", "FAILED", ("No.",), reached)
    assert judged("failed", "wait", given=given, change=change) == said


def test_before_the_first_password_only_what_failed_is_kept():
    assert judged("failed", "wait", Record(ACCOUNT)) == (
        'The password was not changed. The store keeps the one that failed among "discarded".'
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
        # It is waited for whatever the option says; only sending it again is not done.
        (KNOWN, {"on_unknown": "fail"}, RUN_AGAIN + SETTLE),
        (UNSURE, {"on_unknown": "fail"}, SETTLE),
        (INCONCLUSIVE, {}, SETTLE),
    ],
)
def test_what_is_not_known_tells_how_to_go_on(pending, given, said):
    assert judged("unknown", "wait", RECORD._replace(pending=pending), given=given) == NOT_KNOWN + BOTH + said


def test_before_the_first_password_the_store_has_only_one():
    assert judged("unknown", "wait", Record(ACCOUNT, pending=UNSURE)) == (
        f'{NOT_KNOWN} The store keeps the new one as "pending".{RUN_AGAIN}{SETTLE}'
    )


def test_what_the_problem_says_already_is_not_said_again():
    hint = steps.FIND_OUT
    assert judged("unknown", "wait", RECORD._replace(pending=INCONCLUSIVE), hint=hint) == NOT_KNOWN + BOTH


def test_what_is_not_known_and_not_stored_is_for_people_to_find_out():
    given = {"store": "none", "value": "Given-1"}
    assert judged("unknown", given=given) == f"{NOT_KNOWN} Find out before you set it again."
    assert judged("unknown", given=given, hint="Find out whether it is in effect.") == ""


def said_at_an_interruption(error, record=RECORD, **given):
    """Return what is said after the name of the account when a rotation is interrupted."""
    said = interrupted(made(record, given=given), error)
    assert said.startswith(WHO)
    return said[len(WHO) :]


BOTH_KEPT = (
    'Whether the new password or the previous one is in effect is not known. The store keeps both, as "pending" and '
    '"current". Run this again: it finishes the pending password, and generates no other. If you know which one is in '
    "effect, set rotate_password_settle_pending to commit (the pending one) or discard."
)
SENDING = OutcomeUnknownError("It was sent.", outcome="unknown", step="set")


def test_interrupted_before_anything_was_sent():
    assert said_at_an_interruption(unsent_error()) == (
        "The run was interrupted before it sent the password. Run it again."
    )


@pytest.mark.parametrize("pending", [PENDING, KNOWN])
def test_interrupted_while_it_is_sent_or_waited_for(pending):
    record = RECORD._replace(pending=pending)
    assert said_at_an_interruption(SENDING, record) == f"It was sent. {BOTH_KEPT}"
    said = said_at_an_interruption(sent_error(Change("request-1", "IN_PROGRESS")), record)
    assert said.startswith("The run was interrupted after ISC had accepted the password change; whether it will ")
    assert said.endswith(f"request_id request-1. {BOTH_KEPT}")


def test_interrupted_without_a_store():
    record = RECORD._replace(pending=PENDING)
    assert said_at_an_interruption(SENDING, record, store="none", value=PENDING.password) == (
        "It was sent. Whether the new password or the previous one is in effect is not known. Find out before you set "
        "it again."
    )


@pytest.mark.parametrize(("store", "what_next"), [("file", True), ("none", False)])
def test_interrupted_once_it_is_set(store, what_next):
    said = said_at_an_interruption(sent_error(DONE), RECORD._replace(pending=KNOWN), store=store, value=KNOWN.password)
    again = " Run this again: it finishes the pending password, and generates no other."
    assert said == (
        f"The run was interrupted after ISC had reported that the password is set.{again if what_next else ''}"
    )


def test_interrupted_when_isc_had_refused_it():
    error = IscError("No.", outcome="refused", step="set")
    assert said_at_an_interruption(error) == "No. The password was not changed; the previous one is still valid."
