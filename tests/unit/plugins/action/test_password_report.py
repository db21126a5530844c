# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on the ages of passwords: what is searched and written, and what is refused before that."""

from __future__ import annotations

import csv
import json
import stat

import pytest
from ansible_collections.community.sailpoint.plugins.action.password_report import ActionModule
from support.actions import run_action
from support.modules import AD, access

FILES = {"json_path": "ages.json", "csv_path": "ages.csv", "html_path": "ages.html"}


EMPTY = ("older_than", "query", "include_disabled", "include_locked", "title")


@pytest.fixture
def report(tenant, tmp_path):
    def perform(client="api-client", check_mode=False, task=None, **given):
        paths = {option: str(tmp_path / name) for option, name in FILES.items()}
        options = {**access(tenant, client), "ca_path": "", "sources": [AD], **paths, **given}
        return run_action(ActionModule, options, check_mode=check_mode, **(task or {}))

    return perform


def test_the_three_files_have_the_same_content(report, tenant, tmp_path):
    tenant.add_account("never", AD, "CN=never", facts={"passwordLastSet": "1601-01-01T00:00:00Z"})
    result = report(title="All of them")
    assert result["changed"] is True
    assert result["totals"] == {
        "accounts": 8, "due": 3, "not_due": 0, "never_set": 1, "unknown": 4,
        "oldest_days": result["totals"]["oldest_days"],
    }  # fmt: skip
    written = json.loads((tmp_path / "ages.json").read_text("utf-8"))
    assert {key: written[key] for key in ("totals", "left_out", "histogram", "sources")} == {
        key: result[key] for key in ("totals", "left_out", "histogram", "sources")
    }
    assert (written["title"], written["tenant"]) == ("All of them", tenant.base_url.partition("//")[2])
    rows = list(csv.DictReader((tmp_path / "ages.csv").open(encoding="utf-8")))
    assert [row["account_id"] for row in rows] == [row["account_id"] for row in written["accounts"]]
    assert "<h1>All of them</h1>" in (tmp_path / "ages.html").read_text("utf-8")
    for name in FILES.values():
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert tenant.counts() == {"login": 1, "search": 2}


def test_empty_options_count_as_missing_and_without_a_path_nothing_is_written(report, tmp_path):
    result = report(json_path="", csv_path="", html_path="", **dict.fromkeys(EMPTY, ""))
    assert (result["changed"], result["totals"]["due"]) == (False, 3)
    assert result["table"][0].startswith("Active Directory: 7 accounts, 3 due, 0 not due, 0 never set, 4 unknown; ")
    assert list(tmp_path.iterdir()) == []


def test_check_mode_and_a_missing_source_write_nothing(report, tmp_path):
    assert report(check_mode=True)["changed"] is True
    assert list(tmp_path.iterdir()) == []
    result = report(sources=[AD, "Nowhere"])
    assert result["msg"].startswith("The tenant has no source named 'Nowhere'.")
    assert list(tmp_path.iterdir()) == []


def test_each_option_has_its_effect(report, tenant):
    tenant.add_account("svc-backup", AD, "CN=off", facts={"disabled": True})
    tenant.add_account("svc-backup", AD, "CN=closed", facts={"locked": True})
    assert report()["left_out"] == {"disabled": 1, "locked": 1}
    assert report(include_disabled="yes")["left_out"] == {"disabled": 0, "locked": 1}
    assert report(include_locked="yes")["left_out"] == {"disabled": 1, "locked": 0}
    assert report(older_than="9999d")["totals"]["due"] == 0
    assert report(query="name:svc*")["totals"]["accounts"] == 2
    for both in (report(sources=[AD, "HR Database", AD]), report(sources=f"{AD}\n HR Database\n")):
        assert [source["source_name"] for source in both["sources"]] == [AD, "HR Database"]
    tenant.add_account("svc-backup", "Berlin, Bonn", "CN=b")
    assert report(sources="Berlin, Bonn")["totals"]["accounts"] == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sources": ""}, "missing required arguments: sources"),
        ({"sources": "\n"}, "sources is empty. Name at least one source."),
        ({"sources": {"a": 1}}, "sources is not a list of names."),
        ({"sources": [1]}, "sources is not a list of names."),
        ({"older_than": "90 days"}, "older_than is '90 days'."),
        ({"older_than": " "}, "older_than is empty."),
        ({"query": "("}, "query has a ( without its counterpart"),
        ({"title": " "}, "title is empty."),
        ({"json_path": "ages.json"}, "json_path ages.json is a relative path."),
        ({"csv_path": "/nowhere/ages.csv"}, "csv_path /nowhere/ages.csv "),
        ({"csv_path": "/tmp/a", "html_path": "/tmp/../tmp/a"}, "html_path /tmp/../tmp/a is also csv_path."),
        ({"client_secret": ""}, "No credentials: client_secret is missing."),
    ],
)  # fmt: skip
def test_unusable_options_are_refused_before_isc_is_asked(report, tenant, given, message):
    result = report(**given)
    assert result["failed"] is True
    assert result["msg"].startswith(message)
    assert tenant.counts() == {}


def test_accounts_that_search_returns_malformed_are_a_warning(report, tenant):
    tenant.fault("search", "fields", fields={"accounts": [{"source": {"name": AD}}]})
    assert "left out of the source" in report()["warnings"][0]


def test_the_connection_may_come_from_the_environment_of_the_play(report, tenant):
    client = tenant.clients["api-client"]
    environment = {"SAIL_CLIENT_ID": client["client_id"], "SAIL_CLIENT_SECRET": client["client_secret"]}
    given = {"client_id": "", "client_secret": ""}
    assert report(task={"environment": [environment]}, **given).get("failed") is None
