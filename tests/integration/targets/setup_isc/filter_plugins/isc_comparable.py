# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``isc_comparable``, which keeps the parts of a result that must be equal in all runs."""

from __future__ import annotations

import re
from typing import Any

VOLATILE_KEYS = (
    "access_token",
    # With ansible-core 2.22, only ordinary modules return it.
    "ansible_parsed",
    "digit_token",
    "duration",
    "exception",
    "expires_at",
    "failed_when_suppressed_exception",
    "invocation",
    "public_key_id",
    "request_id",
    "requests",
    "sent_at",
    "tracking_id",
)

_VOLATILE_TEXTS = (
    (re.compile(r"trackingId [^),]+"), "trackingId X"),
    (re.compile(r"request_id [0-9a-f-]+"), "request_id X"),
)


def isc_comparable(value: Any) -> Any:
    """Return a copy of results without the parts that differ from run to run."""
    if isinstance(value, dict):
        return {
            str(key): isc_comparable(entry)
            for key, entry in value.items()
            if key not in VOLATILE_KEYS and not str(key).startswith("_ansible")
        }
    if isinstance(value, (list, tuple)):
        return [isc_comparable(entry) for entry in value]
    if isinstance(value, str):
        for pattern, replacement in _VOLATILE_TEXTS:
            value = pattern.sub(replacement, value)
        return str(value)
    return value


class FilterModule:
    """Registers the filter."""

    def filters(self) -> dict[str, Any]:
        return {"isc_comparable": isc_comparable}
