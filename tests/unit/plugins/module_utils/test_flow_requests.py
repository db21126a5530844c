# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that a flow sends, and what it logs and when."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import Leave, Logs, Resume, Send
from ansible_collections.community.sailpoint.plugins.module_utils._change.sync_group import SyncGroup
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ConnectError,
    InputError,
    JournalError,
    OutcomeUnknownError,
    SyncGroupError,
)
from support.flows import (
    FAILED,
    FINISHED,
    LOST,
    NOT_FOUND,
    POLLING,
    QUERIED,
    RUNNING,
    START,
    TARGET,
    PerformedFlow,
    RecordedLog,
    api_error,
    rate_limited,
)
from support.modules import EPOCH

OTHER = "Silent-Lagoon-77"


def test_the_log_is_written_before_and_after_each_request():
    run = PerformedFlow(status=[RUNNING, FINISHED])
    written = []
    for _each in range(4):
        run.next()
        written.append(run.log.steps[:])
    assert written == [[], ["sending", "accepted"], ["sending", "accepted"], ["sending", "accepted", "ended"]]
    assert run.log.told == [("sending", "s", "CN=abby"), ("accepted", RUNNING), ("ended", FINISHED)]


def test_the_log_is_written_before_the_change_is_sent():
    run = PerformedFlow()
    sent = []
    run.log.sending = lambda source_id, account_id: sent.append((source_id, account_id, run.client.calls[:]))
    run.next(2)
    assert sent == [("s", "CN=abby", ["query"])]
    assert run.client.calls == ["query", "set"]


@pytest.mark.parametrize(("end", "outcome"), [(FINISHED, "finished"), (FAILED, "failed")])
def test_a_change_that_ends_at_once_is_logged_as_accepted_and_ended(end, outcome):
    run = PerformedFlow(set=[end])
    run.next(2)
    assert run.log.told[1:] == [("accepted", end), ("ended", end)]
    assert run.flow.outcome == outcome


def test_a_change_that_cannot_be_logged_is_not_sent():
    full = JournalError("The journal is full.")
    run = PerformedFlow(log=RecordedLog(full))
    assert run.next(2).message == full.message
    assert run.client.calls == ["query"]
    assert run.log.told == []
    assert (run.flow.outcome, run.flow.step) == ("refused", "store")


@pytest.mark.parametrize(
    ("response", "step"),
    [
        (api_error(400), "refused"),
        (ConnectError("No."), "refused"),
        (rate_limited(), "refused"),
        (LOST, "unknown"),
        (api_error(503), "unknown"),
        ({}, "unknown"),
    ],
)
def test_the_outcome_of_sending_is_logged(response, step):
    run = PerformedFlow(set=[response])
    error = run.next(2)
    assert run.log.steps == ["sending", step]
    assert run.log.told[1][1].as_result() == error.as_result()
    assert isinstance(error, OutcomeUnknownError) is (step == "unknown")


def test_check_mode_logs_nothing_about_an_earlier_change():
    run = PerformedFlow(decide=lambda target: Resume(RUNNING, EPOCH), check_mode=True)
    run.next(2)
    assert (run.flow.outcome, run.log.told) == ("finished", [])


def test_the_password_is_encrypted():
    sent = []
    run = PerformedFlow()
    call = run.client.call
    run.client.call = lambda operation, **more: sent.append(more.get("json")) or call(operation, **more)
    run.next(2)
    assert sent[0] == {"userName": "abby", "sourceName": "AD"}
    encrypted = sent[1].pop("encryptedPassword")
    assert len(base64.b64decode(encrypted, validate=True)) == 256
    assert sent[1] == {"identityId": "i", "publicKeyId": "k", "accountId": "CN=abby", "sourceId": "s"}


def test_an_account_with_ids_needs_no_query():
    ids = {"identity_id": "i", "source_id": "s", "public_key_id": "k", "public_key": QUERIED["publicKey"]}
    run = PerformedFlow(**ids, account_id="CN=given", user_name=None, source_name=None)
    assert run.flow.needs_no_request
    assert run.next().target.account_id == "CN=given"
    assert run.client.calls == []
    assert not run.flow.needs_no_request
    assert not PerformedFlow().flow.needs_no_request


def test_a_status_read_has_a_deadline_and_keeps_known_fields():
    run = PerformedFlow(set=[Change("r", "IN_PROGRESS", (), ("s", "t"))], status=[Change(None, "FINISHED")])
    run.time.now += 7
    assert run.next(3) == Change("r", "FINISHED", (), ("s", "t"))
    assert run.client.deadlines == [START + 7 + POLLING.timeout]


def test_without_waiting_a_status_read_has_no_deadline():
    run = PerformedFlow(decide=lambda target: Resume(RUNNING, EPOCH), polling=None)
    run.next(2)
    assert run.client.deadlines == [None]


