#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password_sync_group
short_description: Create, change or delete a password sync group
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Creates, changes or deletes a password sync group, which is found by its name. A change of the password on one of
    its sources changes it on all of them.
  - Only the given options are compared and changed.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.compares
  - community.sailpoint.connection
options:
  name:
    description: The name of the sync group, exactly as ISC shows it. A group can't be renamed, because a different name
      identifies a different group.
    type: str
    required: true
  state:
    description:
      - V(present) creates the group, or changes the given fields that differ.
      - V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  force:
    description:
      - With O(state=absent), the group is deleted only if this is V(true), because that separates the passwords of its
        sources at once.
      - With O(state=present), a group whose name differs from another one's only in upper and lower case or in blanks
        is created only if this is V(true).
    type: bool
    default: false
  sources:
    description: The names of all sources of the group, two or more. Each needs the feature C(PASSWORD), and can't be in
      another group. Required for a new group.
    type: list
    elements: str
  policy:
    description: The name of the password policy of the group. Required for a new group.
    type: str
notes:
  - The token needs the scopes C(idn:password-sync-group:read), C(idn:password-policy:read), C(idn:sources:read) and,
    to change something, C(idn:password-sync-group:manage).
  - ISC documents that only a user may write password sync groups. So if something has to be changed, a token of an
    API client is refused before anything is changed. Use a personal access token of an administrator of the tenant.
  - The module assumes that a source can't be in two sync groups.
seealso:
  - module: community.sailpoint.isc_password
  - module: community.sailpoint.isc_password_policy
  - module: community.sailpoint.isc_password_settings
  - module: community.sailpoint.isc_password_settings_info
"""

EXAMPLES = r"""
- name: Make two sources share passwords
  community.sailpoint.isc_password_sync_group:
    name: Directory and payroll
    sources:
      - Active Directory
      - Payroll Database
    policy: Directory

- name: Separate them
  community.sailpoint.isc_password_sync_group:
    name: Directory and payroll
    state: absent
    force: true
"""

RETURN = r"""
sync_group:
  description: The sync group afterwards, by the names of the options. V(null) if there is no such group.
  type: dict
  returned: success
  sample:
    name: Directory and payroll
    sources: [Active Directory, Payroll Database]
    policy: Directory
diff:
  description: The fields that change, or all fields of an object that is created or deleted, in C(before) and C(after).
    C(before_header) and C(after_header) are the object, by its kind and name.
  type: dict
  returned: success
"""

import typing as t

from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._settings.options import SYNC_GROUP_SPEC, desired_sync_group
from ..module_utils._settings.tenant import configure_one
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = dict(connection_spec(), **SYNC_GROUP_SPEC)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    return configure_one(client, desired_sync_group(params), check_mode, "sync_group")


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
