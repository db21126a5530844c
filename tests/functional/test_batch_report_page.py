# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a report in a browser: what it shows and never does, and its list of accounts."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch import PAGE
from support.journals import AD, HOSTILE, JournalText
from support.report_pages import CELLS, NAMES, PRESSED, ROWS, SORTED, all_outcomes, write_page

# WebDriver can't carry half of a surrogate pair, so texts are compared as numbers.
UNITS = "((text) => Array.from({ length: text.length }, (_, place) => text.charCodeAt(place)))"


def test_a_misbehaving_page_is_noticed(browser, tmp_path):
    page = tmp_path / "bad.html"
    page.write_text(
        "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><script>1</script>"
        "<img src='http://nowhere.example/x.png'>"
    )
    browser.open(page)
    assert "http://nowhere.example/x.png" in browser.loaded()
    complaints = " ".join(browser.complaints())
    assert "Content Security Policy" in complaints and "nowhere.example" in complaints


def test_a_page_loads_and_sends_nothing_and_its_scripts_work(look):
    page = look(all_outcomes())
    for selector in ("[data-sort=name]", "[data-outcome=failed]", "[data-reason='0']", "summary", "#clear"):
        page.click(selector)
    page.type("#search", "abby")
    assert page.ask(NAMES) == ["abby"]
    address = page.driver.current_url
    assert address.startswith("file://")
    assert page.loaded() == [address]
    assert page.ask("performance.getEntriesByType('resource').length") == 0
    assert page.complaints() == []


def test_totals_and_facts_are_shown(look):
    page = look(all_outcomes(), title="Of <b>March</b>")
    assert page.driver.title == page.text("h1") == "Of <b>March</b>"
    assert "https://acme.api.identitynow.com" in page.text(".facts")
    assert page.text(".headline") == "30 % 2 of 10 accounts finished, 1 unchanged"
    numbers = "[...document.querySelectorAll('#totals .card')].map((card) => card.innerText.split('\\n').slice(0, 2))"
    two, one = ("Finished", "Failed", "Refused"), ("Accepted", "Unchanged", "Unknown", "Not sent")
    assert dict(page.ask(numbers)) == {**dict.fromkeys(two, "2"), **dict.fromkeys(one, "1")}
    widths = "[...document.querySelectorAll('.share rect')].map((part) => Math.round(part.getBBox().width))"
    shares = page.ask(widths)
    assert len(shares) == 7 and max(shares) - min(shares) > 100
    assert "A run was killed" in page.text(".notice")


def test_each_account_has_a_row_with_its_request_id(look):
    rows = {cells[0]: cells[1:] for cells in look(all_outcomes()).ask(CELLS)}
    assert len(rows) == 10
    zoe = [AD, "Finished", "", "request-0", "2026-03-1409:00:01", "20.0 s"]
    assert rows["zo\u00eb.o'neilCN=number 0,DC=acme"] == zoe
    assert rows["abbyCN=number 2,DC=acme"][1:4] == ["Failed", "No.Too short.", "request-2"]
    assert rows["carl"] == [AD, "Refused", "ISC knows no user carl.", "", "", ""]
    fred = ["Unknown", "The run ended before ISC responded.", "", "2026-03-1409:00:06", ""]
    assert rows["fredCN=number 7,DC=acme"][1:] == fred
    assert rows["hal"][1:3] == ["Unchanged", ""]
    assert rows["gus"] == [AD, "Not sent", "", "", "", ""]


