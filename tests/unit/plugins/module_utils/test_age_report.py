# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on the ages of passwords: how accounts are counted, and its three forms."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import FoundAccount
from ansible_collections.community.sailpoint.plugins.plugin_utils._report import ages as _ages
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.ages import (
    COLUMNS,
    PAGE,
    STATES,
    ReportOptions,
    age_report,
    age_report_page,
    as_csv,
    as_lines,
)
from hypothesis import given
from hypothesis import strategies as st
from support.hostile_texts import TEXTS
from support.page_parts import PageParts, assert_nothing_is_loaded

DAY = 86400
NOW = 1795514400.0
OPTIONS = ReportOptions("Ages", "acme.api.identitynow.com", 90 * DAY, "90d")


def account(name="a", source="AD", age=None, **more):
    """Return an account whose password has the given age in days."""
    last_set = None if age is None else NOW - age * DAY
    known = FoundAccount(f"CN={name}", name, name, name, "i", "s", source, False, False, False, True, last_set)
    return known._replace(**more)


MANY = {
    "AD": [
        account("young", age=5),
        account("just", age=89.999),
        account("due", age=90),
        account("old", age=800),
        account("never", never_set=True),
        account("unknown"),
        account("future", age=-3),
        account("disabled", age=900, disabled=True),
        account("locked", age=900, locked=True),
    ],
    "HR": [account("hr", source="HR")],
    "Empty": [],
}


def states(report):
    return {row["user_name"]: row["state"] for row in report["accounts"]}


def test_each_account_is_counted_once_and_listed_in_order():
    report = age_report(MANY, OPTIONS, NOW)
    # Due accounts come first, with the oldest at the top.
    assert [*states(report).items()] == [
        ("old", "due"),
        ("due", "due"),
        ("never", "never_set"),
        *((name, "unknown") for name in ("future", "unknown", "hr")),
        *((name, "not_due") for name in ("just", "young")),
    ]
    assert report["totals"] == {"accounts": 8, "due": 2, "not_due": 2, "never_set": 1, "unknown": 3, "oldest_days": 800}
    assert report["left_out"] == {"disabled": 1, "locked": 1}
    assert [source["source_name"] for source in report["sources"]] == ["AD", "HR", "Empty"]
    assert [source["accounts"] for source in report["sources"]] == [7, 1, 0]
    assert [source["oldest_days"] for source in report["sources"]] == [800, None, None]
    for name in STATES:
        assert report["totals"][name] == sum(source[name] for source in report["sources"])


@pytest.mark.parametrize(
    ("options", "more"), [({"include_disabled": True}, {"disabled"}), ({"include_locked": True}, {"locked"})]
)
def test_disabled_and_locked_accounts_are_counted_on_request(options, more):
    report = age_report(MANY, OPTIONS._replace(**options), NOW)
    assert set(states(report)) - set(states(age_report(MANY, OPTIONS, NOW))) == more
    assert sum(report["left_out"].values()) == 1


def test_the_limit_decides_which_accounts_are_due():
    assert states(age_report(MANY, OPTIONS._replace(older_than=5 * DAY), NOW))["young"] == "due"
    assert states(age_report(MANY, OPTIONS._replace(older_than=5 * DAY + 1), NOW))["young"] == "not_due"


@given(st.lists(st.one_of(st.none(), st.floats(0, 5000)), max_size=30))
def test_the_histogram_counts_every_known_age_once(known):
    accounts = [account(str(number), age=age) for number, age in enumerate(known)]
    report = age_report({"AD": accounts}, OPTIONS, NOW)
    assert sum(band["accounts"] for band in report["histogram"]) == sum(age is not None for age in known)
    assert sum(report["totals"][name] for name in STATES) == len(known) == report["totals"]["accounts"]


@pytest.mark.parametrize(
    ("age", "band"), [(0, 0), (29.9, 0), (30, 1), (59, 1), (60, 2), (90, 3), (180, 4), (365, 5), (729.9, 5), (730, 6)]
)
def test_the_bounds_of_the_histogram(age, band):
    histogram = age_report({"AD": [account(age=age)]}, OPTIONS, NOW)["histogram"]
    assert [index for index, each in enumerate(histogram) if each["accounts"]] == [band]


