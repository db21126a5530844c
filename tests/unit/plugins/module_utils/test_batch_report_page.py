# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a report as a text. What it does in a browser is in tests/functional/test_batch_report_page.py."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.chart import (
    extent,
    progress_chart,
    shares,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.page import batch_report_page
from ansible_collections.community.sailpoint.tests.unit.journals import HOSTILE, JournalText, finished, report
from hypothesis import given
from hypothesis import strategies as st


def page(*journals, **more):
    """Return the page of the report on journals."""
    return batch_report_page(report(*journals, **more))


def hostile(text):
    """Return a page that has a text wherever one can come from a journal or a task."""
    journal = JournalText("https://acme.example/" + text).began(0, 1)
    number = journal.account(text, user_name=text, source_name=text)
    journal.accepted(number, 1, account_id=text).step(number, "failed", 2, errors=[text + "!"], reason=text, state=text)
    return page(journal.ended(3, text), title=text)


class Parts(HTMLParser):
    """What a page consists of: elements with their attributes, and the text in each kind of element."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self._open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        self.texts.append((self._open[-1] if self._open else None, data))

    def all(self, tag):
        """Return the attributes of all elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def inside(self, tag):
        """Return the texts of all elements of a kind."""
        return [text for name, text in self.texts if name == tag]


