# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module batch_report in a play: what it writes, and its errors."""

from __future__ import annotations

import json
import stat
from typing import Any, NamedTuple

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES
from support.journals import TENANT, JournalText, finished
from support.playbook import assert_all_ok, play, task

# No connection is needed: the hosts of these plays are unreachable.
HOSTS = {"unreachable": {"ansible_connection": "ssh", "ansible_host": "nowhere.invalid"}}


@pytest.fixture
def folder(tmp_path):
    """A folder with journals."""
    abby = JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="No.").ended(3)
    for name, content in {
        "abby": abby.content,
        "zoe": finished("zo\u00eb", 1, 2).ended(3).content,
        "again": finished("abby", 11, 12, JournalText().began(10, 1)).ended(13).content,
        "malformed": abby.content + b"{}\n",
    }.items():
        (tmp_path / f"{name}.jsonl").write_bytes(content)
    return tmp_path


def report(name, folder, *journals, json_path="report.json", html_path="report.html", **more):
    """Return a task that writes a report on journals. *more* are keywords of the task."""
    paths = {"json_path": json_path, "html_path": html_path}
    options = {
        "journals": [f"{folder}/{journal}.jsonl" for journal in journals],
        **{option: f"{folder}/{path}" for option, path in paths.items() if path is not None},
    }
    options.update({"title": more.pop("title")} if "title" in more else {})
    return task(name, "batch_report", options, **more)


class Bad(NamedTuple):
    """A report that can't be written: the message, the journals, and further options."""

    message: str
    journals: tuple[str, ...] = ("abby",)
    more: dict[str, Any] = {}


BAD = {
    "no path": Bad("json_path", more={"json_path": None, "html_path": None}),
    "missing": Bad("{}/gone.jsonl", ("abby", "gone")),
    "malformed": Bad("journal {}/malformed.jsonl is malformed: line 8", ("malformed",)),
    "no folder": Bad("html_path {}/none/x.html can't be written", more={"html_path": "none/x.html"}),
    "no folder in check mode": Bad(
        "json_path {}/none/x.json can't be written", more={"json_path": "none/x.json", "check_mode": True}
    ),
    "async": Bad("async", more={"json_path": "async.json", "html_path": "async.html", "async": 10}),
}
WRITTEN = {"report.json", "report.html", "all.html"}


def test_a_report_is_written_once_on_the_control_node(playbook, folder):
    """Invalid options are explained in one sentence, and nothing is written."""
    journals = {path: path.read_bytes() for path in folder.glob("*.jsonl")}
    look = {"name": "Look", "ansible.builtin.command": f"ls -A {folder}", "delegate_to": "localhost"}
    outcome = playbook.run(
        play(
            [
                report("Predict", folder, "abby", check_mode=True),
                {**look, "vars": {"ansible_connection": "local"}},
                report("Write", folder, "abby"),
                report("Write again", folder, "abby"),
                report("All", folder, "abby", "zoe", "again", json_path=None, html_path="all.html", title="All"),
                *(report(name, folder, *BAD[name].journals, **BAD[name].more, ignore_errors=True) for name in BAD),
            ]
        ),
        inventory=HOSTS,
    )
    assert_all_ok(outcome)
    changed = [name for name in ("Predict", "Write", "Write again", "All") if outcome.result(name)["changed"]]
    assert changed == ["Predict", "Write", "All"]
    assert "report" not in outcome.result("Look")["stdout"]
    one = {**dict.fromkeys(OUTCOMES, 0), "accounts": 1, "failed": 1}
    for name in ("Predict", "Write", "Write again"):
        result = outcome.result(name)
        assert result["summary"] == one
        assert (result["json_path"], result["html_path"]) == (f"{folder}/report.json", f"{folder}/report.html")
    assert outcome.result("All")["json_path"] is None
    assert outcome.result("All")["summary"] == {**one, "accounts": 2, "finished": 2, "failed": 0}
    written = json.loads((folder / "report.json").read_text("ascii"))
    assert (written["title"], written["tenant"], written["totals"]) == ("Password changes", TENANT, one)
    assert "<title>Password changes</title>" in (folder / "report.html").read_text("utf-8")
    assert "<title>All</title>" in (folder / "all.html").read_text("utf-8")
    for name in WRITTEN:
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600

    for name, bad in BAD.items():
        result = outcome.result(name)
        assert bad.message.format(folder) in result["msg"], (name, result)
        assert name == "async" or (result["changed"] is False and result["msg"].endswith(result["hint"])), result
    assert "Traceback" not in outcome.output
    assert {path: path.read_bytes() for path in folder.glob("*.jsonl")} == journals
    assert {path.name for ending in ("json", "html") for path in folder.glob(f"*.{ending}")} == WRITTEN
