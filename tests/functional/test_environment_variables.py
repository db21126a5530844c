# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environment variables: those of the control node and those of the keyword C(environment), in both ways."""

from __future__ import annotations

from ansible_collections.community.sailpoint.plugins.modules import isc_login
from support.modules import FakeTime, run
from support.playbook import WAYS, assert_all_ok, play, task

QUERY = {"user_name": "svc-backup", "source_name": "Active Directory"}


def queries(tenant):
    """Return client id and API version of each query, in order."""
    return [(entry["client_id"], entry["api_version"]) for entry in tenant.requests("query")]


def test_a_token_of_the_control_node_saves_the_login_in_both_ways(playbook, tenant):
    token = run(isc_login, tenant, FakeTime(), **tenant.clients["api-client-query-only"])["access_token"]
    outcome = playbook.run(
        play([task("Query", "isc_password_info", {**QUERY, "ca_path": tenant.ca_path})]),
        environment={"SAIL_BASE_URL": tenant.base_url, "SAIL_ACCESS_TOKEN": token},
    )
    assert_all_ok(outcome)
    assert queries(tenant) == [("api-client-query-only", "v1")] * 2
    assert tenant.counts()["login"] == 1


def test_without_any_it_is_said_what_is_missing(playbook, tenant):
    options = {**QUERY, "ca_path": tenant.ca_path}
    tasks = [
        task("No address", "isc_password_info", options, ignore_errors=True),
        task("No credentials", "isc_password_info", {**options, "base_url": tenant.base_url}, ignore_errors=True),
    ]
    outcome = playbook.run(play(tasks), environment={"SAIL_BASE_URL": "", "SAIL_CLIENT_ID": "", "SAIL_API_VERSION": ""})
    assert_all_ok(outcome)
    for way in WAYS:
        assert "environment SAIL_BASE_URL" in outcome.result("No address", way)["msg"]
        assert "environment SAIL_CLIENT_ID and SAIL_CLIENT_SECRET" in outcome.result("No credentials", way)["msg"]
    assert tenant.counts() == {}


def test_task_before_play_before_control_node(playbook, tenant):
    """The keyword of a task wins over that of a play, an option over both; an empty value hides an outer one."""
    options = {**QUERY, "ca_path": tenant.ca_path}
    tasks = [
        task("Of the play", "isc_password_info", options),
        task("Of the task", "isc_password_info", options, environment={"SAIL_API_VERSION": "v2026"}),
        task("Hidden", "isc_password_info", options, environment={"SAIL_API_VERSION": ""}),
        task(
            "Option", "isc_password_info", {**options, "api_version": "v3"}, environment={"SAIL_API_VERSION": "v2026"}
        ),
    ]
    outcome = playbook.run(
        [
            *play([task("Of the control node", "isc_password_info", options)]),
            *play(tasks, environment={"SAIL_API_VERSION": "v2024"}),
        ],
        # One host after the other.
        *("--forks", "1"),
        environment={**tenant.environment("api-client-query-only"), "SAIL_API_VERSION": "beta"},
    )
    assert_all_ok(outcome)
    versions = ["beta", "v2024", "v2026", "v1", "v3"]
    assert queries(tenant) == [("api-client-query-only", version) for version in versions for _way in WAYS]
