# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On a signal, the role and the modules report the state of a password before the signal takes effect."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import unsent_error
from ansible_collections.community.sailpoint.plugins.plugin_utils import _interruption
from ansible_collections.community.sailpoint.plugins.plugin_utils._interruption import report_interruption
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.interruption import watched, watched_query
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import ROTATION
from support.modules import NAMES
from support.rotations import ACCOUNT, OLD, PENDING, Record, rotation

pytestmark = pytest.mark.usefixtures("ordinary_signals")

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def lines(monkeypatch):
    written = []
    monkeypatch.setattr(_interruption, "write_line", written.append)
    return written


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_takes_effect_after_the_report(lines, number):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), report_interruption(lambda: "Nothing was sent."):
        signal.raise_signal(number)
        pytest.fail("the signal had no effect")
    assert lines == ["Nothing was sent."]
    assert signal.getsignal(number) is before


def test_a_second_signal_waits_for_the_report(lines):
    def sentences():
        signal.raise_signal(signal.SIGTERM)
        return "Nothing was sent."

    with pytest.raises(KeyboardInterrupt), report_interruption(sentences):
        signal.raise_signal(signal.SIGINT)
    assert lines == ["Nothing was sent."]


def test_without_a_signal_nothing_is_reported(lines):
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


def test_a_change_that_ends_during_the_wait_is_reported_at_the_end(lines):
    state = ["sending"]
    with pytest.raises(KeyboardInterrupt), report_interruption(lambda: state[-1], lambda: state[-1] == "sending"):
        signal.raise_signal(signal.SIGINT)
        state.append("finished")
    assert lines == ["finished"]


def test_a_response_is_awaited_for_a_limited_time(lines):
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


def test_a_line_goes_to_the_error_output_of_the_time_when_the_plugin_was_loaded(monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setattr(_interruption, "_STDERR", writing)
    _interruption.write_line("Interrupted: zo\u00eb \ud800")
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert pipe.read() == "Interrupted: zo\u00eb ?\n".encode()
    # A closed or missing error output is no error.
    for output in (writing, None):
        monkeypatch.setattr(_interruption, "_STDERR", output)
        _interruption.write_line("Interrupted")


UNSENT = "The run was interrupted before it sent the password. Run it again."
OF_THE_ROLE = f"rotate_password: svc-backup on Active Directory: {UNSENT}"
OF_THE_MODULE = f"isc_password: {UNSENT}"
ROTATING = {ROTATION: {"rotation": rotation(Record(ACCOUNT, OLD, pending=PENDING)).as_value()}}
ENDED = {ROTATION: {"changed": False}}


def interrupted_run(params, check_mode, client, watch=None):
    """Run as the module that sets a password, and be interrupted."""
    if watch is None:
        signal.raise_signal(signal.SIGINT)
    else:
        with watch(unsent_error, lambda: False):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("password", "variables", "line"),
    [
        (PENDING.password, ROTATING, OF_THE_ROLE),
        # A hook of the role sets another account.
        ("Another-Harbour-43", ROTATING, OF_THE_MODULE),
        (PENDING.password, ENDED, OF_THE_MODULE),
        (PENDING.password, {}, OF_THE_MODULE),
    ],
)
def test_the_role_reports_a_password_that_it_staged(lines, password, variables, line):
    run = watched(interrupted_run, "isc_password", {"password": password}, variables)
    with pytest.raises(KeyboardInterrupt):
        run({}, False, None)
    assert lines == [line]


@pytest.mark.parametrize(
    ("user_name", "variables", "line"),
    [
        (NAMES["user_name"], ROTATING, [OF_THE_ROLE]),
        ("somebody else", ROTATING, []),
        (NAMES["user_name"], ENDED, []),
        (NAMES["user_name"], {}, []),
    ],
)
def test_an_interrupted_query_is_reported_only_by_the_role(lines, user_name, variables, line):
    run = watched_query(interrupted_run, {"user_name": user_name}, variables)
    with pytest.raises(KeyboardInterrupt):
        run({}, False, None)
    assert lines == line
