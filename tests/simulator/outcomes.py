# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a test wants the next changes to go."""

from __future__ import annotations

from simulator.world import Account, Identity

KINDS = ("finish", "fail", "never", "final_at_once", "fail_at_once", "accepted_without_id")
# The published example of a status with an error.
DEFAULT_ERRORS = ["The password change payload is invalid"]
_FIELDS = {
    "outcome": str,
    "times": int,
    "user_name": str,
    "account_id": str,
    "source": str,
    "errors": list,
    "status_404_first": int,
    "change_seconds": (int, float),
    "partial_sources": list,
}


class Outcome:
    """One wish: which changes it is for, how many times, and what happens to them."""

    __slots__ = (
        "kind",
        "times",
        "user_name",
        "account_id",
        "source",
        "errors",
        "status_404_first",
        "change_seconds",
        "partial_sources",
    )

    def __init__(self, wish: dict | None = None):
        """:raises ValueError: an unknown field, kind or type."""
        wish = wish or {}
        for name, value in wish.items():
            if name not in _FIELDS:
                raise ValueError(f"unknown field {name!r}; known are: {', '.join(sorted(_FIELDS))}")
            if value is not None and (not isinstance(value, _FIELDS[name]) or isinstance(value, bool)):
                raise ValueError(f"{name} has the wrong type")
        self.kind = wish.get("outcome", "finish")
        if self.kind not in KINDS:
            raise ValueError(f"outcome must be one of {', '.join(KINDS)}")
        self.times = wish.get("times", 1)
        self.user_name = wish.get("user_name")
        self.account_id = wish.get("account_id")
        self.source = wish.get("source")
        self.errors = wish.get("errors", DEFAULT_ERRORS)
        self.status_404_first = wish.get("status_404_first", 0)
        self.change_seconds = wish.get("change_seconds")
        self.partial_sources = wish.get("partial_sources", [])

    def concerns(self, identity: Identity, account: Account) -> bool:
        return (
            self.user_name in (None, identity.user_name)
            and self.account_id in (None, account.account_id)
            and self.source in (None, account.source.name)
        )


ORDINARY = Outcome()


class Outcomes:
    """Wishes in the order they came; the first that concerns a change is used, ``times`` times (None: always)."""

    def __init__(self):
        self._wishes: list[Outcome] = []

    def add(self, wish: dict) -> None:
        self._wishes.append(Outcome(wish))

    def take(self, identity: Identity, account: Account) -> Outcome:
        for wish in self._wishes:
            if wish.concerns(identity, account):
                if wish.times is not None:
                    wish.times -= 1
                    if wish.times <= 0:
                        self._wishes.remove(wish)
                return wish
        return ORDINARY

    def reset(self) -> None:
        self._wishes.clear()
