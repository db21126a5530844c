# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report, opened in a browser, and expressions that query it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch import batch_report_page

from support.browser import Browser
from support.journals import JournalText, report

NAMES = "[...document.querySelectorAll('#rows tr')].map((row) => row.cells[0].firstChild.firstChild.textContent)"
CELLS = "[...document.querySelectorAll('#rows tr')].map((row) => [...row.cells].map((cell) => cell.textContent))"
ROWS = "document.querySelectorAll('#rows tr').length"
SORTED = (
    "[...document.querySelectorAll('th[aria-sort]')].map((one) => [one.textContent, one.getAttribute('aria-sort')])"
)
PRESSED = "[...document.querySelectorAll('[aria-pressed=true]')].map((one) => one.textContent)"


def all_outcomes() -> JournalText:
    """Return a journal with an account for every outcome."""
    journal = JournalText().began(0, 8)
    journal.ending("zo\u00eb.o'neil", "finished", 1, 21, state="FINISHED").ending("finn", "finished", 2, 60)
    for name in ("abby", "bob"):
        journal.ending(name, "failed", 3, 30, errors=["No.", "Too short."], reason="No.")
    for name in ("carl", "dora"):
        journal.step(journal.account(name), "refused", 4, reason=f"ISC knows no user {name}.")
    journal.accepted(journal.account("eve"), 5)
    journal.sent(journal.account("fred"), 6)
    journal.account("gus")
    journal.step(journal.account("hal"), "unchanged", 7)
    return journal


def write_page(page: Path, journal: JournalText, **parts: Any) -> Path:
    """Write the page of the report on a journal, with some parts of the report replaced by *parts*."""
    page.write_text(batch_report_page({**report(journal), **parts}), "utf-8")
    return page


def looking(browser: Browser, folder: Path) -> Callable[..., Browser]:
    """Return a function that opens the page of the report on a journal, and returns the browser."""

    def look(journal: JournalText, **parts: Any) -> Browser:
        browser.open(write_page(folder / "report.html", journal, **parts))
        return browser

    return look
