# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Being told to stop."""

from __future__ import annotations

import signal
import threading

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch import run as _interruption
from ansible_collections.community.sailpoint.plugins.module_utils._batch.run import interruptible

pytestmark = pytest.mark.usefixtures("ordinary_signals")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_noted_and_wakes_up(number):
    woken = []
    before = signal.getsignal(number)
    with interruptible(lambda: woken.append(number)) as interruption:
        assert not interruption.happened
        signal.raise_signal(number)
        assert interruption.happened and woken == [number]
        signal.raise_signal(number)
        assert interruption.happened
    assert signal.getsignal(number) is before


def test_the_handlers_are_put_back_after_an_error():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(RuntimeError), interruptible(lambda: None):
        raise RuntimeError
    assert signal.getsignal(signal.SIGTERM) is before


def test_another_thread_leaves_the_handlers_alone():
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def work():
        with interruptible(lambda: None) as interruption:
            seen.append((signal.getsignal(signal.SIGTERM), interruption.happened))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(before, False)]


def test_a_parent_that_is_gone_is_noted(monkeypatch):
    with interruptible(lambda: None) as interruption:
        assert not interruption.happened
        monkeypatch.setattr(_interruption.os, "getppid", lambda: 1)
        assert interruption.happened
