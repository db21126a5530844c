# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML page of a batch report. tests/functional/test_batch_report_page.py tests what its script draws."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch import PAGE, batch_report_page
from hypothesis import given
from hypothesis import strategies as st
from support.journals import HOSTILE, JournalText, report
from support.page_parts import PageParts, assert_nothing_is_loaded


def hostile(text):
    """Return a report with *text* in each field that a journal or a task can fill."""
    journal = JournalText("https://acme.example/" + text).began(0, 1)
    number = journal.account(text, user_name=text, source_name=text)
    journal.accepted(number, 1, account_id=text).step(number, "failed", 2, errors=[text + "!"], reason=text, state=text)
    return report(journal.ended(3, text), title=text)


SAMPLE = PageParts(PAGE.read_text("utf-8"))
DATA, SCRIPT = SAMPLE.inside("script")
(STYLE,) = SAMPLE.inside("style")


def test_the_page_allows_its_own_script_and_style_only():
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (SCRIPT, STYLE)]
    wanted = (
        f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    # The policy has to stand before anything that it restricts.
    tags, attributes = zip(*SAMPLE.elements[:4])
    assert tags == ("html", "head", "meta", "meta") and attributes[3]["http-equiv"] == "Content-Security-Policy"
    assert attributes[3]["content"] == wanted, f"The policy in batch.html has to be: {wanted}"


def test_nothing_is_loaded_from_elsewhere_and_no_text_becomes_html():
    assert_nothing_is_loaded(SAMPLE, SCRIPT + STYLE)
    assert not re.search(r"fetch|XMLHttp|import|innerHTML|outerHTML|insertAdjacent|document\.write|eval", SCRIPT)


def test_the_page_knows_the_outcomes():
    shown = [attributes["data-total"] for _tag, attributes in SAMPLE.elements if "data-total" in attributes]
    assert shown == list(OUTCOMES)
    assert sorted(json.loads(re.search(r"WORST_FIRST = (\[.*?\]);", SCRIPT)[1])) == sorted(OUTCOMES)
    both = r"light-dark\(#\w{6}, #\w{6}\)"
    colors = rf"^\.(\w+) {{ --ink: {both}; --soft: {both}; --fill: {both}; }}$"
    assert sorted(re.findall(colors, STYLE, re.MULTILINE)) == sorted(OUTCOMES)


def test_the_sample_has_the_form_of_a_report():
    sample, made = json.loads(DATA), report(JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="No."))
    assert sample.keys() == made.keys() - {"format"}
    for part in ("runs", "reasons", "progress"):
        assert [one.keys() for one in sample[part]] == [made[part][0].keys()] * len(sample[part])
    assert all(account.keys() <= made["accounts"][0].keys() for account in sample["accounts"])


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_reaches_the_script_and_becomes_neither_element_nor_attribute(text):
    made = hostile(text)
    page = batch_report_page(made)
    parts = PageParts(page)
    assert parts.elements == SAMPLE.elements
    assert json.loads(parts.inside("script")[0]) == made
    assert page.count("<!--") == PAGE.read_text("utf-8").count("<!--")
    assert text not in HOSTILE[:6] or parts.inside("title") == [text]


@given(st.text(min_size=1, max_size=30))
def test_any_text_does_the_same(text):
    test_a_text_reaches_the_script_and_becomes_neither_element_nor_attribute(text)


def test_the_totals_are_there_without_javascript():
    journal = JournalText().began(0, 1200)
    for number in range(1100):
        journal.ending(f"u{number}", "finished", 1, 2)
    journal.account("gus")
    assert PageParts(batch_report_page(report(journal))).inside("p")[1] == (
        "Accounts: 1,101, of which 1,100 finished, 0 accepted, 0 unchanged, 0 failed, 0 refused, 0 unknown, 1 not sent."
    )
