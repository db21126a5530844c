# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version of this collection, and the minimum versions of the Python libraries it needs."""

from __future__ import annotations

import re
import sys
import typing as t

from ._errors import MissingLibraryError

VERSION = "1.0.0"
USER_AGENT = f"community.sailpoint/{VERSION}"

MINIMUM_VERSIONS = {"requests": (2, 25), "cryptography": (3, 4)}
"""The oldest version of each library that works. A test compares requirements.txt and the documentation with this."""


def require_library(library: str, module: t.Any, problem: ImportError | None) -> None:
    """Raise MissingLibraryError unless *library* was imported and is recent enough.

    The error names the interpreter, because users often install the library into another one.

    :param module: the imported library.
    :param problem: the exception that the import raised, or ``None``.
    """
    install = f"{sys.executable} -m pip install"
    if problem is not None:
        raise MissingLibraryError(
            f"The Python library {library} can't be imported by {sys.executable}: {problem}.",
            f"Install it there: {install} {library}",
            exception_type=type(problem).__name__,
        )
    minimum = MINIMUM_VERSIONS[library]
    if tuple(map(int, re.findall(r"\d+", module.__version__)[:2])) < minimum:
        raise MissingLibraryError(
            f"The Python library {library} of {sys.executable} is version {module.__version__}, and this collection "
            f"needs {'.'.join(map(str, minimum))} or newer.",
            f"Update it there: {install} --upgrade {library}",
        )
