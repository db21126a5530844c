# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of a batch, in order, against a tenant."""

from __future__ import annotations

import json
import os

import pytest
from ansible_collections.community.sailpoint.plugins.action import (
    rotation_batch_host,
    rotation_batch_plan,
    rotation_batch_report,
    rotation_batch_set,
    rotation_begin,
    rotation_result,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import RESULT, ROTATION, SHARED
from support.actions import HostVars, run_action
from support.modules import AD, access

GIVEN = "Given-Harbour-43"
CLIENTS = ("api-client", "api-client-passwords-only")


@pytest.fixture
def play(crowd):
    return Play(crowd)


class Play:
    """Runs the tasks of a batch. Host *n* stands for user *n* of the tenant."""

    def __init__(self, tenant) -> None:
        self.tenant = tenant
        self.everyone: list[str] = []
        self.hostvars = HostVars()
        self.queried: dict = {}
        self.reported: dict = {}

    def rotate(self, *hosts, each=None, check_mode=False, everyone=None, strategy="linear", **given):
        """Rotate hosts and return the result of each. *each* has further options by host."""
        self.everyone = everyone or [str(host) for host in hosts]
        for host in hosts:
            names = {"user_name": f"user{host:05d}", "source_name": AD, "value": GIVEN, "wait_sleep": 0.01}
            options = {**access(self.tenant), **names, **given, **(each or {}).get(host, {})}
            variables = {f"rotate_password_{name}": value for name, value in options.items()}
            begun = run_action(rotation_begin.ActionModule, {"batch": True}, variables)
            self.hostvars[str(host)] = {RESULT: begun}
        shared = {
            "hostvars": self.hostvars,
            "ansible_play_batch": [str(host) for host in hosts],
            "ansible_play_hosts_all": self.everyone,
        }
        once = {"check_mode": check_mode, "strategy": strategy}
        self.queried = run_action(rotation_batch_plan.ActionModule, {}, shared, **once)
        batch_result = run_action(rotation_batch_set.ActionModule, {}, {**shared, SHARED: self.queried}, **once)
        if batch_result.get("failed"):
            return batch_result
        self._run_tasks_after(batch_result, once)
        self.reported = run_action(rotation_batch_report.ActionModule, {}, {**shared, RESULT: batch_result}, **once)
        results = {}
        for host in hosts:
            self.hostvars[str(host)][SHARED] = self.reported
            own = {**self.hostvars[str(host)], "inventory_hostname": str(host), RESULT: batch_result}
            results[host] = run_action(rotation_result.ActionModule, {"batch": True}, own, **once)
        return results

    def _run_tasks_after(self, batch_result, once):
        """Take each host that has its own tasks out of the batch and back in, without running these tasks."""
        for host in self.queried["after"]:
            variables = self.hostvars[host]
            own = {"inventory_hostname": host, RESULT: batch_result, SHARED: self.queried}
            variables[ROTATION] = run_action(rotation_batch_host.ActionModule, {}, own, **once)
            back = {**own, ROTATION: variables[ROTATION]}
            variables[ROTATION] = run_action(rotation_batch_host.ActionModule, {"back": True}, back, **once)

    def password_of(self, host):
        """Return the password that the tenant holds for a host, or None if none was ever set."""
        kept = self.tenant.password(AD, f"CN=user{host:05d},OU=Generated,DC=acme,DC=com")
        return kept and kept["password"]

    @property
    def stats(self):
        """The statistics for a workflow."""
        return self.reported["ansible_stats"]["data"]["rotate_password_stats"]


def outcomes(results):
    return {host: result["outcome"] for host, result in results.items()}


def test_hosts_are_rotated_with_one_login(play):
    results = play.rotate(1, 2)
    assert outcomes(results) == {1: "finished", 2: "finished"}
    assert [result["changed"] for result in results.values()] == [True, True]
    assert (play.password_of(1), play.password_of(2)) == (GIVEN, GIVEN)
    assert play.tenant.counts()["login"] == 1
    assert (play.stats["totals"]["finished"], play.stats["hosts"], play.stats["check_mode"]) == (2, 2, False)
    assert GIVEN not in str([results, play.queried, play.reported])


@pytest.mark.parametrize("check_mode", [False, True])
def test_check_mode_predicts_which_hosts_are_refused(play, tmp_path, check_mode):
    file = {"store": "file", "store_dir": str(tmp_path), "store_key": "the key"}
    play.rotate(3, each={3: file})
    stored = [path.read_bytes() for path in tmp_path.glob("*.json")]
    each = {
        1: {"user_name": "nobody"},
        2: {"value": "Sh0rt..", "enforce_policy": True},
        3: {**file, "store_key": "another key"},
        5: {"length": "many"},
    }
    results = play.rotate(1, 2, 3, 4, 5, each=each, check_mode=check_mode)
    assert {host: (result["outcome"], result["step"]) for host, result in results.items()} == {
        **dict.fromkeys((1, 2), ("refused", "query")),
        3: ("refused", "store"),
        4: ("finished", None),
        5: ("refused", "options"),
    }
    assert all(results[host]["failed"] for host in each)
    assert play.stats["failed_hosts"] == ["1", "2", "3", "5"]
    for host, part in {1: "nobody", 2: "violates the policy", 3: "key"}.items():
        assert part in results[host]["msg"]
    assert play.tenant.counts()["set"] == (1 if check_mode else 2)
    assert [path.read_bytes() for path in tmp_path.glob("*.json")] == stored


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"each": {1: {"client_id": "another"}}},
            "The hosts 1 and 2 have different values of rotate_password_client_id",
        ),
        ({"strategy": "free"}, "The play has the strategy free"),
        ({"length": "many"}, "rotate_password_length must be a whole number"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"client_secret": "wrong"}, "ISC refused to log in"),
    ],
)
def test_a_shared_problem_is_reported_once_and_nothing_is_set(play, given, message):
    result = play.rotate(1, 2, **given)
    assert result["failed"] and message in result["msg"]
    stats = play.queried["ansible_stats"]["data"]["rotate_password_stats"]
    assert (stats["totals"]["refused"], stats["failed_hosts"]) == (2, ["1", "2"])
    assert "set" not in play.tenant.counts()