def test_the_csv_has_a_row_for_each_account():
    rows = list(csv.DictReader(io.StringIO(as_csv(age_report(MANY, OPTIONS, NOW)))))
    assert [*rows[0]] == list(COLUMNS)
    assert len(rows) == 8
    assert rows[0] == {
        "source_name": "AD",
        "user_name": "old",
        "account_id": "CN=old",
        "account_name": "old",
        "state": "due",
        "password_last_set": "2024-09-15T10:00:00Z",
        "password_age_days": "800",
        "disabled": "false",
        "locked": "false",
        "privileged": "false",
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_csv_cell_is_a_formula(text):
    hostile = account(text, source=text, account_id=text)
    (row,) = csv.DictReader(io.StringIO(as_csv(age_report({text: [hostile]}, OPTIONS, NOW))))
    assert {row["user_name"], row["source_name"], row["account_id"], row["account_name"]} == {f"'{text}"}


def test_the_lines_show_totals_and_histogram():
    lines = as_lines(age_report(MANY, OPTIONS, NOW))
    assert lines[:5] == [
        "All sources: 8 accounts, 2 due, 2 not due, 1 never set, 3 unknown; the oldest is 800 days old",
        "AD: 7 accounts, 2 due, 2 not due, 1 never set, 2 unknown; the oldest is 800 days old",
        "HR: 1 account, 0 due, 0 not due, 0 never set, 1 unknown",
        "Empty: 0 accounts, 0 due, 0 not due, 0 never set, 0 unknown",
        "Not counted: 1 disabled, 1 locked.",
    ]
    assert lines[5] == f"    0 to 29 days  {'#' * 40}  1"
    assert lines[-1] == f"730 days or more  {'#' * 40}  1"
    assert as_lines(age_report({"AD": []}, OPTIONS, NOW)) == [
        "AD: 0 accounts, 0 due, 0 not due, 0 never set, 0 unknown"
    ]


def page(report=None):
    return age_report_page(report or age_report(MANY, OPTIONS, NOW))


def test_the_page_allows_its_own_style_only_and_loads_nothing():
    parts = PageParts(page())
    (style,) = PageParts(PAGE.read_text("utf-8")).inside("style")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    wanted = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    tags, attributes = zip(*parts.elements[:4])
    assert tags == ("html", "head", "meta", "meta")
    assert attributes[3]["content"] == wanted, f"The policy in ages.html has to be: {wanted}"
    assert_nothing_is_loaded(parts, style)
    assert parts.inside("script") == []


@pytest.mark.parametrize("name", TEXTS)
def test_any_name_is_only_text_on_the_page(name):
    text = TEXTS[name]
    hostile = account(text, source=text, account_id=text, age=100)
    question = OPTIONS._replace(title=text, tenant=text, age=text)
    plain = account("x", source="x", account_id="x", age=100)
    made = page(age_report({text: [hostile]}, question, NOW))
    parts = PageParts(made)
    assert parts.elements == PageParts(page(age_report({"x": [plain]}, OPTIONS, NOW))).elements
    assert text.strip() in parts.text
    json.dumps(age_report({text: [hostile]}, question, NOW))


def test_the_page_shows_totals_and_accounts():
    text = " ".join(PageParts(page()).text.split())
    assert "acme.api.identitynow.com, 2026-11-24T10:00:00Z. A password is due after 90d." in text
    assert "Not counted: 1 disabled, 1 locked." in text
    assert "Due 2 Set 90d ago or earlier." in text
    assert "Never set 1 According to ISC." in text
    assert "old CN=old AD Due 800 2024-09-15T10:00:00Z" in text
    assert "These are all accounts." in text


def test_a_page_of_many_accounts_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(_ages, "MAX_ROWS", 3)
    text = PageParts(page()).text
    assert "5 more accounts are in the CSV and JSON files only." in text
    assert "CN=young" not in text
