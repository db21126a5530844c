# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Being told to stop: Ctrl-C, the end of the session, or the end of the process that this one works for."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import typing as t

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Whether this process was told to stop. ``wake`` is called then, also from a signal handler."""

    def __init__(self, wake: t.Callable[[], None]) -> None:
        self._wake = wake
        self._parent = os.getppid()
        self._signalled = False

    @property
    def happened(self) -> bool:
        """Whether it was told to stop, or its parent has gone and nobody would hear of what it does."""
        return self._signalled or os.getppid() != self._parent

    def signal(self, *unused: t.Any) -> None:
        """Take note of a signal."""
        self._signalled = True
        self._wake()


@contextlib.contextmanager
def interruptible(wake: t.Callable[[], None]) -> t.Iterator[Interruption]:
    """Take signals that would end the process as a wish to stop, instead."""
    interruption = Interruption(wake)
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:  # nohup
                signal.signal(number, interruption.signal)
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
