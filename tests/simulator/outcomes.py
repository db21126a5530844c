# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcomes that a test chooses for the next changes."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.world import Account, Identity

KINDS = ("finish", "fail", "never", "final_at_once", "fail_at_once", "accepted_without_id")
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


@dataclass(eq=False)
class Outcome:
    """What happens to the matching changes, and how many times. The default errors are the published example."""

    outcome: str = "finish"
    times: int | None = 1
    user_name: str | None = None
    account_id: str | None = None
    source: str | None = None
    errors: list[str] = field(default_factory=lambda: ["The password change payload is invalid"])
    status_404_first: int = 0
    change_seconds: float | None = None
    partial_sources: list[str] = field(default_factory=list)

    def matches(self, identity: Identity, account: Account) -> bool:
        return (
            self.user_name in (None, identity.user_name)
            and self.account_id in (None, account.account_id)
            and self.source in (None, account.source.name)
        )


class Outcomes:
    """The chosen outcomes, in order. The first that matches a change is used, ``times`` times (None: always)."""

    def __init__(self):
        self._chosen: list[Outcome] = []

    def add(self, fields: dict) -> None:
        """:raises ValueError: a field or outcome is unknown, or a type is wrong."""
        for name, value in fields.items():
            if name not in _FIELDS:
                raise ValueError(f"unknown field {name!r}; known are: {', '.join(sorted(_FIELDS))}")
            if value is not None and (not isinstance(value, _FIELDS[name]) or isinstance(value, bool)):
                raise ValueError(f"{name} has the wrong type")
        if fields.get("outcome", "finish") not in KINDS:
            raise ValueError(f"outcome must be one of {', '.join(KINDS)}")
        self._chosen.append(Outcome(**fields))

    def take(self, identity: Identity, account: Account) -> Outcome:
        for outcome in self._chosen:
            if outcome.matches(identity, account):
                if outcome.times is not None:
                    outcome.times -= 1
                    if outcome.times <= 0:
                        self._chosen.remove(outcome)
                return outcome
        return Outcome()

    def reset(self) -> None:
        self._chosen.clear()
