# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The security guide: tests that it names attack each claim, and its table of faults is that of the promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from support import promises
from support.guides import ROOT
from tools import faults_page

PAGE = (ROOT / "docs" / "docsite" / "rst" / "security.rst").read_text("utf-8")
TABLE = "The tests behind this page"

# Sections in which each paragraph, item and row is a claim.
SECTIONS = (
    *("Where secrets are", "How long secrets live", "On the wire", "What a hostile response can do"),
    *("What others on the control node can do", "What ISC's API client may do", "Crash safety"),
    *("What happens when a request fails", "What an attacker gets", "What isn't protected"),
)
# Exceptions: advice, limits and introductions.
NO_CLAIMS = {
    "Where secrets are": ("The memory of Ansible", "The environment of processes"),
    "How long secrets live": ("The store's key",),
    "What ISC's API client may do": (
        "Whoever has a client with",
        "Use a separate API client",
        "Rotate its secret regularly",
    ),
    "What happens when a request fails": ("retries and request_timeout", "A batch follows the same table"),
    "What an attacker gets": (
        *("these files and the key", "a CA that the control node trusts, and the network", "the client secret"),
        *("an access token", "the right to change a playbook", "root, or the user"),
    ),
    "What isn't protected": (
        *("A secret that is written into a playbook", "-e rotate_password_value", "A callback plugin"),
        *("issue_digit_token_show", "debug of a secret", "Extra variables of a job template"),
        *("The versions of a secret", "The following would make Ansible show"),
    ),
    "What a hostile response can do": ("Someone impersonating ISC", "Tests put hostile texts"),
    "What others on the control node can do": ("A journal, a store, a receipt, a report",),
}


class Claim(NamedTuple):
    """A claim: its section, and its text without markup."""

    section: str
    text: str


def _plain(text: str) -> str:
    """Return text of the guide without markup, on one line."""
    text = re.sub(r"`([^`<]+?) ?<[^>]*>`__?", r"\1", text)
    return " ".join(re.sub(r"``|\*\*|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)", "", text).split())


def sections() -> dict[str, str]:
    parts = re.split(r"^(\S.*)\n-{3,}\n", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def units(section: str) -> Iterator[str]:
    """Yield the paragraphs, items and table rows of a section. A row begins with its first cell."""
    # A generated table is one claim.
    generated = r"(?s)^\.\. table: \w+\n.*?^\.\. end of table\n"
    text = re.sub(generated, "The table\n", sections()[section], flags=re.MULTILINE)
    table = r"(?s)^( *)\.\. list-table::\n.*?(?=^(?!\1 ) *\S|\Z)"
    for found in re.finditer(table, text, re.MULTILINE):
        rows = re.split(r"^ *\* - ", found.group(), flags=re.MULTILINE)[2:]
        if not found[1]:
            yield from (_plain(row) for row in rows)
    text = re.sub(table, "", text, flags=re.MULTILINE)
    for block in re.split(r"\n\n|\n(?=- )", text):
        if block.strip() and not block.startswith(".. "):
            yield _plain(block.strip().removeprefix("- "))


CLAIMS = [
    Claim(section, text)
    for section in SECTIONS
    for text in units(section)
    if not text.startswith(NO_CLAIMS.get(section, ("\n",)))
]


def attacks() -> dict[Claim, list[str]]:
    """Return the tests that the guide names for each claim, by section and beginning of the claim."""
    rows = re.split(r"^   \* - ", sections()[TABLE], flags=re.MULTILINE)[2:]
    found = {}
    for row in rows:
        claim, tests = row.split("\n     - ", 1)
        section, _colon, text = _plain(claim).partition(": ")
        found[Claim(section, text)] = re.findall(r"``(\S+?)``", tests)
    return found


ATTACKS = attacks()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.text[:40])
def test_each_claim_has_one_row(claim):
    rows = [row for row in ATTACKS if row.section == claim.section and claim.text.startswith(row.text)]
    assert len(rows) == 1, claim


@pytest.mark.parametrize("row", ATTACKS, ids=lambda row: row.text)
def test_each_row_has_one_claim_and_names_existing_tests(row):
    assert len([claim for claim in CLAIMS if claim.section == row.section and claim.text.startswith(row.text)]) == 1
    assert ATTACKS[row]
    for test in ATTACKS[row]:
        path, _colons, name = test.partition("::")
        text = (ROOT / "tests" / path).read_text("utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), test


def test_the_page_is_parsed_and_has_all_exceptions():
    assert ("On the wire", "base_url must be https.") in [(claim.section, claim.text[:23]) for claim in CLAIMS]
    assert len(CLAIMS) > 40
    for section, beginnings in NO_CLAIMS.items():
        texts = list(units(section))
        for beginning in beginnings:
            assert [text for text in texts if text.startswith(beginning)], (section, beginning)


def test_the_table_is_that_of_the_promises():
    assert faults_page.rendered(PAGE) == PAGE, "Rewrite it: cd tests && python -m tools.faults_page"


def test_each_fault_is_on_the_page_once():
    begin = PAGE.index(faults_page.BEGIN)
    table = " ".join(PAGE[begin : PAGE.index(faults_page.END, begin)].split())
    names = [fault.name for fault in promises.FAULTS]
    assert len(set(names)) == len(names)
    cells = [cell for row in table.split("* - ")[2:] for cell in row.split(" - ")[0].strip().split(", ")]
    assert sorted(cells) == sorted(names)


def test_no_promise_resends_a_change_of_unknown_outcome():
    for fault in promises.FAULTS:
        for promise in (fault.set, fault.digit_token):
            if promise is not None and {promise.once, promise.always} & {promises.UNKNOWN, promises.MAYBE}:
                assert (promise.sent_once, promise.sent_always) == (1, 1)
