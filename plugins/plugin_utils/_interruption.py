# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Telling what is known of a password before a signal, such as that of Ctrl-C, ends the worker that works on it.

The result of a task that is interrupted reaches nobody, because ansible-playbook takes no more results then.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import types
import typing as t

from ..module_utils._batch.run import BatchProgress

try:
    _ERROR_OUTPUT: int | None = os.dup(2)
except OSError:
    _ERROR_OUTPUT = None

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

GRACE = 2.0
"""Seconds that a signal is put off while a password is being sent. Without a response its outcome would be unknown."""


@contextlib.contextmanager
def told_if_interrupted(
    sentences: t.Callable[[], str], sending: t.Callable[[], bool] = lambda: False, grace: float = GRACE
) -> t.Iterator[None]:
    """Have *sentences* told before a signal ends this process.

    :param sending: whether the response to a password is awaited; the signal is then put off, but not for longer than
        *grace* seconds.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    farewell = _Farewell(sentences, sending, grace)
    try:
        farewell.install()
        yield
    finally:
        farewell.leave()


class _Farewell:
    """The handlers of the signals that end this process."""

    def __init__(self, sentences: t.Callable[[], str], sending: t.Callable[[], bool], grace: float) -> None:
        self._sentences = sentences
        self._sending = sending
        self._grace = grace
        self._before: dict[signal.Signals, t.Any] = {}
        self._signal: int | None = None
        self._is_over = False

    def install(self) -> None:
        """Take the signals that are not ignored, as nohup has them."""
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler is not signal.SIG_IGN:
                self._before[number] = handler
                signal.signal(number, self._handle)

    def leave(self) -> None:
        """Give the signals back. One that was put off takes effect now."""
        if self._signal is None:
            self._restore()
        elif self._before:
            self._end(self._signal)

    def _handle(self, number: int, frame: types.FrameType | None) -> None:
        if self._signal is None and self._sending():
            self._signal = number
            threading.Thread(target=self._await_response, daemon=True).start()
        elif self._signal is None or self._is_over:
            self._end(number)

    def _await_response(self) -> None:
        until = time.monotonic() + self._grace
        while self._sending() and time.monotonic() < until:
            time.sleep(0.05)
        self._is_over = True
        if self._before:
            signal.pthread_kill(t.cast(int, threading.main_thread().ident), t.cast(int, self._signal))

    def _end(self, number: int) -> None:
        # ansible-playbook sends a second signal at once, which is not to take effect before all is told.
        self._signal, self._is_over = number, False
        tell(self._sentences())
        self._restore()
        signal.raise_signal(number)

    def _restore(self) -> None:
        while self._before:
            number, handler = self._before.popitem()
            signal.signal(number, handler)


def tell(line: str) -> None:
    """Write a line to the error output of ansible-playbook, which takes no message of a worker while it ends."""
    if _ERROR_OUTPUT is not None:
        with contextlib.suppress(OSError):
            os.write(_ERROR_OUTPUT, f"{line}\n".encode("utf-8", "replace"))


def progress_of(name: str, display: t.Any) -> BatchProgress:
    """Return what shows how far a batch is, and tells what is known of it as it is interrupted.

    :param name: what the lines begin with. :param display: that of Ansible.
    """
    return BatchProgress(lambda text: display.display(f"{name}: {text}"), lambda text: tell(f"{name}: {text}"))