def test_the_decision_is_made_once_and_before_the_password_is_used():
    targets = []

    def decide(target):
        targets.append(target)
        return Leave(FINISHED)

    assert PerformedFlow(decide=decide, password="x" * 1000).next().decision == Leave(FINISHED)
    assert targets == [TARGET]
    refused = PerformedFlow(decide=decide, query=[api_error(400)])
    refused.next()
    assert len(targets) == 1


def test_the_decision_may_bring_the_password():
    run = PerformedFlow(decide=lambda target: Send(OTHER), password=None)
    found = run.next()
    assert (found.decision, run.flow.kind, run.flow.password) == (None, "set", OTHER)
    run.next(2)
    assert run.client.passwords == [None, OTHER, OTHER]


def test_the_password_of_a_forgotten_earlier_change_is_masked_and_set_again():
    how = Resume(RUNNING, EPOCH - 3600, set_if_forgotten=True, password=OTHER)
    run = PerformedFlow(decide=lambda target: how, password=None, status=[NOT_FOUND])
    assert run.next().decision is how
    assert run.flow.password == OTHER
    run.next(3)
    assert run.client.calls == ["query", "status", "set"]
    assert run.client.passwords == [None, OTHER, OTHER]
    assert (run.flow.kind, run.flow.password) == ("status", OTHER)


def test_several_logs_are_written_in_order_until_one_fails():
    written = []

    def log(name, fails=False):
        made = RecordedLog(JournalError("Full.") if fails else None)
        for step in ("sending", "accepted", "refused", "ended", "unknown"):
            tell = getattr(made, step)
            setattr(made, step, lambda *what, step=step, tell=tell: (written.append((name, step)), tell(*what)))
        return made

    run = PerformedFlow(log=Logs([log("store"), log("journal")]))
    run.next(3)
    steps = ("sending", "accepted", "ended")
    assert written == [(name, step) for step in steps for name in ("store", "journal")]
    written.clear()
    PerformedFlow(log=Logs([log("store"), log("journal")]), set=[LOST]).next(2)
    PerformedFlow(log=Logs([log("store"), log("journal")]), query=[api_error(400)]).next()
    assert written[2:] == [(name, step) for step in ("unknown", "refused") for name in ("store", "journal")]
    written.clear()
    full = PerformedFlow(log=Logs([log("store", fails=True), log("journal")]))
    full.next(2)
    assert written == [("store", "sending")]
    assert full.client.calls == ["query"]


class Groups:
    """Stands in for SyncGroups: returns or raises the given responses in order."""

    def __init__(self, *responses):
        self.responses = list(responses)
        self.asked = []

    def warning_for(self, *asked):
        self.asked.append(asked)
        response = self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response


def test_a_sync_group_is_looked_up_and_reported():
    group = SyncGroup("Directory")
    groups = Groups((group, "It changes elsewhere too."))
    run = PerformedFlow(groups=groups, sync_group="warn")
    found = run.next()
    assert (found.sync_group, found.warnings) == (group, ("It changes elsewhere too.",))
    assert groups.asked == [("s", "warn", False)]
    assert (run.flow.sync_group, run.flow.warnings) == (group, ["It changes elsewhere too."])


def test_a_sync_group_can_refuse_the_change():
    run = PerformedFlow(groups=Groups(SyncGroupError("It changes elsewhere too.")), sync_group="refuse")
    run.next()
    assert (run.flow.outcome, run.flow.step) == ("refused", "query")
    assert run.client.calls == ["query"]


def test_a_retry_after_the_query_does_not_query_again():
    decided = []
    run = PerformedFlow(groups=Groups(LOST, (None, None)), decide=decided.append, retries=1)
    run.next(2)
    assert run.flow.kind == "set"
    assert run.client.calls == ["query"]
    assert len(decided) == 1


def test_a_random_password_fits_the_policy_and_stays_the_same():
    strict = {**QUERIED, "policies": ["passwordMinLength is 30", "passwordMinNumeric is 3"]}
    run = PerformedFlow(
        query=[strict], password=None, groups=Groups(LOST, (None, None)), enforce_policy=True, retries=1
    )
    assert run.flow.password is None
    run.next()
    first = run.flow.password
    assert len(first) >= 30
    run.next()
    assert (run.flow.kind, run.flow.password) == ("set", first)


@pytest.mark.parametrize(("longest", "warned"), [(9, True), (12, False)])
def test_a_short_random_password_causes_a_warning(longest, warned):
    run = PerformedFlow(query=[{**QUERIED, "policies": [f"passwordMaxLength is {longest}"]}], password=None)
    run.next()
    assert [f"only {longest} characters" in text for text in run.flow.warnings] == [True] * warned


def test_a_policy_that_allows_no_safe_random_password_refuses_the_change():
    error = PerformedFlow(query=[{**QUERIED, "policies": ["passwordMaxLength is 1"]}], password=None).next()
    assert isinstance(error, InputError)
    assert error.message.startswith("No password can be generated: passwordMaxLength 1 allows fewer than 8 characters")
    assert "instead of discard" in error.hint
