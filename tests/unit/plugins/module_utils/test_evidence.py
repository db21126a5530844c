# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ISC's records of a password change: which ones count, and how they are reported."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.change_records import (
    LIST_ACTIVITIES,
    MAX_SHOWN,
    SEARCH_EVENTS,
    TIME_LIMIT,
    ChangedAccount,
    find_evidence,
)
from ansible_collections.community.sailpoint.plugins.module_utils._client.redaction import Redaction
from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import Fields
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    InputError,
    LostResponseError,
    RateLimitError,
)
from support.flows import VirtualTime
from support.modules import EPOCH

DN = "CN=abby,OU=é"
ACCOUNT = ChangedAccount(DN, "s", "AD", "abby", "i")
LATER = "2026-11-24T10:00:03.250Z"
BEFORE = "2026-11-24T09:58:59.000Z"
NOTHING = (
    "ISC's account activities and audit events show no password change of this account since 2026-11-24T10:00:00Z. "
    "They can come late, so that proves nothing."
)
SECRET = "correct horse"


class Script:
    """Stands in for a client: returns scripted responses to the two requests."""

    def __init__(self, activities: Any = (), events: Any = (), took: float = 0.0) -> None:
        self._time = VirtualTime()
        self.runtime = self._time.runtime
        self.requests: list[tuple[Any, dict, Any, float]] = []
        self._responses = {LIST_ACTIVITIES: activities, SEARCH_EVENTS: events}
        self._took = took

    def call_list(self, operation, query, json=None, deadline=None):
        self.requests.append((operation, query, json, deadline))
        self._time.sleep(self._took)
        response = self._responses[operation]
        if isinstance(response, Exception):
            raise response
        return [Fields(each, operation.name, Redaction([SECRET])) for each in response]


def activity(**more):
    items = [{"nativeIdentity": DN, "sourceId": "s"}]
    target = {"id": "i", "identityId": "i", "name": "abby"}
    given = {"id": "a1", "created": LATER, "completionStatus": "SUCCESS", "items": items}
    return {**given, "targetIdentitySummary": target, **more}


def event(**more):
    attributes = {"accountId": DN, "sourceName": "AD", "info": f"Password workflow. Request Id :{'0' * 31}1"}
    given = {"id": "e1", "created": LATER, "technicalName": "USER_PASSWORD_UPDATE_PASSED", "status": "PASSED"}
    return {**given, "target": {"name": "ABBY"}, "attributes": attributes, "trackingNumber": "t1", **more}


def reported(*args, since=EPOCH, account=ACCOUNT, **more):
    return find_evidence(Script(*args, **more), account, since)


def test_a_record_is_reported_with_id_time_and_status():
    assert reported([activity()], [event()]) == (
        "ISC has on record since 2026-11-24T10:00:00Z: account activity a1 of 2026-11-24T10:00:03Z, SUCCESS; audit "
        f"event USER_PASSWORD_UPDATE_PASSED {'0' * 31}1 of 2026-11-24T10:00:03Z, PASSED. That can be somebody else's "
        "change, so nothing is decided by it."
    )


def test_two_requests_ask_for_the_newest_records_and_share_a_deadline():
    script = Script()
    assert find_evidence(script, ACCOUNT, EPOCH) == NOTHING
    deadline = script.runtime.clock() + TIME_LIMIT
    first = {"filters": 'type eq "CloudPasswordRequest"', "sorters": "-created", "limit": "50", "requested-for": "i"}
    body = {
        "indices": ["events"],
        "query": {"query": 'type:PASSWORD_ACTIVITY AND target.name:"abby"'},
        "sort": ["-created"],
    }
    assert script.requests == [
        (LIST_ACTIVITIES, first, None, deadline),
        (SEARCH_EVENTS, {"limit": "50"}, body, deadline),
    ]


@pytest.mark.parametrize(
    "other",
    [
        activity(created=BEFORE),
        activity(created=None),
        activity(created="soon"),
        activity(items=[{"nativeIdentity": "CN=other", "sourceId": "s"}]),
        activity(items=[{"nativeIdentity": DN, "sourceId": "another"}]),
        activity(targetIdentitySummary={"identityId": "another"}),
        activity(items=[], targetIdentitySummary=None),
        activity(items=[{"nativeIdentity": ["x"]}]),
    ],
)
def test_an_activity_of_another_change_is_left_out(other):
    assert reported([other]) == NOTHING


