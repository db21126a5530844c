# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Password settings as code: the two playbooks, from one tenant to another, and manual changes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from support.playbook import assert_all_ok
from support.role_plays import LOCALHOST


@pytest.fixture
def run(playbook, tenant):
    """Return a function that runs a playbook of the collection with a personal access token."""

    def run_playbook(name: str, *arguments: str) -> Any:
        environment = {**tenant.environment("pat-abby"), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)}
        return playbook.run(f"community.sailpoint.{name}", *arguments, inventory=LOCALHOST, environment=environment)

    return run_playbook


def test_from_a_tenant_to_a_file_and_back(run, tenant, tmp_path):
    first, second = tmp_path / "first.yml", tmp_path / "second.yml"
    policy = {"name": "{{ 6 * 7 }} {% raw %}", "description": 'zo\u00eb: "yes" #1', "minLength": 9}
    tenant.control("POST", "policies", policy)
    assert_all_ok(run("export_passwords", "-e", f"export_passwords_file={first}"))
    assert {each["operation"] for each in tenant.requests()} == {
        *("login", "policies", "sources", "sync_groups", "source_policies", "org_config")
    }
    same = run("configure_passwords", "-e", f"@{first}")
    assert_all_ok(same)
    assert (same.ended, same.stats["configure_passwords_stats"]["changes"]) == ({"localhost": "ok"}, [])
    tenant.clear_password_settings()
    done = run("configure_passwords", "-e", f"@{first}", "--diff")
    assert_all_ok(done)
    assert done.ended == {"localhost": "changed"}
    assert "+++ after: password policy Directory" in done.stdout
    assert_all_ok(run("export_passwords", "-e", f"export_passwords_file={second}"))
    assert second.read_text("utf-8") == first.read_text("utf-8")
    assert "!unsafe" in first.read_text("utf-8")


def test_a_manual_change_is_shown_in_check_mode(run, tenant, tmp_path):
    file = tmp_path / "passwords.yml"
    settings = {"configure_passwords_policies": [{"name": "Directory", "min_length": 8, "description": None}]}
    file.write_text(yaml.safe_dump(settings), "utf-8")
    shown = run("configure_passwords", "-e", f"@{file}", "--check", "--diff")
    assert_all_ok(shown)
    assert shown.ended == {"localhost": "changed"}
    assert '-    "description": "For all synchronized sources."' in shown.stdout
    assert '+    "description": null' in shown.stdout
    assert shown.stats["configure_passwords_stats"]["changes"]
    assert tenant.counts().keys() == {"login", "policies"}


def test_a_file_without_settings_is_refused(run):
    outcome = run("configure_passwords")
    assert outcome.rc == 2
    assert "No settings are given. Give org_config, policies, sources or sync_groups." in outcome.words
