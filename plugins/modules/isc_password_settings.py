#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password_settings
short_description: Configure password policies, their sources, sync groups and digit tokens together
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Has the options of M(community.sailpoint.isc_password_org_config), M(community.sailpoint.isc_password_policy),
    M(community.sailpoint.isc_source_password_policy) and M(community.sailpoint.isc_password_sync_group), for any number
    of objects, and makes the changes in an order in which ISC accepts them.
  - Everything is checked before the first change is sent. So a mistake in the last entry leaves the tenant as it was,
    and check mode also predicts changes that depend on others.
  - Objects and fields that are not named stay as they are.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.compares
  - community.sailpoint.connection
options:
  org_config:
    description: The options of M(community.sailpoint.isc_password_org_config).
    type: dict
  policies:
    description:
      - Password policies. Each has the options of M(community.sailpoint.isc_password_policy).
      - Here V(null) turns a rule off, or removes the description. Fields that are left out stay as they are.
    type: list
    elements: dict
  sources:
    description: Sources. Each has the options of M(community.sailpoint.isc_source_password_policy), but not
      C(source_id).
    type: list
    elements: dict
  sync_groups:
    description: Password sync groups. Each has the options of M(community.sailpoint.isc_password_sync_group).
    type: list
    elements: dict
notes:
  - The token needs the scopes that these modules need. Everything except the settings of digit tokens and instructions
    requires a personal access token of an administrator of the tenant.
seealso:
  - module: community.sailpoint.isc_password_settings_info
  - module: community.sailpoint.isc_password_org_config
  - module: community.sailpoint.isc_password_policy
  - module: community.sailpoint.isc_source_password_policy
  - module: community.sailpoint.isc_password_sync_group
"""

EXAMPLES = r"""
- name: Configure passwords
  community.sailpoint.isc_password_settings:
    org_config:
      digit_token_enabled: true
    policies:
      - name: Service accounts
        min_length: 24
        max_length: null
    sources:
      - source_name: HR Database
        policies:
          - name: Service accounts
    sync_groups:
      - name: Directory and payroll
        sources: [Active Directory, Payroll Database]
        policy: Directory
"""

RETURN = r"""
changes:
  description: The changes that were made, or in check mode would be made, in order.
  type: list
  elements: dict
  returned: success
  contains:
    kind:
      description: V(password org config), V(password policy), V(source) or V(password sync group).
      type: str
    name:
      description: The name of the object. Empty for the org config.
      type: str
    change:
      description: V(created), V(changed) or V(deleted).
      type: str
diff:
  description: The differences before and after, one entry per change.
  type: list
  elements: dict
  returned: success
"""

import typing as t

from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import InputError
from ..module_utils._settings.options import desired_settings
from ..module_utils._settings.tenant import configure
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = dict(
    connection_spec(),
    org_config={"type": "dict"},
    policies={"type": "list", "elements": "dict"},
    sources={"type": "list", "elements": "dict"},
    sync_groups={"type": "list", "elements": "dict"},
)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    desired = desired_settings(params)
    if not desired:
        raise InputError("No settings are given.", "Give org_config, policies, sources or sync_groups.")
    changes = [step for step in configure(client, desired, check_mode) if step.changed]
    return {
        "changed": bool(changes),
        "changes": [{"kind": step.desired.kind, "name": step.desired.name, "change": step.action} for step in changes],
        "diff": [each.diff for each in changes],
    }


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
