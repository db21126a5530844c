# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The effects of a run on the world outside its process, counted, so that a run can be killed at each."""

from __future__ import annotations


class KilledError(BaseException):
    """The process was killed. Nothing may catch it, as nothing catches SIGKILL."""


class Effects:
    """Counts the effects of a run, and kills it at one of them.

    :ivar seen: the names of the effects that happened.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._last: int | None = None
        self._dead = False

    def begin(self, last: int | None = None) -> None:
        """Begin a run that is killed after *last* effects, if given."""
        self.seen, self._last, self._dead = [], last, False

    def happen(self, name: str) -> None:
        """Count an effect that is about to happen.

        :raises KilledError: the process is killed before it.
        """
        # Cleanup code of a killed process must have no effect either.
        if self._dead or len(self.seen) == self._last:
            self._dead = True
            raise KilledError(name)
        self.seen.append(name)
