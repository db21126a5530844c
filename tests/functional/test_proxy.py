# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy of the keyword C(environment) and of the control node, in both ways."""

from __future__ import annotations

from support.modules import NAMES
from support.playbook import play, task
from support.real_proxy import ENCODED, RealProxy, Wire


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
