# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the status of a project says: whether AWX has its playbooks."""

from __future__ import annotations

from ...module_utils._errors import InputError
from .variables import Values

_NOT_FETCHED = ("failed", "error", "canceled", "never updated")
_FETCHED = ("successful", "ok", "new", "pending", "waiting", "running")


def has_failed_to_fetch(result: Values) -> bool:
    """Return whether the module has set the project up, and AWX could then not fetch it."""
    return bool(result.get("failed")) and result.get("msg") == "Project update failed"


def must_be_fetched(status: str) -> bool:
    """Return whether to have AWX fetch a project of this *status* again.

    Where the project is as it should be, the module does not look at how that ended before.
    """
    return status in _NOT_FETCHED


def check_fetched(status: str, options: Values) -> None:
    """Raise InputError unless AWX has fetched the project with these *options*, or is about to."""
    if status not in _FETCHED:
        raise InputError(
            f'AWX could not fetch the project "{options["name"]}" from {options["scm_url"]} ({options["scm_branch"]}).',
            "Its last job in AWX says why, such as a wrong address or branch, or a proxy. Correct that, and run this "
            "again. Nothing that needs the playbooks was set up.",
        )
