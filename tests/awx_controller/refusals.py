# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The refusals of the stand-in for AWX."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The request is refused with an HTTP status and a body like AWX's."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


def bad(field: str, problem: str) -> Refused:
    """Return the refusal of a field's value."""
    return Refused(400, {field: [problem]})


def denied(detail: str) -> Refused:
    return Refused(403, {"detail": detail})


def not_found() -> Refused:
    return Refused(404, {"detail": "Not found."})
