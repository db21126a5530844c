# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that the role rotates, and the variables of their stores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.stage import SOURCE, Stage, user_names

# Relative to the folder of the benchmarks.
ROTATE_PASSWORD = "../../playbooks/rotate_password"
ROTATE_ACCOUNTS = "../../playbooks/rotate_accounts"


def hosts(number: int) -> dict[str, dict[str, Any]]:
    """Return *number* hosts by name, with their variables."""
    return {name: {"rotate_password_user_name": name} for name in user_names(number)}


def variables(stage: Stage, store: str, **more: Any) -> dict[str, Any]:
    """Return the role's variables for a store: ``none``, ``file`` or ``kv2``."""
    common = {
        "rotate_password_source_name": SOURCE,
        "rotate_password_base_url": stage.tenant.base_url,
        "rotate_password_ca_path": stage.tenant.ca_path,
        "rotate_password_store": store,
        **more,
    }
    if store == "file":
        folder = Path(stage.folder) / "store"
        folder.mkdir(exist_ok=True)
        return {**common, "rotate_password_store_dir": str(folder), "rotate_password_store_key": "the key"}
    return {**common, "rotate_password_discard": True} if store == "none" else common
