# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of accounts on the page of a report: it is sorted, searched and filtered in a browser."""

from __future__ import annotations

import pytest
from support.journals import JournalText
from support.report_pages import NAMES, PRESSED, ROWS, SORTED, all_outcomes, write_page


@pytest.fixture(scope="module")
def ten_thousand(tmp_path_factory):
    """The page of a report on ten thousand accounts, of which 100 failed and one was refused."""
    journal = JournalText().began(0, 10_000)
    for number in range(9_999):
        step = "finished" if number % 100 else "failed"
        more = {} if number % 100 else {"reason": f"In the history of user{number}."}
        journal.ending(f"user{number}", step, number / 20, number / 20 + 30, **more)
    journal.step(journal.account("last"), "refused", 600, reason="Unknown.")
    return write_page(tmp_path_factory.mktemp("page") / "report.html", journal.ended(610))


def to_sort():
    """Return a journal whose accounts every column sorts otherwise."""
    journal = JournalText().began(0, 3)
    for name, source, step, sent_at, ended_at, more in (
        ("user2", "B", "finished", 3, 23, {}),
        ("user10", "a", "failed", 2, 102, {"reason": "Zz"}),
    ):
        number = journal.account(name, user_name=name, source_name=source)
        journal.accepted(number, sent_at).step(number, step, ended_at, **more)
    journal.step(journal.account("user9", user_name="user9", source_name="C"), "refused", 1, reason="Aa")
    return journal


def test_each_column_sorts_and_sorts_back(look):
    page = look(to_sort())
    assert page.ask(NAMES) == ["user10", "user9", "user2"]
    # What is not there comes last in both directions. The one that sorts already has its turn after others.
    for column, ascending, descending in (
        ("name", "user2 user9 user10", "user10 user9 user2"),
        ("source_name", "user10 user2 user9", "user9 user2 user10"),
        ("outcome", "user10 user9 user2", "user2 user9 user10"),
        ("reason", "user9 user10 user2", "user10 user9 user2"),
        ("request_id", "user2 user10 user9", "user10 user2 user9"),
        ("sent_at", "user10 user2 user9", "user2 user10 user9"),
        ("duration", "user2 user10 user9", "user10 user2 user9"),
    ):
        title = page.text(f"#sort-{column}")
        for order, direction in ((ascending, "ascending"), (descending, "descending"), (ascending, "ascending")):
            page.click(f"#sort-{column}")
            assert page.ask(NAMES) == order.split(), (column, direction)
            assert page.ask(SORTED) == [[title, direction]]


def test_a_search_finds_all_words_in_any_column_and_any_case(look):
    page = look(all_outcomes())
    for words, names in (
        ("ABBY", ["abby"]),
        ("request-3", ["bob"]),
        ("active  knows", ["carl", "dora"]),
        ("zo\u00cb.o'n", ["zo\u00eb.o'neil"]),
        ("number 7", ["fred"]),
        ("not sent", ["gus"]),
        ("short", ["abby", "bob"]),
    ):
        page.type("#search", words)
        assert page.ask(NAMES) == names, words
        assert page.text("#count") == f"{len(names)} of 10 accounts"
    page.type("#search", "abby nobody")
    assert page.ask(ROWS) == 0
    assert page.text("#nothing") == "No account matches."
    page.click("#clear")
    assert page.ask(ROWS) == 10
    assert (page.ask("document.activeElement.id"), page.one("#search").get_property("value")) == ("search", "")
    assert not page.one("#clear").is_displayed() and not page.one("#nothing").is_displayed()


