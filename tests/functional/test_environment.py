# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environment variables and proxies of the control node and of the keyword ``environment``, in both ways."""

from __future__ import annotations

from ansible_collections.community.sailpoint.plugins.modules import isc_login
from support.modules import NAMES, FakeTime, run
from support.playbook import WAYS, assert_all_ok, play, task
from support.real_proxy import ENCODED, RealProxy, Wire


def test_variables_of_task_play_and_control_node_reach_a_module_in_both_ways(playbook, tenant):
    """The unit tests of test_handed_over.py test their precedence."""
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
    # The only login is that for the token.
    assert tenant.counts()["login"] == 1


def test_the_keyword_environment_names_the_proxy_in_both_ways(playbook, tenant, tmp_path):
    options = {**NAMES, "ca_path": tenant.ca_path}
    with RealProxy(tmp_path) as proxy:
        wire = Wire(proxy.address)
        through = task("Through it", "isc_password_info", options, environment={"HTTPS_PROXY": wire.url(ENCODED)})
        refused = task(
            "Refused by it",
            "isc_password_info",
            {**options, "retries": 0},
            environment={"HTTPS_PROXY": f"http://svc:Sesame@{proxy.address}"},
            ignore_errors=True,
        )
        outcome = playbook.run(
            [*play([through]), *play([refused], hosts="in_process")], environment=tenant.environment()
        )
        wire.close()
    assert outcome.rc == 0, outcome.complaints
    assert tenant.counts() == {"login": 2, "query": 2}
    assert wire.said.count(b"CONNECT ") == 2
    result = outcome.result("Refused by it")
    assert "can't be used: Tunnel connection failed: 407" in result["msg"]
    assert "Sesame" not in str(result)
    secret = tenant.clients["api-client"]["client_secret"]
    assert secret.encode() not in wire.said
