# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run does to the world outside its process, counted, so that it can be ended at each of them."""

from __future__ import annotations


class KilledError(BaseException):
    """The process has ended. Nothing may catch it, as nothing catches SIGKILL."""


class Effects:
    """Counts the effects of a run, and ends it at one of them.

    :ivar seen: the names of those that took place.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._last: int | None = None
        self._dead = False

    def begin(self, last: int | None = None) -> None:
        """Begin a run that ends after *last* effects; without, it goes through."""
        self.seen, self._last, self._dead = [], last, False

    def happen(self, name: str) -> None:
        """Count an effect that is about to take place.

        :raises KilledError: the process ends before it.
        """
        # What is left of a process that was killed does nothing any more.
        if self._dead or len(self.seen) == self._last:
            self._dead = True
            raise KilledError(name)
        self.seen.append(name)