@pytest.mark.parametrize(
    "ours",
    [
        activity(items=[]),
        activity(items=None),
        activity(targetIdentitySummary=None),
        activity(items=[{"nativeIdentity": DN.upper()}]),
        activity(items=[{"nativeIdentity": "CN=other"}, {"nativeIdentity": DN, "sourceId": "s"}]),
        # Clocks may differ by a minute.
        activity(created="2026-11-24T09:59:01Z"),
    ],
)
def test_an_activity_that_may_be_ours_is_reported(ours):
    assert "account activity a1" in reported([ours])


@pytest.mark.parametrize(
    "other",
    [
        event(created=BEFORE),
        event(target={"name": "abby smith"}),
        event(target=None),
        event(technicalName="DIGIT_TOKEN_GENERATION_PASSED"),
        event(technicalName=None, action="PASSWORD_POLICY_UPDATED"),
        event(attributes={"accountId": "CN=other"}),
        event(attributes={"accountId": DN, "sourceName": "Other"}),
    ],
)
def test_an_event_of_another_change_is_left_out(other):
    assert reported([], [other]) == NOTHING


def test_an_event_without_a_request_id_is_reported_by_its_own_id():
    assert "USER_PASSWORD_UPDATE_PASSED t1 of" in reported([], [event(attributes=None)])
    assert "passwordChange e1 of 2026-11-24T10:00:03Z, without a status." in reported(
        [], [event(technicalName=None, action="passwordChange", attributes={}, trackingNumber=None, status=None)]
    )


def test_only_the_newest_records_are_reported():
    many = [activity(id=f"a{number}", created=f"2026-11-24T10:00:{number:02d}Z") for number in range(9)]
    found = reported(many)
    assert all(f"activity a{number} " in found for number in range(9 - MAX_SHOWN, 9)) and "a3 " not in found
    assert "; and 4 more." in found


def test_a_record_is_shown_on_one_line_without_secrets():
    found = reported([activity(id=f"a\x1b[1m\n{SECRET}", completionStatus="x" * 9000)])
    assert SECRET not in found and found.isprintable() and len(found) < 2000


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (ApiError("No.", status_code=403), "The token may not read ISC's {kind}."),
        (ApiError("No.", status_code=401), "The token may not read ISC's {kind}."),
        (InputError("No."), "ISC's {kind} can't be read with this api_version."),
        (LostResponseError("No response."), "ISC's {kind} could not be read: No response."),
        (RateLimitError("Too many.", status_code=429), "ISC's {kind} could not be read: Too many."),
    ],
)
def test_an_unreadable_record_is_reported_not_raised(problem, sentence):
    both = reported(problem, problem)
    assert both == " ".join(sentence.format(kind=kind) for kind in ("account activities", "audit events"))
    assert reported(problem, [event()]).endswith(sentence.format(kind="account activities"))
    assert reported([activity()], problem).startswith("ISC has on record")
    alone = reported([], problem)
    assert alone.startswith("ISC's account activities show no") and alone.endswith(sentence.format(kind="audit events"))


@pytest.mark.parametrize("response", [[{"items": {}}], [{"items": ["x"], "targetIdentitySummary": 7}], [{}]])
def test_an_unexpected_response_does_not_crash(response):
    assert "ISC's account activities" in reported(response, response)


def test_the_second_request_is_not_sent_when_the_time_is_over():
    script = Script(took=TIME_LIMIT)
    assert find_evidence(script, ACCOUNT, EPOCH).endswith(
        "ISC's audit events could not be read: There was no time left."
    )
    assert len(script.requests) == 1


def test_without_names_and_identity_fewer_requests_are_sent():
    script = Script([activity(), activity(id="a2", targetIdentitySummary=None, items=[])])
    found = find_evidence(script, ChangedAccount(DN, "s"), EPOCH)
    assert "account activity a1" in found and "a2" not in found
    assert [operation for operation, *_rest in script.requests] == [LIST_ACTIVITIES]
    assert "requested-for" not in script.requests[0][1]
    script = Script()
    find_evidence(script, ACCOUNT, EPOCH, only_events=True)
    assert [operation for operation, *_rest in script.requests] == [SEARCH_EVENTS]
