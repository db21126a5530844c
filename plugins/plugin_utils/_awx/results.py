# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of steps, as the output shows them."""

from __future__ import annotations

import typing as t

from .variables import Values


def stopped(previous: Values | None) -> Values | None:
    """Return the result of a step that is not taken, since one before it has failed, or C(None) if none has.

    :param previous: the result of the step before it, if there is one.
    """
    if previous and (previous.get("failed") or previous.get("stopped")):
        return {"changed": False, "skipped": True, "stopped": True, "skip_reason": "A step before it has failed."}
    return None


def labelled(result: Values, title: str, check_mode: bool) -> Values:
    """Return the *result* of the step *title* with what its line of the output calls it."""
    foretells = check_mode and result.get("changed")
    return {**result, "label": f"{title} would be created or changed" if foretells else title}


_WITHOUT_SECRETS = ("changed", "failed", "id")


def without_secrets(result: Values, title: str) -> Values:
    """Return the *result* of a module that was given secrets: what AWX says against them could repeat them."""
    shown: dict[str, t.Any] = {name: result[name] for name in _WITHOUT_SECRETS if name in result}
    if result.get("failed"):
        shown["msg"] = (
            f"AWX does not take the {title}. What it says is not shown, since it could hold secrets. Check "
            "configure_awx_notification_type and configure_awx_notification_configuration."
        )
    return shown
