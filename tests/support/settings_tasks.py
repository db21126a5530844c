# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that need each operation of password settings."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.sailpoint.plugins.modules import (
    isc_password_org_config,
    isc_password_policy,
    isc_password_settings_info,
    isc_password_sync_group,
    isc_source_password_policy,
)

Task = tuple[Any, dict[str, Any]]
"""A module and its options."""

_POLICY = (isc_password_policy, {"name": "P"})
_SOURCE = (isc_source_password_policy, {"source_name": "Active Directory", "policies": [{"name": "Default"}]})
_GROUP = (isc_password_sync_group, {"name": "G", "policy": "Default", "sources": ["HR Database", "IdentityNow"]})
_ORG_CONFIG = (isc_password_org_config, {"digit_token_length": 9})

READS: dict[str, Task] = {
    "policies": _POLICY,
    "sources": _SOURCE,
    "source_policies": _SOURCE,
    "sync_groups": _GROUP,
    "org_config": (isc_password_settings_info, {}),
}
WRITES: dict[str, Task] = {
    "create_policy": _POLICY,
    "set_policy": (isc_password_policy, {"name": "Default", "min_length": 9}),
    "delete_policy": (isc_password_policy, {"name": "Spare", "state": "absent"}),
    "set_source_policies": _SOURCE,
    "source_patch": (isc_source_password_policy, {"source_name": "Unmanaged Source", "enable_password_feature": True}),
    "create_sync_group": _GROUP,
    "set_sync_group": (isc_password_sync_group, {"name": "Directory and payroll", "policy": "Default"}),
    "delete_sync_group": (isc_password_sync_group, {"name": "Directory and payroll", "state": "absent", "force": True}),
    "set_org_config": _ORG_CONFIG,
    "create_org_config": _ORG_CONFIG,
}

# Their responses have no body.
WITHOUT_BODY = ("delete_policy", "delete_sync_group")


def prepare(tenant: Any, operation: str) -> None:
    """Prepare a tenant so that the task of an operation needs it."""
    if operation == "delete_policy":
        tenant.control("POST", "policies", {"name": "Spare"})
    elif operation == "create_org_config":
        tenant.clear_password_settings()
