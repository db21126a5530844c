# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a tenant: defaults, checks, changes while it runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

LAYOUTS = ("v1", "v2026", "v2025", "v2024", "v3", "beta")


@dataclass
class Settings:
    """What a test may vary; times in seconds.

    ``token_lifetime`` 749 is the documented sample. 100 requests in 10 s is the documented limit.
    ``rate_counts_throttled`` (a request answered with 429 uses the budget too), ``retention`` and
    ``digit_token_enabled`` being on are assumptions: the real tenant's values aren't published.

    ``search_page``: documents of a response of Search at most, whatever was asked for (0: no limit). ``search_lag``:
    until Search knows of a change. ``last_set_at_once``: that needs no aggregation. ``records_lag``: until a change is
    on record. ``clock_ahead``: how far the clock of the tenant, in the header Date of its responses, is ahead.
    ``used_policies_can_go``: a password policy can be deleted although it is in use.
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
        """Take over ``values`` (name: value), all or none.

        :raises ValueError: an unknown name, a wrong type or an impossible value.
        """
        for name, value in self.checked(values).items():
            setattr(self, name, value)

    def checked(self, values: dict) -> dict:
        """``values`` as update would take them over; raises as update does."""
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
