# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running an operation and turning whatever comes of it into a task's result.

The ordinary modules and the action plugins both run through here, so that both end alike.
"""

from __future__ import annotations

import contextlib
import os
import traceback
import typing as t

from .._client.client import Client
from .._client.connection import connect
from .._errors import IscError
from .._text import one_line
from .._version import VERSION

Result = dict[str, t.Any]
Run = t.Callable[[t.Mapping[str, t.Any], bool, Client], Result]

ISSUES = "https://github.com/ansible-collections/community.sailpoint/issues"


def execute(run: Run, params: t.Mapping[str, t.Any], check_mode: bool) -> Result:
    """Run an operation with a client of its own and return its result.

    A failure comes back as a result with ``failed`` and ``msg``; warnings come as ``warnings``.
    """
    client: Client | None = None
    try:
        client = connect(params)
        result = dict(run(params, check_mode, client))
    except Exception as error:
        result = failure(error)
    finally:
        if client is not None:
            with contextlib.suppress(Exception):  # what was done is worth more than how it was left
                client.close()
    if client is not None and client.warnings:
        result["warnings"] = [one_line(warning) for warning in client.warnings]
    return result


def failure(error: Exception) -> Result:
    """Return the result of a task that failed because of *error*."""
    if isinstance(error, IscError):
        return dict(error.as_result(), failed=True, changed=error.details.get("changed", False))
    return {"failed": True, "changed": False, "msg": defect(error)}


def defect(error: Exception) -> str:
    """Return the sentences about an exception that should never have come up: its kind, its place, where to report it.

    Its text, and those of the exceptions behind it, could hold a secret. So they are for nobody.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return (
        f"community.sailpoint {VERSION} has an internal error ({type(error).__name__} at {place}). "
        f"What was done until then is not known. Please report this line at {ISSUES}."
    )
