# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the benchmarks, and its results."""

from __future__ import annotations

import pytest
from benchmarks import page, results
from benchmarks.benchmark import BENCHMARKS
from benchmarks.report import Promise, Report
from benchmarks.table import Table

TABLE = Table(("A play with", "Seconds"), (("``assert``", "0.7"), ("two tasks", "10.25")))


def test_the_page_shows_the_results_of_all_benchmarks():
    """Otherwise, run: python tests/benchmarks --page."""
    assert page.FILE.read_text(encoding="utf-8") == page.rendered(results.kept())
    assert set(results.kept()) == set(BENCHMARKS)


def test_a_table_in_the_terminal_and_on_the_page():
    """Numbers are right-aligned, and markup is removed."""
    assert TABLE.terminal().splitlines() == [
        "A play with  Seconds",
        "-----------  -------",
        "assert           0.7",
        "two tasks      10.25",
    ]
    rows = "   * - A play with\n     - Seconds\n   * - ``assert``\n     - 0.7\n   * - two tasks\n     - 10.25"
    assert TABLE.rst().rstrip("\n") == f".. list-table::\n   :header-rows: 1\n\n{rows}"


def test_a_promise_becomes_a_row():
    """Promises are a table of their own at the end."""
    report = Report((TABLE,), (Promise("less than 1 s", "0.7 s", True), Promise("nothing", "0.7 s", False)))
    rows = (("less than 1 s", "0.7 s", "yes"), ("nothing", "0.7 s", "no"))
    assert report.all_tables() == [TABLE, Table(("Promise", "Measured", "Kept"), rows, texts=3)]


@pytest.fixture
def results_file(tmp_path, monkeypatch):
    """Redirect the results to an empty file."""
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")


@pytest.mark.usefixtures("results_file")
def test_a_result_replaces_its_own_and_leaves_the_others():
    """A benchmark that is not run stays on the page."""
    old, new = Report((TABLE,), machine="an old one"), Report((TABLE,), (Promise("a", "b", True),), "a new one")
    results.keep("forks", old)
    results.keep("memory", old)
    results.keep("forks", new)
    assert results.kept() == {"forks": new, "memory": old}
    assert page.rendered(results.kept()).count("an old one") == 1
