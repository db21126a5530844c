# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the files of journals to the files of a report: which are read, and what is written where."""

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
    """A folder with two journals, and something else."""
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
    """Have a report refused, and see that it writes nothing."""
    before = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    with pytest.raises(error) as caught:
        write_report(journals, paths)
    assert caught.value.message == message
    assert caught.value.hint
    assert {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()} == before


def test_half_of_a_pair_is_replaced_where_a_file_can_not_hold_it(journal, paths, folder):
    write_report([journal], paths, "\ud83d!")
    page = (folder / "report.html").read_bytes()
    assert b"<title>?!</title>" in page and page.isascii()
    assert json.loads((folder / "report.json").read_bytes())["title"] == "\ud83d!"


def test_paths_and_patterns_are_found_once_each_in_order(folder):
    both = [str(folder / "a.jsonl"), str(folder / "b.jsonl")]
    assert find_journals([both[1], str(folder / "*.jsonl")]) == both
    assert find_journals((f" {both[0]} ", "")) == both[:1]
    assert find_journals(f"{folder}/[b-c].jsonl\r\n\n{folder}/?.jsonl\n") == both
    # Whether it is there shows when it is read.
    assert find_journals([str(folder / "c.jsonl")]) == [str(folder / "c.jsonl")]


def test_a_home_is_expanded(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    assert find_journals("~/a.jsonl") == [str(folder / "a.jsonl")]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"a": 1}, "journals is not a list of paths."),
        (7, "journals is not a list of paths."),
        (["rotation.jsonl"], "journals: rotation.jsonl is a relative path."),
        ("/nowhere/*.jsonl", "journals: /nowhere/*.jsonl matches no file."),
    ],
)
def test_what_names_no_journals_is_explained(wanted, message):
    with pytest.raises(InputError) as refused:
        find_journals(wanted)
    assert refused.value.message == message


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


def test_only_what_differs_is_written(journal, paths):
    write_report([journal], paths)
    before = {path: os.stat(path).st_ino for path in paths.values()}
    assert not write_report([journal], paths)[0]
    with open(paths["html_path"], "a", encoding="utf-8") as file:
        file.write("\n")
    assert write_report([journal], paths)[0]
    assert os.stat(paths["json_path"]).st_ino == before[paths["json_path"]]
    assert os.stat(paths["html_path"]).st_ino != before[paths["html_path"]]


def test_check_mode_says_what_would_be_different(journal, paths):
    assert write_report([journal], paths, check_mode=True)[0]
    assert not any(os.path.exists(path) for path in paths.values())
    write_report([journal], paths)
    assert not write_report([journal], paths, check_mode=True)[0]


@pytest.mark.parametrize(("others", "accounts"), [(0, 0), (1, 1)])
def test_in_check_mode_a_journal_need_not_be_there_yet(journal, folder, paths, others, accounts):
    write_report([journal], paths)
    journals = [*[journal] * others, str(folder / "not-yet.jsonl")]
    changed, totals = write_report(journals, paths, check_mode=True)
    assert (changed, totals["accounts"]) == (True, accounts)
    nowhere = {"html_path": str(folder / "nowhere" / "report.html")}
    with pytest.raises(InputError, match="its folder does not exist"):
        write_report(journals, nowhere, check_mode=True)


def test_there_has_to_be_something_to_write_and_to_report_on(journal, paths, folder):
    nowhere = dict.fromkeys(paths)
    refused("Neither json_path nor html_path is given.", [journal], nowhere, folder)
    refused("journals is empty.", [], paths, folder)


def test_a_relative_path_is_refused(journal, folder):
    refused("html_path report.html is a relative path.", [journal], {"html_path": "report.html"}, folder)


def test_a_report_replaces_neither_a_journal_nor_the_other_report(journal, paths, folder):
    (folder / "link").symlink_to(journal)
    link = str(folder / "link")
    refused(f"json_path {link} is also a journal.", [journal], {"json_path": link}, folder)
    refused(f"json_path {journal} is also a journal.", [link], {"json_path": journal}, folder)
    twice = {"json_path": paths["json_path"], "html_path": f"{folder}/./report.json"}
    refused(f"html_path {folder}/./report.json is also json_path.", [journal], twice, folder)


def test_where_one_cant_be_written_none_is(journal, paths, folder):
    nowhere = str(folder / "nowhere" / "report.html")
    refused(
        f"html_path {nowhere} can't be written: its folder does not exist.",
        [journal],
        {**paths, "html_path": nowhere},
        folder,
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist."),
        (b'{"format": 1, "tenant": "t"}\nnothing\n', "is malformed: line 2 is not a journal line."),
    ],
)
def test_a_journal_that_cant_be_read_is_named(folder, paths, content, said):
    path = folder / "c.jsonl"
    if content is not None:
        path.write_bytes(content)
    refused(f"journal {path} {said}", [str(folder / "a.jsonl"), str(path)], paths, folder, JournalError)


def test_a_folder_in_the_place_of_a_journal_is_explained(folder, paths):
    refused(f"journal {folder} can't be read: it is a folder.", [str(folder)], paths, folder, JournalError)


def test_journals_of_two_tenants_are_not_mixed(folder, journal, paths):
    other = folder / "b.jsonl"
    other.write_text(other.read_text("utf-8").replace("acme.", "umbrella."), "utf-8")
    with pytest.raises(InputError, match="tenant"):
        write_report([journal, str(other)], paths)
    assert not any(os.path.exists(path) for path in paths.values())
