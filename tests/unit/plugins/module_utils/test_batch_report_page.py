# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a report as a text. What its script draws is in tests/functional/test_batch_report_page.py."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch import PAGE, batch_report_page
from hypothesis import given
from hypothesis import strategies as st
from support.journals import HOSTILE, JournalText, report


def hostile(text):
    """Return a report that has a text wherever one can come from a journal or a task."""
    journal = JournalText("https://acme.example/" + text).began(0, 1)
    number = journal.account(text, user_name=text, source_name=text)
    journal.accepted(number, 1, account_id=text).step(number, "failed", 2, errors=[text + "!"], reason=text, state=text)
    return report(journal.ended(3, text), title=text)


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

    def inside(self, tag):
        return [text for name, text in self.texts if name == tag]


SAMPLE = Parts(PAGE.read_text("utf-8"))
DATA, SCRIPT = SAMPLE.inside("script")
(STYLE,) = SAMPLE.inside("style")


def test_the_policy_allows_the_inline_script_and_style_and_nothing_else():
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (SCRIPT, STYLE)]
    wanted = (
        f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    # Before all that it is for.
    tags, attributes = zip(*SAMPLE.elements[:4])
    assert tags == ("html", "head", "meta", "meta") and attributes[3]["http-equiv"] == "Content-Security-Policy"
    assert attributes[3]["content"] == wanted, f"The policy in batch.html has to be: {wanted}"


def test_nothing_is_loaded_from_elsewhere_and_no_text_becomes_html():
    tags = {tag for tag, _attributes in SAMPLE.elements}
    assert {"link", "img", "iframe", "base", "object", "form", "a"}.isdisjoint(tags)
    names = {name for _tag, attributes in SAMPLE.elements for name in attributes}
    assert not {"src", "href", "style", "action"}.intersection(names)
    assert not any(name.startswith("on") for name in names)
    assert not re.search(r"https?:|url\(|@import", SCRIPT + STYLE)
    assert not re.search(r"fetch|XMLHttp|import|innerHTML|outerHTML|insertAdjacent|document\.write|eval", SCRIPT)


def test_the_page_knows_the_outcomes():
    shown = [attributes["data-total"] for _tag, attributes in SAMPLE.elements if "data-total" in attributes]
    assert shown == list(OUTCOMES)
    assert sorted(json.loads(re.search(r"WORST_FIRST = (\[.*?\]);", SCRIPT)[1])) == sorted(OUTCOMES)
    both = r"light-dark\(#\w{6}, #\w{6}\)"
    colours = rf"^\.(\w+) {{ --ink: {both}; --soft: {both}; --fill: {both}; }}$"
    assert sorted(re.findall(colours, STYLE, re.MULTILINE)) == sorted(OUTCOMES)


def test_the_sample_has_the_form_of_a_report():
    sample, made = json.loads(DATA), report(JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="No."))
    assert sample.keys() == made.keys() - {"format"}
    for part in ("runs", "reasons", "progress"):
        assert [one.keys() for one in sample[part]] == [made[part][0].keys()] * len(sample[part])
    assert all(account.keys() <= made["accounts"][0].keys() for account in sample["accounts"])


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_reaches_the_script_and_becomes_neither_element_nor_attribute(text):
    check(text)


@given(st.text(min_size=1, max_size=30))
def test_any_text_does(text):
    check(text)


def check(text):
    """Check the page of a report that is full of a text."""
    made = hostile(text)
    page = batch_report_page(made)
    parts = Parts(page)
    assert parts.elements == SAMPLE.elements
    assert json.loads(parts.inside("script")[0]) == made
    assert page.count("<!--") == PAGE.read_text("utf-8").count("<!--")


@pytest.mark.parametrize("text", HOSTILE[:6])
def test_the_title_is_shown_as_it_is(text):
    assert Parts(batch_report_page(hostile(text))).inside("title") == [text]


def test_the_totals_are_there_without_javascript():
    journal = JournalText().began(0, 1200)
    for number in range(1100):
        journal.ending(f"u{number}", "finished", 1, 2)
    journal.account("gus")
    assert Parts(batch_report_page(report(journal))).inside("p")[1] == (
        "Accounts: 1,101, of which 1,100 finished, 0 accepted, 0 unchanged, 0 failed, 0 refused, 0 unknown, 1 not sent."
    )
