# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions: of this collection, and of the Python libraries that it needs."""

from __future__ import annotations

import re
import sys
import typing as t

from ._errors import MissingLibraryError

VERSION = "1.0.0"
USER_AGENT = f"community.sailpoint/{VERSION}"

LEAST_VERSIONS = {"requests": (2, 25), "cryptography": (3, 4)}
"""The oldest version of each library that works; requirements.txt and the documentation say the same."""


def require_library(library: str, module: t.Any, problem: ImportError | None) -> None:
    """Do nothing when *library* was imported, and is not too old.

    :param module: the library.
    :param problem: what importing it raised, or ``None``.
    :raises MissingLibraryError: it names the interpreter, because installing into another one is the usual slip.
    """
    install = f"{sys.executable} -m pip install"
    if problem is not None:
        raise MissingLibraryError(
            f"The Python library {library} can't be imported by {sys.executable}: {problem}.",
            f"Install it there: {install} {library}",
            exception_type=type(problem).__name__,
        )
    least = LEAST_VERSIONS[library]
    if tuple(map(int, re.findall(r"\d+", module.__version__)[:2])) < least:
        raise MissingLibraryError(
            f"The Python library {library} of {sys.executable} is version {module.__version__}, and this collection "
            f"needs {'.'.join(map(str, least))} or newer.",
            f"Update it there: {install} --upgrade {library}",
        )
