# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module batch_report in plays: what it writes, and what it says to what can't be right."""

from __future__ import annotations

import json
import stat

import pytest
from ansible_collections.community.sailpoint.tests.unit.journals import TENANT, JournalText, finished
from functional.playbook import assert_all_ok, play, task

OTHER = "https://other.example"
# Nothing of the connection is needed: no host of these plays can be reached.
HOSTS = {"unreachable": {"ansible_connection": "ssh", "ansible_host": "nowhere.invalid"}}


@pytest.fixture
def folder(tmp_path):
    """A folder with journals."""
    abby = JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="No.").ended(3)
    for name, content in {
        "abby": abby.content,
        "zoe": finished("zo\u00eb", 1, 2).ended(3).content,
        "again": finished("abby", 11, 12, JournalText().began(10, 1)).ended(13).content,
        "other": JournalText(OTHER).began(0, 0).content,
        "malformed": abby.content + b"{}\n",
        "newer": b'{"format": 2}\n',
        "empty": b"",
    }.items():
        (tmp_path / f"{name}.jsonl").write_bytes(content)
    return tmp_path


def report(name, folder, *journals, json_path="report.json", html_path="report.html", **more):
    """Return a task that writes a report on journals, with keywords of a task among *more*."""
    paths = {"json_path": json_path, "html_path": html_path}
    options = {
        "journals": [f"{folder}/{journal}.jsonl" for journal in journals],
        **{option: f"{folder}/{path}" for option, path in paths.items() if path is not None},
    }
    options.update({"title": more.pop("title")} if "title" in more else {})
    return task(name, "batch_report", options, **more)


def test_a_report_is_written_once_and_again_when_it_changes(playbook, folder):
    look = {"name": "Look", "ansible.builtin.command": f"ls -A {folder}", "delegate_to": "localhost"}
    outcome = playbook.run(
        play(
            [
                report("Predict", folder, "abby", check_mode=True),
                {**look, "vars": {"ansible_connection": "local"}},
                report("Write", folder, "abby"),
                report("Write again", folder, "abby"),
                report("Predict no change", folder, "abby", check_mode=True),
                report("Predict a change", folder, "abby", title="Other", check_mode=True),
                report("JSON", folder, "abby", "zoe", "again", json_path="all.json", html_path=None, title="All"),
                report("HTML", folder, "abby", "zoe", "again", json_path=None, html_path="all.html", title="All"),
                report("Fewer", folder, "zoe", json_path="all.json", html_path=None),
                report("More", folder, "abby", "zoe", "again", json_path="all.json", html_path=None, title="All"),
            ],
        ),
        inventory=HOSTS,
    )
    assert_all_ok(outcome)
    changed = [event["result"]["changed"] for event in outcome.events if event["task"] != "Look" and "result" in event]
    assert changed == [True, True, False, False, True, True, True, True, True]
    assert "report" not in outcome.result("Look")["stdout"]
    one = {"accounts": 1, "finished": 0, "accepted": 0, "failed": 1, "refused": 0, "unknown": 0, "not_sent": 0}
    for name in ("Predict", "Write", "Write again"):
        result = outcome.result(name)
        assert result["summary"] == one
        assert (result["json_path"], result["html_path"]) == (f"{folder}/report.json", f"{folder}/report.html")
    assert outcome.result("HTML")["json_path"] is None
    assert outcome.result("JSON")["summary"] == {**one, "accounts": 2, "finished": 2, "failed": 0}
    told = json.loads((folder / "report.json").read_text("ascii"))
    assert (told["title"], told["tenant"], told["totals"]) == ("Password changes", TENANT, one)
    assert [account["name"] for account in json.loads((folder / "all.json").read_text("ascii"))["accounts"]] == [
        "abby",
        "zo\u00eb",
    ]
    assert "<h1>Password changes</h1>" in (folder / "report.html").read_text("utf-8")
    assert "<h1>All</h1>" in (folder / "all.html").read_text("utf-8")
    assert {path.name for path in folder.glob("*.[hj]*")} == {
        *(f"{name}.jsonl" for name in ("abby", "zoe", "again", "other", "malformed", "newer", "empty")),
        *("report.json", "report.html", "all.json", "all.html"),
    }
    for name in ("report.json", "report.html", "all.json", "all.html"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_what_can_not_be_right_gets_one_sentence_and_writes_nothing(playbook, folder):
    (folder / "folder.html").mkdir()
    (folder / "link.json").symlink_to(folder / "abby.jsonl")
    (folder / "folder.jsonl").mkdir()
    before = {path: path.read_bytes() for path in folder.glob("*.jsonl") if path.is_file()}
    bad = {
        "no path": (("abby",), {"json_path": None, "html_path": None}, "Neither json_path nor html_path is given."),
        "no journal": ((), {}, "journals is empty."),
        "missing": (("abby", "gone"), {}, f"journal {folder}/gone.jsonl does not exist."),
        "a folder": (("folder",), {}, f"journal {folder}/folder.jsonl can't be read: is a directory."),
        "malformed": (
            ("malformed",),
            {},
            f"journal {folder}/malformed.jsonl is malformed: line 8 is not of a journal.",
        ),
        "newer": (
            ("newer",),
            {},
            f"journal {folder}/newer.jsonl was written by a newer version of community.sailpoint",
        ),
        "empty": (("abby", "empty"), {}, f"journals: journal {folder}/empty.jsonl holds no line."),
        "another tenant": (
            ("abby", "other"),
            {},
            f"journals: journal {folder}/other.jsonl is of the tenant {OTHER}, "
            f"and journal {folder}/abby.jsonl of {TENANT}.",
        ),
        "no folder": (
            ("abby",),
            {"html_path": "none/x.html"},
            f"html_path {folder}/none/x.html can't be written: its folder does not exist.",
        ),
        "no folder in check mode": (
            ("abby",),
            {"json_path": "none/x.json", "check_mode": True},
            f"json_path {folder}/none/x.json can't be written: its folder does not exist.",
        ),
        "a folder to write": (
            ("abby",),
            {"html_path": "folder.html"},
            f"html_path {folder}/folder.html can't be written: it is a folder.",
        ),
        "one file": (
            ("abby",),
            {"html_path": "report.json"},
            f"html_path {folder}/report.json is json_path too.",
        ),
        "a journal": (("abby",), {"json_path": "link.json"}, f"json_path {folder}/link.json is a journal too."),
        "async": (("abby",), {"async": 10}, "async"),
    }
    tasks = [
        report(name, folder, *journals, **more, ignore_errors=True) for name, (journals, more, _message) in bad.items()
    ]
    outcome = playbook.run(play(tasks), inventory=HOSTS)
    assert outcome.rc == 0, outcome.complaints
    for name, (_journals, _more, message) in bad.items():
        result = outcome.result(name)
        assert message in result["msg"], (name, result)
        assert name == "async" or (result["changed"] is False and result["msg"].endswith(result["hint"])), result
    assert "Traceback" not in outcome.output
    assert {path: path.read_bytes() for path in folder.glob("*.jsonl") if path.is_file()} == before
    assert not [*folder.glob("report.*"), *folder.glob("none*")]
