# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking up the other sources in the password sync group of a source."""

from __future__ import annotations

import base64
import contextlib
import json
import threading

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.sync_group import (
    ALLOW,
    IGNORE,
    MODES,
    REFUSE,
    WARN,
    SyncedSource,
    SyncGroup,
    SyncGroups,
)
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import MAX_PAGES, PAGE_SIZE, Client
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import API_VERSIONS
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, SyncGroupError
from support.modules import connected

GROUP = "Directory and payroll"
REFUSED = "ISC refused to list password sync groups: The server understood the request but refuses to authorize it"
LACKS = (
    "The token lacks the scope idn:password-sync-group:read: add it to the API client or personal access token in ISC."
)


@pytest.fixture
def source_ids(tenant):
    return {source["name"]: source["id"] for source in tenant.world()["sources"]}


@pytest.fixture
def groups_of(tenant, fake_time):
    with contextlib.ExitStack() as stack:
        yield lambda *client, **options: SyncGroups(
            stack.enter_context(connected(tenant, fake_time, *client, **options))
        )


def response(tenant, operation, document, **more):
    tenant.fault(operation, "raw", body=base64.b64encode(json.dumps(document).encode()).decode(), **more)


@pytest.mark.parametrize("api_version", API_VERSIONS)
def test_the_other_sources_of_the_group_are_named(groups_of, source_ids, tenant, api_version):
    found = groups_of(api_version=api_version).of(source_ids["Active Directory"])
    payroll = SyncedSource(source_ids["Payroll Database"], "Payroll Database")
    assert found == SyncGroup(GROUP, (payroll,))
    assert str(payroll) == f"Payroll Database ({payroll.source_id})"
    assert tenant.counts() == {"login": 1, "sync_groups": 1, "sources": 1}


def test_a_source_in_no_group_needs_no_names(groups_of, source_ids, tenant):
    assert groups_of().of(source_ids["HR Database"]) == SyncGroup()
    assert tenant.counts() == {"login": 1, "sync_groups": 1}


def test_the_groups_are_read_once(groups_of, source_ids, tenant):
    groups = groups_of()
    threads = [threading.Thread(target=groups.of, args=[source_id]) for source_id in [*source_ids.values()] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tenant.counts() == {"login": 1, "sync_groups": 1, "sources": 2}


def test_without_the_scope_for_sources_the_ids_are_shown(groups_of, source_ids, tenant):
    groups = groups_of("api-client-no-source-names")
    for _again in range(2):
        found = groups.of(source_ids["Active Directory"])
        assert found == SyncGroup(GROUP, (SyncedSource(source_ids["Payroll Database"]),))
        assert str(found.others[0]) == source_ids["Payroll Database"]
    groups.of(source_ids["Payroll Database"])
    assert len(tenant.requests("sources")) == 1


def test_without_the_scope_for_groups_the_problem_is_reported_after_one_request(groups_of, source_ids, tenant):
    groups = groups_of("api-client-passwords-only")
    for name in ("Active Directory", "HR Database"):
        found = groups.of(source_ids[name])
        assert found.problem.startswith(REFUSED) and found.problem.endswith(LACKS)
        assert found._replace(problem=None) == SyncGroup()
    assert len(tenant.requests("sync_groups")) == 1


def test_a_group_of_one_changes_nothing_else(groups_of, tenant):
    response(tenant, "sync_groups", [{"name": "Alone", "sourceIds": ["a"]}])
    groups = groups_of()
    assert groups.of("a") == SyncGroup("Alone")
    assert groups.warning_for("a", REFUSE, False) == (SyncGroup("Alone"), None)


def test_all_pages_are_read(groups_of, tenant):
    full = [{"name": f"Group {number}", "sourceIds": None} for number in range(PAGE_SIZE)]
    response(tenant, "sync_groups", full, times=1)
    response(tenant, "sync_groups", [{"name": "Last", "sourceIds": ["a", "b"]}], times=1)
    assert groups_of().of("a").name == "Last"
    assert [entry["query_keys"] for entry in tenant.requests("sync_groups")] == [["limit", "offset"]] * 2


def test_pages_follow_each_other(groups_of, source_ids, monkeypatch, tenant):
    monkeypatch.setattr(f"{Client.__module__}.PAGE_SIZE", 1)
    assert groups_of().of(source_ids["Active Directory"]).name == GROUP
    assert len(tenant.requests("sync_groups")) == 2


def test_an_endless_list_is_refused(groups_of, tenant):
    response(tenant, "sync_groups", [{"name": "Group", "sourceIds": []}] * PAGE_SIZE, times=MAX_PAGES)
    found = groups_of().of("a")
    assert (
        found.problem == f"ISC's response to list password sync groups has more than {MAX_PAGES * PAGE_SIZE} entries."
    )
    assert len(tenant.requests("sync_groups")) == MAX_PAGES


def test_many_names_are_read_in_several_requests(groups_of, tenant):
    ids = [f"s{number}" for number in range(25)]
    response(tenant, "sync_groups", [{"name": "Wide", "sourceIds": ids}])
    found = groups_of().of("s0")
    assert [each.source_id for each in found.others] == ids[1:]
    assert {each.name for each in found.others} == {None}
    assert len(tenant.requests("sources")) == 3


def test_odd_ids_are_quoted_in_the_filter(groups_of, tenant):
    response(tenant, "sync_groups", [{"name": "Odd", "sourceIds": ["a", 'b") or name co ("', "c\\"]}])
    assert [each.name for each in groups_of().of("a").others] == [None, None]
    assert [entry["status"] for entry in tenant.requests("sources")] == [200]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, "is not the list of JSON objects that ISC sends, but an unknown JSON object."),
        (["a"], "is not the list of JSON objects that ISC sends, but a list of other things."),
        ([{"sourceIds": [1]}], "ISC's response to list password sync groups has sourceIds that are not a list of ids."),
        ([{"sourceIds": [""]}], "has an unusable id in sourceIds."),
    ],
)
def test_an_unreadable_response_is_a_problem(groups_of, tenant, document, problem):
    response(tenant, "sync_groups", document)
    assert problem in groups_of().of("a").problem


