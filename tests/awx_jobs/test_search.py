# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search for secrets finds them in all files of a job."""

from __future__ import annotations

import json

import pytest
import yaml
from support.awx_jobs import assert_no_leak
from support.leak_search import leaks
from support.surveys import PASSWORD

HIDDEN = {"no_log": True}
LEAKING = [
    {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "tasks": [
            {"ansible.builtin.debug": {"msg": "{{ password }}"}},
            {"ansible.builtin.set_fact": {"kept": "{{ password }}", "cacheable": True}, **HIDDEN},
            {"ansible.builtin.set_stats": {"data": {"leaked": "{{ password }}"}}, **HIDDEN},
        ],
    }
]


def test_a_leaking_job_is_detected(jobs, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "leaking.yml").write_text(yaml.safe_dump(LEAKING), "utf-8")
    outcome = jobs.run("leaking", {"password": PASSWORD}, project=project)
    assert outcome.rc == 0, outcome.stdout
    with pytest.raises(AssertionError):
        assert_no_leak(outcome, [PASSWORD])
    found = {name for name, text in outcome.files.items() if leaks(text, [PASSWORD])}
    assert "stdout" in found
    assert any(name.startswith("fact_cache/") for name in found)
    events = {event["event"] for event in outcome.events if leaks(json.dumps(event), [PASSWORD])}
    assert events == {"runner_on_ok", "playbook_on_stats"}
    # Files without leaks aren't reported. Each event has its own file.
    assert len(found) < len(outcome.files)
