# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a tenant, which can change while it runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

LAYOUTS = ("v1", "v2026", "v2025", "v2024", "v3", "beta")


@dataclass
class Settings:
    """The settings that tests may change. Times are in seconds.

    The ``token_lifetime`` of 749 is the documented sample, 100 requests in 10 s is the documented limit. The defaults
    of ``rate_counts_throttled`` (whether a request refused with 429 counts), ``retention`` and ``digit_token_enabled``
    aren't published, so they are assumptions.

    :ivar search_page: the most documents of a response of Search (0: no limit).
    :ivar search_lag: the time until Search knows of a change. :ivar last_set_at_once: it needs no aggregation.
    :ivar records_lag: the time until a change is among activities and events.
    :ivar clock_ahead: how far the tenant's clock is ahead, in the header Date.
    :ivar used_policies_can_go: whether a password policy can be deleted while it is in use.
    """

    change_seconds: float = 1.0
    change_jitter: float = 0.0
    token_lifetime: float = 749
    rate_limit: int = 100
    rate_window: float = 10.0
    rate_counts_throttled: bool = True
    retention: float = 3600.0
    digit_token_enabled: bool = True
    digit_leading_zero: bool = True
    pat_may_query: bool = False
    dashed_request_ids: bool = False
    search_page: int = 0
    search_lag: float = 0.0
    last_set_at_once: bool = True
    records_lag: float = 0.0
    clock_ahead: float = 0.0
    used_policies_can_go: bool = False
    request_log: int = 20000
    without_layouts: list = field(default_factory=list)

    def update(self, values: dict) -> None:
        """Change all of these settings, or none.

        :raises ValueError: a name is unknown, or a value is invalid.
        """
        for name, value in self.checked(values).items():
            setattr(self, name, value)

    def checked(self, values: dict) -> dict:
        """Return the values that ``update`` would set, and raise what it would raise."""
        return {name: self._checked(name, value) for name, value in values.items()}

    def as_dict(self) -> dict:
        return asdict(self)

    def _checked(self, name: str, value):
        if name not in self.__dataclass_fields__:
            raise ValueError(f"unknown setting {name!r}; known are: {', '.join(sorted(self.__dataclass_fields__))}")
        present = getattr(self, name)
        if isinstance(present, list):
            if not isinstance(value, list) or not set(value) <= set(LAYOUTS):
                raise ValueError(f"{name} must be a list of layouts out of {', '.join(LAYOUTS)}")
            return list(value)
        if isinstance(present, bool):
            if not isinstance(value, bool):
                raise ValueError(f"{name} must be true or false")
            return value
        whole = name in ("rate_limit", "request_log", "search_page")
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            raise ValueError(f"{name} must be a {'whole ' if whole else ''}number")
        if value < 0 or (value == 0 and name in ("token_lifetime", "rate_window")):
            raise ValueError(f"{name} must be {'above' if name in ('token_lifetime', 'rate_window') else 'at least'} 0")
        if name == "change_jitter" and value > 1:
            raise ValueError("change_jitter is a fraction from 0 to 1")
        return value
