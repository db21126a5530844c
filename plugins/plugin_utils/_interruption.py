# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports the state of a password change before a signal (such as Ctrl-C) ends the worker.

The result of an interrupted task is lost, because ansible-playbook no longer accepts results when it is interrupted.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import types
import typing as t

from ..module_utils._batch.run import GRACE, SIGNALS, BatchProgress

try:
    _STDERR: int | None = os.dup(2)
except OSError:
    _STDERR = None


@contextlib.contextmanager
def report_interruption(
    sentences: t.Callable[[], str], sending: t.Callable[[], bool] = lambda: False, grace: float = GRACE
) -> t.Iterator[None]:
    """Write *sentences* to standard error before a signal ends this process.

    :param sending: whether a password was sent and its response is outstanding. The signal is then delayed until the
        response is there, by at most *grace* seconds.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = _SignalHandlers(sentences, sending, grace)
    try:
        handlers.install()
        yield
    finally:
        handlers.leave()


class _SignalHandlers:
    """Temporary handlers of the signals that end this process."""

    def __init__(self, sentences: t.Callable[[], str], sending: t.Callable[[], bool], grace: float) -> None:
        self._sentences = sentences
        self._sending = sending
        self._grace = grace
        self._previous: dict[signal.Signals, t.Any] = {}
        self._delayed: int | None = None
        self._grace_is_over = False

    def install(self) -> None:
        """Handle all signals except ignored ones, such as SIGHUP under nohup."""
        for number in SIGNALS:
            handler = signal.getsignal(number)
            if handler is not signal.SIG_IGN:
                self._previous[number] = handler
                signal.signal(number, self._handle)

    def leave(self) -> None:
        """Restore the previous handlers. A delayed signal takes effect now."""
        if self._delayed is None:
            self._restore()
        elif self._previous:
            self._end(self._delayed)

    def _handle(self, number: int, frame: types.FrameType | None) -> None:
        if self._delayed is None and self._sending():
            self._delayed = number
            threading.Thread(target=self._await_response, daemon=True).start()
        elif self._delayed is None or self._grace_is_over:
            self._end(number)

    def _await_response(self) -> None:
        deadline = time.monotonic() + self._grace
        while self._sending() and time.monotonic() < deadline:
            time.sleep(0.05)
        self._grace_is_over = True
        if self._previous:
            signal.pthread_kill(t.cast(int, threading.main_thread().ident), t.cast(int, self._delayed))

    def _end(self, number: int) -> None:
        # ansible-playbook sends a second signal immediately, which must not take effect before the report is written.
        self._delayed, self._grace_is_over = number, False
        write_line(self._sentences())
        self._restore()
        signal.raise_signal(number)

    def _restore(self) -> None:
        while self._previous:
            number, handler = self._previous.popitem()
            signal.signal(number, handler)


def write_line(line: str) -> None:
    """Write a line to the standard error of ansible-playbook, which ignores messages from workers while it ends."""
    if _STDERR is not None:
        with contextlib.suppress(OSError):
            os.write(_STDERR, f"{line}\n".encode("utf-8", "replace"))


def display_progress(name: str, display: t.Any) -> BatchProgress:
    """Return the callbacks that show the progress of a batch, and its state when it is interrupted.

    :param name: the prefix of the lines. :param display: Ansible's display.
    """
    return BatchProgress(lambda text: display.display(f"{name}: {text}"), lambda text: write_line(f"{name}: {text}"))