def units(text):
    """Return a text as JavaScript's code units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return list(struct.unpack(f"<{len(encoded) // 2}H", encoded))


def test_hostile_texts_do_nothing_and_are_shown_as_they_are(look):
    journal = JournalText().began(0, len(HOSTILE))
    # A reason that contains the name of its account would be shown with a placeholder.
    reasons = [*HOSTILE[1:], HOSTILE[0]]
    for text, reason in zip(HOSTILE, reasons):
        number = journal.account(text, user_name=text, source_name=text)
        # Id and error must differ from name and reason to be shown.
        journal.accepted(number, 1, account_id=f"{text}!")
        journal.step(number, "failed", 2, reason=reason, errors=[f"{text}?"])
    page = look(journal.ended(3, HOSTILE[2]), title=HOSTILE[1], tenant=HOSTILE[1])
    page.click("#sort-sent_at")
    texts = f"[...row.cells].map((cell) => {UNITS}(cell.textContent))"
    cells = page.ask(f"[...document.querySelectorAll('#rows tr')].map((row) => {texts})")
    assert [row[0] for row in cells] == [units(f"{text}{text}!") for text in HOSTILE]
    assert [row[1] for row in cells] == [units(text) for text in HOSTILE]
    assert [row[3] for row in cells] == [units(f"{reason}{text}?") for text, reason in zip(HOSTILE, reasons)]
    buttons = page.ask(f"[...document.querySelectorAll('[data-reason]')].map((one) => {UNITS}(one.textContent))")
    assert sorted(buttons) == sorted(units(text) for text in HOSTILE)
    assert page.ask(f"{UNITS}(document.querySelector('#facts dd').textContent)") == units(HOSTILE[1])
    assert page.ask("document.querySelector('#run-rows').rows[0].cells[3].textContent") == f"Stopped: {HOSTILE[2]}"
    page.click("[data-reason='1']")
    assert page.ask(
        "[document.images.length, document.scripts.length, document.querySelectorAll('b, [onmouseover]').length]"
    ) == [0, 2, 0]
    assert (page.driver.title, page.loaded(), page.complaints()) == (HOSTILE[1], [page.driver.current_url], [])


def test_the_chart_has_its_series_and_shows_numbers_under_the_pointer(look):
    page = look(all_outcomes())
    series = (
        "[...document.querySelectorAll('#chart .area')].map((one) => [one.classList[1], getComputedStyle(one).fill])"
    )
    drawn = dict(page.ask(series))
    assert list(drawn) == ["finished", "failed", "accepted"]
    assert len(set(drawn.values())) == 3 and "rgb(0, 0, 0)" not in drawn.values()
    heights = "[...document.querySelectorAll('#chart .area')].map((one) => one.getBoundingClientRect().height > 20)"
    assert page.ask(heights) == [True, True, True]
    assert page.text(".legend").split("\n") == ["Finished or unchanged", "Failed, refused or unknown", "In progress"]
    assert page.one("#chart").get_attribute("aria-label") == (
        "Accounts over time. At the end 3 finished or unchanged, 5 failed, refused or unknown, 1 in progress, of 10."
    )
    resting = page.text("#readout")
    assert resting == "4.0 changes per minute on average."
    point = "document.querySelector('#chart').dispatchEvent(new PointerEvent(arguments[0], { clientX: arguments[1] }))"
    left, width = page.ask(
        "(({ left, width }) => [left, width])(document.querySelector('#chart').getBoundingClientRect())"
    )
    page.ask(point, "pointermove", left + width / 2 + 1)
    assert page.text("#readout") == "After 30.1 s: 2 finished or unchanged, 4 failed, refused or unknown, 3 in progress"
    page.ask(point, "pointerleave", 0)
    assert page.text("#readout") == resting


def test_the_areas_of_the_chart_are_stacked(look):
    numbers = ((0, 0, 0, 0), (5, 4, 1, 1), (10, 4, 2, 1))
    page = look(
        all_outcomes(),
        totals={"accounts": 4, **dict.fromkeys(OUTCOMES, 0)},
        progress=[dict(zip(("seconds", "sent", "finished", "failed"), point)) for point in numbers],
    )
    up = {
        "finished": ["0.0 1000.0", "500.0 1000.0", "500.0 750.0", "1000.0 750.0", "1000.0 500.0"],
        "failed": ["0.0 1000.0", "500.0 1000.0", "500.0 500.0", "1000.0 500.0", "1000.0 250.0"],
        "accepted": ["0.0 1000.0", "500.0 1000.0", "500.0 0.0", "1000.0 0.0", "1000.0 0.0"],
    }
    ground = ["0.0 1000.0", "500.0 1000.0", "500.0 1000.0", "1000.0 1000.0", "1000.0 1000.0"]
    below = [ground, up["finished"], up["failed"]]
    paths = page.ask("[...document.querySelectorAll('#areas path')].map((one) => one.getAttribute('d').slice(1, -1))")
    assert [path.split("L") for path in paths] == [line + down[::-1] for line, down in zip(up.values(), below)]


@pytest.mark.parametrize(
    ("seconds", "words", "times", "done", "failed", "headline", "scale", "pace"),
    [
        (0, "0.0 s", "0 s|1 s", 1, 0, "100 % 1 of 1 account finished", "0|1", ""),
        (59.96, "1 min 0 s", "0 s|10 s|20 s|30 s|40 s|50 s", 0, 1, "0 % 0 of 1 account finished", "0|1", "1.0"),
        (59.94, "59.9 s", "0 s|10 s|20 s|30 s|40 s|50 s", 7, 0, "100 % 7 of 7 accounts finished", "0|2|4|6", "7.0"),
        (
            *(100, "1 min 40 s", "0 s|15 s|30 s|45 s|1 min|1 min 15|1 min 30"),
            *(1999, 1, "99.9 % 1,999 of 2,000 accounts finished", "0|500|1,000|1,500|2,000", "1,200"),
        ),
        (
            *(5459.99, "1 h 31 min", "0 s|15 min|30 min|45 min|1 h|1 h 15|1 h 30"),
            *(9999, 1, "99.9 % 9,999 of 10,000 accounts finished", "0|2,000|4,000|6,000|8,000|10,000", "110"),
        ),
        (
            *(30 * 86400, "720 h 0 min", "0 s|96 h|192 h|288 h|384 h|480 h|576 h|672 h"),
            *(0, 0, "0 % 0 of 10 accounts finished", "0|2|4|6|8|10", ""),
        ),
    ],
)
def test_numbers_and_times_are_round_and_in_words(look, seconds, words, times, done, failed, headline, scale, pace):
    totals = {"accounts": done + failed or 10, **dict.fromkeys(OUTCOMES, 0), "finished": done, "failed": failed}
    progress = [{"seconds": moment, "sent": 0, "finished": 0, "failed": 0} for moment in (0, seconds)]
    page = look(JournalText().began(0, 1).ended(1), totals=totals, progress=progress, duration=seconds)
    labels = "[...document.querySelectorAll(arguments[0])].map((one) => one.textContent).join('|')"
    assert page.ask(labels, "#facts div:nth-child(4) dd") == words
    assert (page.ask(labels, "#times text"), page.ask(labels, "#rules text")) == (times, scale)
    assert page.text(".headline") == headline
    assert page.text("#readout") == (f"{pace} changes per minute on average." if pace else "")


def test_the_end_of_each_run_is_shown(look):
    run = JournalText().began(0, 1200).ended(1, "max_failures").began(2).ended(3, "interrupted").began(4).ended(5)
    page = look(run)
    ends = "[...document.querySelector('#run-rows').rows].map((row) => row.cells[3].textContent)"
    ended = ["Stopped: too many failures", "Stopped: it was interrupted", "All accounts were tried"]
    assert page.ask(ends) == ended
    first = "[...document.querySelector('#run-rows').rows[0].cells].slice(0, 3).map((cell) => cell.textContent)"
    assert page.ask(first) == ["2026-03-14 09:00:00", "2026-03-14 09:00:01", "1,200"]
    stopped = "A run stopped before it had tried all accounts."
    assert page.text(".notice") == f"{stopped} The runs are listed at the end."
    page = look(run.began(6))
    assert page.ask(ends) == [*ended, "It was killed, or had not ended yet"]
    killed = "A run was killed, or had not ended yet when this report was written."
    assert page.text(".notice") == f"{stopped} {killed} The runs are listed at the end."
    assert not look(JournalText().began(0, 1).ended(1)).one(".notice").is_displayed()


def test_journals_without_accounts_give_a_page(look):
    for journal in (JournalText(), JournalText().began(0, 0).ended(1)):
        page = look(journal)
        assert page.text(".headline") == "The journals contain no accounts."
        assert page.text("#count") == "0 accounts"
        assert not any(page.one(part).is_displayed() for part in ("#cards", "#share", "#progress", "#reasons"))
        assert page.complaints() == []


def test_the_page_alone_shows_a_sample(browser):
    browser.open(PAGE)
    assert browser.text("h1") == browser.driver.title == "A sample"
    assert browser.ask(NAMES) == ["Bob.Jones", "Carl", "Abby.Smith"]
    assert browser.complaints() == []


def test_without_javascript_a_page_says_what_to_do(look):
    page = look(all_outcomes())
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.driver.refresh()
        text_shown = page.text("body")
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert text_shown.split("\n") == [
        "Allow JavaScript for this file to see the report. The file loads nothing from elsewhere.",
        "Accounts: 10, of which 2 finished, 1 accepted, 1 unchanged, 2 failed, 2 refused, 1 unknown, 1 not sent.",
    ]


def test_a_page_follows_the_dark_color_scheme(look):
    page = look(all_outcomes())
    colours = (
        "['color', 'backgroundColor'].map((key) => getComputedStyle(document.body)[key].match(/\\d+/g).map(Number))"
    )
    text, ground = page.ask(colours)
    assert sum(text) < 200 < 600 < sum(ground)
    page.emulate(prefers_color_scheme="dark")
    text, ground = page.ask(colours)
    assert sum(ground) < 200 < 600 < sum(text)


def test_a_page_fits_a_phone(look):
    journal = all_outcomes()
    long = "a" * 200
    journal.ending(long, "failed", 1, 2, reason=long * 2)
    page = look(journal, title=long)
    page.resize(400, 800)
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    page.click("#sort-duration")
    assert page.ask(ROWS) == 11


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


def journal_to_sort():
    """Return a journal whose accounts have another order in each column."""
    journal = JournalText().began(0, 3)
    for name, source, step, sent_at, ended_at, more in (
        ("user2", "B", "finished", 3, 23, {}),
        ("user10", "a", "failed", 2, 102, {"reason": "Zz"}),
    ):
        number = journal.account(name, user_name=name, source_name=source)
        journal.accepted(number, sent_at).step(number, step, ended_at, **more)
    journal.step(journal.account("user9", user_name="user9", source_name="C"), "refused", 1, reason="Aa")
    return journal


def test_each_column_sorts_in_both_directions(look):
    page = look(journal_to_sort())
    assert page.ask(NAMES) == ["user10", "user9", "user2"]
    # Missing values come last in both directions. The column that sorts initially is not the first one here.
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


def test_a_search_finds_all_words_in_any_column_ignoring_case(look):
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


def test_further_reasons_are_shown_on_request(look):
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
