# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to say when a Python library can't be imported."""

from __future__ import annotations

import sys

from ._errors import MissingLibraryError


def require_library(library: str, problem: ImportError | None) -> None:
    """Do nothing when *library* was imported.

    :param problem: what importing it raised, or ``None``.
    :raises MissingLibraryError: it names the interpreter, because installing into another one is the usual slip.
    """
    if problem is not None:
        raise MissingLibraryError(
            f"The Python library {library} can't be imported by {sys.executable}: {problem}.",
            f"Install it there: {sys.executable} -m pip install {library}",
            exception_type=type(problem).__name__,
        )
