# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The security guide tells what the tests hold about requests that fail."""

from __future__ import annotations

from support import promises
from tools import faults_page

TEXT = faults_page.PAGE.read_text("utf-8")


def test_the_table_is_that_of_the_promises():
    assert faults_page.rendered(TEXT) == TEXT, "Write it anew: cd tests && python -m tools.faults_page"


def test_each_fault_is_on_the_page_once():
    begin = TEXT.index(faults_page.BEGIN)
    told = " ".join(TEXT[begin : TEXT.index(faults_page.END, begin)].split())
    names = [fault.name for fault in promises.FAULTS]
    assert len(set(names)) == len(names)
    cells = [cell for row in told.split("* - ")[2:] for cell in row.split(" - ")[0].strip().split(", ")]
    assert sorted(cells) == sorted(names)


def test_no_promise_sends_a_change_in_doubt_again():
    for fault in promises.FAULTS:
        for promise in (fault.set, fault.digit_token):
            if promise is not None and {promise.once, promise.always} & {promises.UNKNOWN, promises.MAYBE}:
                assert (promise.sent_once, promise.sent_always) == (1, 1)