@pytest.mark.parametrize(
    "entries", [{}, [1], [{"id": "b"}], *([{"id": odd, "name": "x"}] for odd in ("z", 7, {"id": "b"}, ["b"]))]
)
def test_unreadable_names_are_left_out(groups_of, tenant, entries):
    response(tenant, "sync_groups", [{"name": None, "sourceIds": ["a", "b"]}])
    response(tenant, "sources", entries)
    assert groups_of().of("a") == SyncGroup("without a name", (SyncedSource("b"),))


def test_names_are_printable(groups_of, tenant):
    response(tenant, "sync_groups", [{"name": "\x1b[2JA\nfatal:", "sourceIds": ["a", "b"]}])
    response(tenant, "sources", [{"id": "b", "name": "B\r\n\x9b31m" + "x" * 500}])
    found = groups_of().of("a")
    assert found.name == "[2JA fatal:"
    assert found.others[0].name == "B 31m" + "x" * 292 + "..."


def test_a_failed_login_is_an_error_not_a_problem_of_groups(groups_of, tenant):
    tenant.fault("login", "status", status=401, body={"error": "invalid_client"})
    with pytest.raises(IscError) as refusal:
        groups_of().of("a")
    assert refusal.value.at_login


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("mode", MODES)
def test_each_mode_does_what_it_says(groups_of, source_ids, tenant, mode, check_mode):
    payroll = source_ids["Payroll Database"]
    message = (
        f"The source is in the password sync group {GROUP}: the password also changes on any account that the "
        f"identity has on Payroll Database ({payroll})."
    )
    expected = SyncGroup(GROUP, (SyncedSource(payroll, "Payroll Database"),))
    groups = groups_of()
    source_id = source_ids["Active Directory"]
    if mode == REFUSE:
        with pytest.raises(SyncGroupError) as refusal:
            groups.warning_for(source_id, mode, check_mode)
        assert refusal.value.message == message
        assert refusal.value.hint == "Nothing was sent. Set sync_group to warn or allow if that is intended."
        assert refusal.value.details == {"sync_group": expected.as_result(), "outcome": "refused"}
        return
    group, warning = groups.warning_for(source_id, mode, check_mode)
    looked_up = mode == WARN or (mode == ALLOW and check_mode)
    assert group == (expected if looked_up else None)
    assert warning == (message if mode == WARN else None)
    assert ("sync_groups" in tenant.counts()) is looked_up


@pytest.mark.parametrize("mode", MODES)
def test_an_unknown_group_is_reported_in_each_mode(groups_of, source_ids, mode):
    groups = groups_of("api-client-passwords-only")
    message = f"Whether the password changes on other sources too is not known: {REFUSED}"
    if mode == REFUSE:
        with pytest.raises(SyncGroupError) as refusal:
            groups.warning_for(source_ids["HR Database"], mode, False)
        assert refusal.value.message.startswith(message)
        assert refusal.value.hint == (
            "Nothing was sent. Give the token the scope idn:password-sync-group:read, or set sync_group to warn."
        )
        return
    group, warning = groups.warning_for(source_ids["HR Database"], mode, True)
    if mode == IGNORE:
        assert group is None
    else:
        assert group.problem.startswith(REFUSED)
    assert warning.startswith(message) if mode == WARN else warning is None


@pytest.mark.parametrize("mode", [WARN, REFUSE])
def test_a_source_in_no_group_causes_no_warning(groups_of, source_ids, mode):
    assert groups_of().warning_for(source_ids["HR Database"], mode, False) == (SyncGroup(), None)
