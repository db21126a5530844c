# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running an operation and turning whatever comes of it into a task's result.

The ordinary modules and the action plugins both run through here, so that both end alike.
"""

from __future__ import annotations

import os
import traceback
import typing as t

from ansible_collections.community.sailpoint.plugins.module_utils._client import Client
from ansible_collections.community.sailpoint.plugins.module_utils._connection import connect
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.module_utils._version import VERSION

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
    except IscError as error:
        result = dict(error.as_result(), failed=True, changed=error.details.get("changed", False))
    except Exception as error:  # a defect of ours: its text could hold a secret, so only its place is told
        result = {"failed": True, "changed": False, "msg": _defect(error)}
    finally:
        if client is not None:
            client.close()
    if client is not None and client.warnings:
        result["warnings"] = list(client.warnings)
    return result


def _defect(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return (
        f"community.sailpoint {VERSION} met a defect of its own ({type(error).__name__} at {place}). "
        f"What was done until then is not known. Please report this line at {ISSUES}."
    )
