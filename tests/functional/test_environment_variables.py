# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environment variables: those of the control node and of the keyword C(environment), in both ways."""

from __future__ import annotations

from ansible_collections.community.sailpoint.plugins.modules import isc_login
from support.modules import FakeTime, run
from support.playbook import WAYS, assert_all_ok, play, task


def test_those_of_task_play_and_control_node_reach_a_module_in_both_ways(playbook, tenant):
    """Which one wins is shown by the unit tests of what is handed over."""
    token = run(isc_login, tenant, FakeTime(), **tenant.clients["api-client-query-only"])["access_token"]
    query = {"user_name": "svc-backup", "source_name": "Active Directory", "ca_path": tenant.ca_path}
    tasks = [
        task("Of the play", "isc_password_info", query),
        task("Of the task", "isc_password_info", query, environment={"SAIL_API_VERSION": "v2026"}),
    ]
    outcome = playbook.run(
        play(tasks, environment={"SAIL_API_VERSION": "v2024"}),
        environment={"SAIL_BASE_URL": tenant.base_url, "SAIL_ACCESS_TOKEN": token, "SAIL_API_VERSION": "beta"},
    )
    assert_all_ok(outcome)
    queries = [(entry["client_id"], entry["api_version"]) for entry in tenant.requests("query")]
    assert queries == [("api-client-query-only", version) for version in ("v2024", "v2026") for _way in WAYS]
    # It is that of the token itself.
    assert tenant.counts()["login"] == 1