def test_a_filter_shows_the_accounts_of_an_outcome(look):
    page = look(all_outcomes())
    assert page.ask(PRESSED) == ["All 10"]
    page.click("[data-outcome=refused]")
    assert page.ask(NAMES) == ["carl", "dora"]
    assert (page.ask(PRESSED), page.text("#count")) == (["Refused 2"], "2 of 10 accounts")
    page.type("#search", "dora")
    assert page.ask(NAMES) == ["dora"]
    page.click("[data-outcome=failed]")
    assert page.ask(NAMES) == []
    page.type("#search", "")
    assert page.ask(NAMES) == ["abby", "bob"]
    page.click("[data-outcome=failed]")
    assert (page.ask(ROWS), page.ask(PRESSED)) == (10, ["All 10"])
    page.click("[data-outcome=unknown]")
    page.click("[data-outcome='']")
    assert (page.ask(ROWS), page.ask(PRESSED)) == (10, ["All 10"])


def test_a_click_on_a_reason_shows_its_accounts(look):
    page = look(all_outcomes())
    reasons = "[...document.querySelectorAll('#reasons tbody tr')].map((row) => row.innerText.split(/[\\n\\t]+/))"
    assert page.ask(reasons) == [
        ["ISC knows no user <user_name>.", "Refused", "2"],
        ["No.", "Failed", "2"],
        ["The run ended before ISC responded.", "Unknown", "1"],
    ]
    page.click("[data-outcome=finished]")
    page.click("[data-reason='0']")
    assert page.ask(NAMES) == ["carl", "dora"]
    assert page.ask(PRESSED) == ["ISC knows no user <user_name>."]
    assert page.text("#chosen-reason") == "Reason: ISC knows no user <user_name>."
    assert page.ask("document.querySelector('#accounts').getBoundingClientRect().top < innerHeight / 2")
    page.click("[data-reason='1']")
    assert page.ask(NAMES) == ["abby", "bob"]
    page.click("[data-reason='1']")
    assert (page.ask(ROWS), page.ask(PRESSED), page.text("#chosen-reason")) == (10, ["All 10"], "")
    page.click("[data-reason='2']")
    page.click("[data-outcome=finished]")
    assert (page.ask(ROWS), page.ask(PRESSED)) == (2, ["Finished 2"])


def test_reasons_beyond_the_first_ten_are_shown_when_one_asks(look):
    journal = JournalText().began(0, 12)
    for number in range(12):
        journal.ending(f"user{number}", "failed", 1, 2, reason=f"Reason {number}")
    page = look(journal)
    shown = "[...document.querySelectorAll('[data-reason]')].filter((one) => one.offsetParent).length"
    assert page.ask(shown) == 10
    page.click("#all-reasons")
    assert page.ask(shown) == 12
    assert not page.one("#all-reasons").is_displayed()


def test_ten_thousand_accounts_are_listed_searched_and_filtered(browser, ten_thousand):
    browser.open(ten_thousand)
    assert browser.text(".headline") == "98.9 % 9,899 of 10,000 accounts finished"
    assert browser.text("#count") == "10,000 accounts, the first 200 are shown"
    assert browser.ask(ROWS) == 200
    browser.click("#next")
    assert (browser.ask(ROWS), browser.text("#count")) == (400, "10,000 accounts, the first 400 are shown")
    assert browser.text("#all") == "Show all 10,000"
    browser.click("#all")
    assert (browser.ask(ROWS), browser.text("#count")) == (10_000, "10,000 accounts")
    assert browser.ask(f"new Set({NAMES}).size") == 10_000
    assert not browser.one("#more").is_displayed()
    browser.click("[data-outcome=refused]")
    assert browser.ask(NAMES) == ["last"]
    browser.click("[data-reason='0']")
    assert (browser.ask(ROWS), browser.text("#count")) == (100, "100 of 10,000 accounts")
    assert browser.text("#chosen-reason") == "Reason: In the history of <user_name>."
    browser.click("#clear")
    browser.type("#search", "user9998")
    assert browser.ask(NAMES) == ["user9998"]
    browser.click("#clear")
    browser.click("#sort-name")
    browser.click("#sort-name")
    assert browser.ask(f"{NAMES}.slice(0, 2)") == ["user9998", "user9997"]
    assert browser.complaints() == []
