# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The library C(requests), imported only here."""

from __future__ import annotations

import typing as t

from .._missing_library import require_library

__all__ = ("require_requests", "requests", "urllib3", "urllib3_exceptions")

_problem: ImportError | None = None
requests: t.Any = None
urllib3: t.Any = None
urllib3_exceptions: t.Any = None
try:
    import requests
    import urllib3
    from urllib3 import exceptions as urllib3_exceptions
except ImportError as error:
    _problem = error


def require_requests() -> None:
    """Raise MissingLibraryError when C(requests) is missing."""
    require_library("requests", _problem)
