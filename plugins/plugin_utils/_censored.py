# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results that hold secrets, kept out of all output."""

from __future__ import annotations

import typing as t

from ..module_utils._task.execution import register_secrets


def censor(task: t.Any, result: dict[str, t.Any], secrets: t.Iterable[t.Any]) -> None:
    """Mark the *result* of *task* so that no output holds it, while the next task still gets it."""
    register_secrets(secrets)
    result["_ansible_no_log"] = True
    if task.loop is not None:
        # Up to ansible-core 2.18 the result of a loop does not take over the mark of its items.
        task.no_log = True
