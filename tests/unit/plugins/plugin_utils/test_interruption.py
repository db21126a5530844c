# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a password change is reported before a signal ends the worker."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils import _interruption
from ansible_collections.community.sailpoint.plugins.plugin_utils._interruption import report_interruption

pytestmark = pytest.mark.usefixtures("ordinary_signals")

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def lines(monkeypatch):
    told = []
    monkeypatch.setattr(_interruption, "write_line", told.append)
    return told


@pytest.mark.parametrize("number", SIGNALS)
def test_the_signal_takes_effect_after_the_report(lines, number):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), report_interruption(lambda: "Nothing was sent."):
        signal.raise_signal(number)
        pytest.fail("the signal had no effect")
    assert lines == ["Nothing was sent."]
    assert signal.getsignal(number) is before


def test_a_second_signal_waits_until_the_report_is_written(lines):
    def sentences():
        signal.raise_signal(signal.SIGTERM)
        return "Nothing was sent."

    with pytest.raises(KeyboardInterrupt), report_interruption(sentences):
        signal.raise_signal(signal.SIGINT)
    assert lines == ["Nothing was sent."]


def test_nothing_is_reported_without_a_signal(lines):
    before = [signal.getsignal(number) for number in SIGNALS]
    with report_interruption(lambda: "Nothing was sent."):
        assert [signal.getsignal(number) for number in SIGNALS] != before
    with pytest.raises(ValueError, match="No"), report_interruption(lambda: "Nothing was sent."):
        raise ValueError("No.")
    assert [signal.getsignal(number) for number in SIGNALS] == before
    assert lines == []


def test_while_a_password_is_sent_the_response_is_awaited(lines):
    state = ["sending"]
    with pytest.raises(KeyboardInterrupt), report_interruption(lambda: state[-1], lambda: state[-1] == "sending"):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        assert lines == []
        state.append("accepted")
        time.sleep(5)
        pytest.fail("the signal had no effect")
    assert lines == ["accepted"]


def test_a_response_before_the_end_of_the_block_is_reported(lines):
    state = ["sending"]
    with pytest.raises(KeyboardInterrupt), report_interruption(lambda: state[-1], lambda: state[-1] == "sending"):
        signal.raise_signal(signal.SIGINT)
        state.append("finished")
    assert lines == ["finished"]


def test_the_wait_for_a_response_is_limited(lines):
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), report_interruption(lambda: "unknown", lambda: True, grace=0.2):
        signal.raise_signal(signal.SIGINT)
        time.sleep(5)
    assert lines == ["unknown"]
    assert 0.2 <= time.monotonic() - begun < 4


def test_a_signal_that_is_ignored_stays_ignored(lines):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with report_interruption(lambda: "Nothing was sent."):
        signal.raise_signal(signal.SIGHUP)
    assert lines == []


def test_another_thread_leaves_the_handlers_alone(lines):
    before, seen = signal.getsignal(signal.SIGINT), []

    def work():
        with report_interruption(lambda: "Nothing was sent."):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