def test_each_failure_hook_gets_a_shared_problem(play, tmp_path):
    hook = tmp_path / "hook.yml"
    hook.touch()
    results = play.rotate(1, 2, each={1: {"client_id": "another"}, 2: {"on_failure": str(hook)}})
    assert play.queried["after"] == {"2": True}
    assert outcomes(results) == {1: "refused", 2: "refused"}
    assert "different values" in results[1]["msg"]


def test_journal_and_reports_are_written_to_their_paths(play, tmp_path):
    paths = {name: str(tmp_path / name) for name in ("journal", "report_json", "report_html")}
    play.rotate(1, **paths)
    steps = [json.loads(line).get("step") for line in (tmp_path / "journal").read_text("utf-8").splitlines()]
    assert [step for step in steps if step] == ["sending", "accepted", "finished"]
    assert json.loads((tmp_path / "report_json").read_text("utf-8"))["totals"]["finished"] == 1
    assert (tmp_path / "report_html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert play.stats["journal"] == paths["journal"]
    # The next run finds in it that nothing is left to do.
    assert play.rotate(1, **paths)[1]["changed"] is False
    # A report that can't be written fails no host.
    folder = tmp_path / "report"
    folder.mkdir()
    results = play.rotate(1, journal=str(tmp_path / "journal"), report_json=str(folder))
    assert outcomes(results) == {1: "finished"}


def test_the_report_is_written_even_if_the_options_of_the_first_host_are_wrong(play, tmp_path):
    paths = {name: str(tmp_path / name) for name in ("journal", "report_json")}
    play.rotate(1, 2, each={1: {"length": "many"}}, **paths)
    totals = json.loads((tmp_path / "report_json").read_text("utf-8"))["totals"]
    assert (totals["finished"], totals["refused"]) == (1, 1)
    assert play.stats["journal"] == paths["journal"]


def test_a_journal_of_another_tenant_is_refused_before_anything_is_set(play, tmp_path):
    journal = tmp_path / "journal"
    journal.write_text('{"format":1,"tenant":"https://umbrella.api.identitynow.com"}\n', "utf-8")
    assert "belongs to another tenant" in play.rotate(1, journal=str(journal))["msg"]
    assert "set" not in play.tenant.counts()


def test_check_mode_sets_and_writes_nothing(play, tmp_path):
    paths = {name: str(tmp_path / name) for name in ("journal", "report_json")}
    results = play.rotate(1, check_mode=True, **paths)
    assert (results[1]["outcome"], results[1]["changed"], results[1]["state"]) == ("finished", True, None)
    assert "would be set" in results[1]["msg"]
    assert os.listdir(tmp_path) == []
    assert play.stats["check_mode"] is True
    assert play.password_of(1) is None


def test_serial_batches_share_totals_and_rate_limit(play):
    everyone = ["1", "2"]
    play.rotate(1, everyone=everyone)
    first = play.reported
    assert len(first["recent"]) == 3
    play.rotate(2, everyone=everyone)
    assert play.stats["totals"]["finished"] == 2
    assert play.queried["recent"][:3] == first["recent"]
    assert len(play.reported["recent"]) == 6


def test_hosts_can_all_fail_for_reasons_of_their_own_and_the_next_batch_keeps_the_rate_limit(play):
    everyone = ["1", "2", "3"]
    play.rotate(1, everyone=everyone)
    recent, counts = play.reported["recent"], play.tenant.counts()
    results = play.rotate(2, 3, everyone=everyone, each={2: {"length": "many"}, 3: {"wait": "perhaps"}})
    assert outcomes(results) == {2: "refused", 3: "refused"}
    assert "rotate_password_length" in results[2]["msg"]
    assert "rotate_password_wait" in results[3]["msg"]
    assert play.tenant.counts() == counts
    assert play.reported["recent"] == recent


@pytest.mark.parametrize(("number", "client"), [(0, CLIENTS[0]), (1, CLIENTS[1])])
def test_a_slice_logs_in_with_its_own_client(play, number, client):
    clients = [play.tenant.clients[name] for name in CLIENTS]
    play.rotate(1, clients=clients, slice=number)
    (login,) = play.tenant.requests("login")
    assert play.tenant.clients[client]["client_id"] in json.dumps(login)
