# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How old a password change must be until reading its status is worth a request."""

from __future__ import annotations

PROBE_GROWTH = 1.25
"""How much older the next change has to be that is looked at, while none has been seen to end."""

_TOO_EARLY = 1.08
_IN_TIME = 0.994
"""A read that came too early raises the age by 8 %, one in time lowers it by 0.6 %: about 7 % of reads are early."""

_NEAR = 1.5
"""Of the age. A change that ended long before it was looked at tells nothing of how long changes take."""


class Expectation:
    """What is known of how long the changes of one source take.

    :ivar age: seconds from when a change was accepted until it is worth reading.
    :ivar known: whether a change has been seen to end. Until then one read at a time feels its way.
    """

    __slots__ = ("age", "known")

    def __init__(self, first_age: float) -> None:
        self.age = first_age
        self.known = False

    def ended(self, age: float) -> None:
        """Take note that the first read of a change, at *age* seconds, found it ended."""
        if not self.known:
            self.known = True
            self.age = min(self.age, age)
        elif age <= self.age * _NEAR:
            self.age *= _IN_TIME

    def going_on(self, age: float) -> None:
        """Take note that the first read of a change, at *age* seconds, found it going on."""
        self.age = max(self.age, age * (_TOO_EARLY if self.known else PROBE_GROWTH))
