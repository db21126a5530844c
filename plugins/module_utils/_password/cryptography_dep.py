# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The library C(cryptography), imported only here."""

from __future__ import annotations

import typing as t

from .._missing_library import require_library

__all__ = ("padding", "require_cryptography", "rsa", "serialization")

_problem: ImportError | None = None
serialization: t.Any = None
padding: t.Any = None
rsa: t.Any = None
try:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
except ImportError as error:
    _problem = error


def require_cryptography() -> None:
    """Raise MissingLibraryError when C(cryptography) is missing."""
    require_library("cryptography", _problem)
