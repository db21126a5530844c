# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads that work on jobs, and that nobody has to wait for at the end.

The executors of the standard library wait for their threads when the interpreter ends. A run that is interrupted must
not wait for what is under way.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import typing as t

T = t.TypeVar("T")
R = t.TypeVar("R")


class Done(t.NamedTuple):
    """What came of a job: a result, or an error."""

    job: t.Any
    result: t.Any
    error: BaseException | None


class Workers(t.Generic[T, R]):
    """At most *number* daemon threads that *perform* jobs; each is started when it is needed."""

    def __init__(self, number: int, perform: t.Callable[[T], R]) -> None:
        self._number = number
        self._perform = perform
        self._jobs: queue.SimpleQueue[tuple[T] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done | None] = queue.SimpleQueue()
        self._threads = 0
        self.busy = 0

    @property
    def free(self) -> bool:
        """Whether a job would be started at once."""
        return self.busy < self._number

    def submit(self, job: T) -> None:
        """Have *job* performed."""
        self.busy += 1
        if self.busy > self._threads:
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        self._jobs.put((job,))

    def next_done(self, timeout: float) -> Done | None:
        """Return the next job that is done; ``None`` after *timeout* seconds, or when woken."""
        with contextlib.suppress(queue.Empty):
            done = self._done.get(timeout=timeout) if timeout > 0 else self._done.get_nowait()
            if done is not None:
                self.busy -= 1
            return done
        return None

    def wake(self) -> None:
        """Have ``next_done`` return. A signal handler may call this."""
        self._done.put(None)

    def close(self) -> None:
        """Let the threads end after what they are doing; wait for none."""
        for _each in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while True:
            entry = self._jobs.get()
            if entry is None:
                return
            try:
                done = Done(entry[0], self._perform(entry[0]), None)
            except BaseException as error:
                done = Done(entry[0], None, error)
            self._done.put(done)