def data(text):
    """Return the data of a page."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1])


def tags(text):
    """Return the elements of a page and the names of their attributes."""
    return [(tag, sorted(attributes)) for tag, attributes in Parts(text).elements]


PLAIN = hostile("plain")


def test_the_policy_allows_the_inline_script_and_style_and_nothing_else():
    parts = Parts(PLAIN)
    (policy,) = [one["content"] for one in parts.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]

    def hashed(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    _data, script = parts.inside("script")
    (style,) = parts.inside("style")
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src {hashed(script)}",
        f"style-src {hashed(style)}",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_the_policy_stands_before_all_that_it_is_for():
    first = [tag for tag, attributes in Parts(PLAIN).elements][:5]
    assert first == ["html", "head", "meta", "meta", "meta"]
    assert "Content-Security-Policy" in PLAIN.splitlines()[4]


def test_nothing_is_loaded_from_elsewhere():
    journal = JournalText("no-address").began(0, 1).ending("abby", "failed", 1, 2, reason="No.")
    assert not re.search(r"https?:|//\w|url\(|@import", page(journal.ended(3)))
    assert {"link", "img", "iframe", "base", "object", "form", "a"}.isdisjoint(tag for tag, _names in tags(PLAIN))
    assert not {"src", "href", "style", "action"}.intersection(name for _tag, names in tags(PLAIN) for name in names)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_element_or_an_attribute(text):
    told = hostile(text)
    assert tags(told) == tags(PLAIN)
    assert len(re.findall("<script", told)) == len(re.findall("</script", told)) == 2
    assert "<!--" not in told
    assert not any(name.startswith("on") for _tag, names in tags(told) for name in names)


@given(st.text(min_size=1, max_size=30))
def test_no_text_at_all_becomes_an_element_or_an_attribute(text):
    assert tags(hostile(text)) == tags(PLAIN)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_reaches_the_script_as_it_is(text):
    told = data(hostile(text))
    (row,) = told["rows"]
    account = dict(zip(told["columns"], row))
    assert [account[key] for key in ("name", "user_name", "source_name", "account_id", "reason", "details")] == [
        *[text] * 5,
        None if text + "!" in text else text + "!",
    ]
    assert told["reasons"][0]["reason"] == text


@pytest.mark.parametrize("text", HOSTILE[:6])
def test_every_text_is_shown_as_it_is(text):
    parts = Parts(hostile(text))
    assert parts.inside("title") == parts.inside("h1") == [text]
    assert text in parts.inside("button")
    assert "https://acme.example/" + text in parts.inside("dd")
    assert f"Stopped: {text}" in parts.inside("td")


def test_half_of_a_pair_is_replaced_where_a_file_can_not_hold_it():
    told = hostile("\ud83d!")
    assert "<h1>?!</h1>" in told
    assert told.encode("utf-8").isascii()


def test_the_same_report_makes_the_same_page():
    assert hostile("abby") == hostile("abby")


def test_errors_that_the_reason_has_already_are_not_details():
    journal = JournalText().began(0, 1)
    journal.ending("abby", "failed", 1, 2, errors=["No.", "Too short.", "Never."], reason="No. It is too short.")
    told = data(page(journal))
    assert told["rows"][0][told["columns"].index("details")] == "Too short.; Never."


def many(done, failed):
    """Return the page of a batch with that many accounts of two outcomes."""
    journal = JournalText().began(0, done + failed)
    for number in range(done + failed):
        journal.ending(f"u{number}", "finished" if number < done else "failed", 1, 60, reason=f"Reason {number}")
    return page(journal.ended(60))


def test_a_share_that_is_not_all_never_looks_like_all():
    assert "<strong>99.9 %</strong> 1,999 of 2,000 accounts finished" in many(1999, 1)
    assert "<strong>100 %</strong> 1 of 1 account finished" in many(1, 0)


def test_the_pace_counts_what_finished_and_failed():
    assert "2,000 changes a minute on average." in many(1999, 1)
    assert "1.0 changes a minute on average." in many(1, 0)


def test_reasons_beyond_the_first_ten_are_there_when_one_asks():
    told = many(0, 12)
    assert told.count('<tr class="later" hidden>') == 2
    assert "Show all 12 reasons" in told
    assert "all-reasons" not in many(0, 10).split("<script")[0]


def test_a_page_on_no_account_says_so():
    told = page(JournalText().began(0, 0).ended(1))
    assert "The journals name no account." in told
    assert 'id="chart"' not in told and 'id="reasons"' not in told
    assert data(page(JournalText()))["rows"] == []


@pytest.mark.parametrize(
    ("stopped", "sentence"),
    [
        (None, "All accounts were tried"),
        ("max_failures", "Stopped: too many failures"),
        ("interrupted", "Stopped: it was interrupted"),
    ],
)
def test_a_run_says_how_it_ended(stopped, sentence):
    told = page(finished("abby", 1, 2).ended(3, stopped))
    assert f"<td>{sentence}</td>" in told
    assert ("A run stopped before it had tried all accounts." in told) is (stopped is not None)
    assert "A run was killed" not in told


def test_a_run_that_was_killed_is_noticed():
    told = page(finished("abby", 1, 2))
    assert "<td>It was killed, or had not ended yet</td>" in told
    assert "A run was killed, or had not ended yet when this was written." in told
    assert "A run stopped before" not in told


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (59.99, "1 min 0 s"), (3599, "59 min 59 s"), (7260, "2 h 1 min")],
)
def test_a_duration_in_words(seconds, words):
    assert f"<dt>Duration</dt><dd>{words}</dd>" in page(JournalText().began(0, 1).ended(seconds))


POINTS = [
    {"seconds": 0.0, "sent": 0, "finished": 0, "failed": 0},
    {"seconds": 5.0, "sent": 4, "finished": 1, "failed": 1},
    {"seconds": 10.0, "sent": 4, "finished": 2, "failed": 1},
]


def test_a_chart_stacks_finished_failed_and_in_progress():
    drawn = progress_chart(POINTS, 4, "words")
    assert 'aria-label="words"' in drawn
    paths = dict(re.findall(r'<path class="area (\w+)" d="M([^"]*)Z"/>', drawn))
    steps = {
        "finished": "0.0 1000.0L500.0 1000.0L500.0 750.0L1000.0 750.0L1000.0 500.0",
        "failed": "0.0 1000.0L500.0 1000.0L500.0 500.0L1000.0 500.0L1000.0 250.0",
        "accepted": "0.0 1000.0L500.0 1000.0L500.0 0.0L1000.0 0.0L1000.0 0.0",
    }
    assert list(paths) == list(steps)
    assert all(path.startswith(steps[name]) for name, path in paths.items())
    ends = [[path.split("L")[place] for place in (-1, 5)] for path in paths.values()]
    assert ends == [["0.0 1000.0", "1000.0 1000.0"], ["0.0 1000.0", "1000.0 500.0"], ["0.0 1000.0", "1000.0 250.0"]]


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [
        (0, ["0 s", "1 s"]),
        (10, ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s"]),
        (100, ["0 s", "15 s", "30 s", "45 s", "1 min", "1 min 15", "1 min 30"]),
        (5400, ["0 s", "15 min", "30 min", "45 min", "1 h", "1 h 15", "1 h 30"]),
        (30 * 86400, ["0 s", "96 h", "192 h", "288 h", "384 h", "480 h", "576 h", "672 h"]),
    ],
)
def test_times_of_a_chart_are_round(seconds, labels):
    points = [POINTS[0], {**POINTS[1], "seconds": float(seconds)}]
    drawn = progress_chart(points, 4, "words")
    assert re.findall(r'text-anchor="middle"[^>]*>([^<]*)<', drawn) == labels
    assert extent(points) == max(seconds, 1)


@pytest.mark.parametrize(
    ("total", "numbers"),
    [(1, ["0", "1"]), (7, ["0", "2", "4", "6"]), (10000, ["0", "2,000", "4,000", "6,000", "8,000", "10,000"])],
)
def test_numbers_of_a_chart_are_round(total, numbers):
    assert re.findall(r'text-anchor="end">([^<]*)<', progress_chart([POINTS[0]], total, "words")) == numbers


def test_each_share_is_as_wide_as_its_part_and_begins_where_the_last_one_ends():
    drawn = shares([("finished", 3), ("refused", 0), ("failed", 1)], 4)
    assert re.findall(r'class="area (\w+)" x="(\d+)%" width="(\d+)%"', drawn) == [
        ("finished", "0", "75"),
        ("failed", "75", "25"),
    ]


def test_the_script_is_told_which_reason_an_account_has():
    journal = JournalText().began(0, 2)
    journal.step(journal.account("carl"), "refused", 4, reason="No.")
    page = batch_report_page(report(journal))
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    assert data["rows"][0][data["columns"].index("reason_index")] == 0
