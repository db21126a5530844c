# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a batch report: the journals it reads, and the files it writes."""

from __future__ import annotations

import json
import os

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, JournalError
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch_files import (
    TITLE,
    find_journals,
    write_report,
)
from support.journals import finished

TOTAL = {"finished": 1, "accepted": 0, "unchanged": 0, "refused": 0, "failed": 0, "unknown": 0, "not_sent": 0}


@pytest.fixture
def folder(tmp_path):
    """A folder with two journals and another file."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_bytes(finished(name, 1, 3).content)
    (tmp_path / "other.txt").touch()
    return tmp_path


@pytest.fixture
def journal(folder):
    return str(folder / "a.jsonl")


@pytest.fixture
def paths(folder):
    return {"json_path": str(folder / "report.json"), "html_path": str(folder / "report.html")}


def refused(message, journals, paths, folder, error=InputError):
    """Assert that a report is refused and writes nothing."""
    before = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    with pytest.raises(error) as caught:
        write_report(journals, paths)
    assert caught.value.message == message
    assert caught.value.hint
    assert {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()} == before


def test_a_surrogate_is_replaced_in_html(journal, paths, folder):
    write_report([journal], paths, "\ud83d!")
    page = (folder / "report.html").read_bytes()
    assert b"<title>?!</title>" in page and page.isascii()
    assert json.loads((folder / "report.json").read_bytes())["title"] == "\ud83d!"


def test_paths_and_patterns_are_found_once_each_in_order(folder, monkeypatch):
    both = [str(folder / "a.jsonl"), str(folder / "b.jsonl")]
    assert find_journals([both[1], str(folder / "*.jsonl")]) == both
    assert find_journals((f" {both[0]} ", "")) == both[:1]
    assert find_journals(f"{folder}/[b-c].jsonl\r\n\n{folder}/?.jsonl\n") == both
    # A missing journal is noticed only when it is read.
    assert find_journals([str(folder / "c.jsonl")]) == [str(folder / "c.jsonl")]
    monkeypatch.setenv("HOME", str(folder))
    assert find_journals("~/a.jsonl") == [str(folder / "a.jsonl")]


@pytest.mark.parametrize(
    ("journals", "message"),
    [
        ({"a": 1}, "journals is not a list of paths."),
        (7, "journals is not a list of paths."),
        (["rotation.jsonl"], "journals: rotation.jsonl is a relative path."),
        ("/nowhere/*.jsonl", "journals: /nowhere/*.jsonl matches no file."),
    ],
)
def test_a_value_that_names_no_journal_is_explained(journals, message):
    with pytest.raises(InputError) as refusal:
        find_journals(journals)
    assert refusal.value.message == message


def test_both_forms_are_written(journal, paths):
    changed, totals = write_report([journal], paths)
    assert changed
    assert totals == {**totals, **TOTAL}
    with open(paths["json_path"], encoding="utf-8") as file:
        report = json.load(file)
    assert report["totals"] == totals
    with open(paths["html_path"], encoding="utf-8") as file:
        page = file.read()
    assert page.startswith("<!DOCTYPE html>") and f"<title>{TITLE}" in page
    assert {os.stat(path).st_mode & 0o777 for path in paths.values()} == {0o600}


def test_journals_are_reported_together_with_their_title(folder, journal, paths):
    write_report([journal, str(folder / "b.jsonl")], {**paths, "html_path": None}, "Mine")
    with open(paths["json_path"], encoding="utf-8") as file:
        report = json.load(file)
    assert (report["title"], report["totals"]["finished"]) == ("Mine", 2)
    assert not os.path.exists(paths["html_path"])


def test_only_changed_files_are_written(journal, paths):
    assert write_report([journal], paths, check_mode=True)[0]
    assert not any(os.path.exists(path) for path in paths.values())
    write_report([journal], paths)
    assert not write_report([journal], paths, check_mode=True)[0]
    before = {path: os.stat(path).st_ino for path in paths.values()}
    assert not write_report([journal], paths)[0]
    with open(paths["html_path"], "a", encoding="utf-8") as file:
        file.write("\n")
    assert write_report([journal], paths)[0]
    assert os.stat(paths["json_path"]).st_ino == before[paths["json_path"]]
    assert os.stat(paths["html_path"]).st_ino != before[paths["html_path"]]


@pytest.mark.parametrize(("others", "accounts"), [(0, 0), (1, 1)])
def test_in_check_mode_a_journal_need_not_be_there_yet(journal, folder, paths, others, accounts):
    write_report([journal], paths)
    journals = [*[journal] * others, str(folder / "not-yet.jsonl")]
    changed, totals = write_report(journals, paths, check_mode=True)
    assert (changed, totals["accounts"]) == (True, accounts)
    nowhere = {"html_path": str(folder / "nowhere" / "report.html")}
    with pytest.raises(InputError, match="its folder does not exist"):
        write_report(journals, nowhere, check_mode=True)


def test_unusable_paths_are_refused(journal, paths, folder):
    refused("Neither json_path nor html_path is given.", [journal], dict.fromkeys(paths), folder)
    refused("journals is empty.", [], paths, folder)
    refused("html_path report.html is a relative path.", [journal], {"html_path": "report.html"}, folder)
    nowhere = str(folder / "nowhere" / "report.html")
    message = f"html_path {nowhere} can't be written: its folder does not exist."
    refused(message, [journal], {**paths, "html_path": nowhere}, folder)


def test_a_report_replaces_neither_a_journal_nor_the_other_report(journal, paths, folder):
    (folder / "link").symlink_to(journal)
    link = str(folder / "link")
    refused(f"json_path {link} is also a journal.", [journal], {"json_path": link}, folder)
    refused(f"json_path {journal} is also a journal.", [link], {"json_path": journal}, folder)
    twice = {"json_path": paths["json_path"], "html_path": f"{folder}/./report.json"}
    refused(f"html_path {folder}/./report.json is also json_path.", [journal], twice, folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist."),
        (b'{"format": 1, "tenant": "t"}\nnothing\n', "is malformed: line 2 is not a journal line."),
    ],
)
def test_a_journal_that_cant_be_read_is_named(folder, paths, content, message):
    path = folder / "c.jsonl"
    if content is not None:
        path.write_bytes(content)
    refused(f"journal {path} {message}", [str(folder / "a.jsonl"), str(path)], paths, folder, JournalError)
    refused(f"journal {folder} can't be read: it is a folder.", [str(folder)], paths, folder, JournalError)


def test_journals_of_two_tenants_are_not_mixed(folder, journal, paths):
    other = folder / "b.jsonl"
    other.write_text(other.read_text("utf-8").replace("acme.", "umbrella."), "utf-8")
    with pytest.raises(InputError, match="tenant"):
        write_report([journal, str(other)], paths)
    assert not any(os.path.exists(path) for path in paths.values())
