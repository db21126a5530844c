#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password_settings_info
short_description: Read password policies, their sources, sync groups and settings of digit tokens
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Reads the password settings of a tenant, in the form that M(community.sailpoint.isc_password_settings) takes. Given
    to that module for the same tenant, they change nothing.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.reads
  - community.sailpoint.connection
options: {}
notes:
  - The token needs the scopes C(idn:password-org-config:read), C(idn:password-policy:read),
    C(idn:password-sync-group:read) and C(idn:sources:read).
  - ISC documents that only a user may read the policies of a source with their selectors. So where sources have
    policies, a personal access token of an administrator of the tenant is needed, and O(api_version=v1), V(v2026) or
    V(v2025).
  - One request is sent for each source with policies.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.password_settings
    description: Password settings as code.
  - module: community.sailpoint.isc_password_settings
"""

EXAMPLES = r"""
- name: Read the password settings
  community.sailpoint.isc_password_settings_info:
  register: settings

- name: Show the names of the policies
  ansible.builtin.debug:
    msg: "{{ settings.policies | map(attribute='name') }}"
"""

RETURN = r"""
org_config:
  description: The tenant's settings, with the options of M(community.sailpoint.isc_password_org_config). V(null) if the
    tenant has none.
  type: dict
  returned: success
  sample:
    digit_token_enabled: true
    digit_token_length: 8
    digit_token_duration_minutes: 10
    custom_instructions_enabled: false
policies:
  description: All policies, each with the options of M(community.sailpoint.isc_password_policy). Rules that are off are
    V(null).
  type: list
  elements: dict
  returned: success
  sample:
    - name: Default
      min_length: 8
      max_length: null
sources:
  description: All sources with the feature C(PASSWORD), each with the options of
    M(community.sailpoint.isc_source_password_policy).
  type: list
  elements: dict
  returned: success
  sample:
    - source_name: HR Database
      policies:
        - name: Default
          selectors: []
      enable_password_feature: true
sync_groups:
  description: All sync groups, each with the options of M(community.sailpoint.isc_password_sync_group).
  type: list
  elements: dict
  returned: success
  sample:
    - name: Directory and payroll
      sources: [Active Directory, Payroll Database]
      policy: Default
"""

import typing as t

from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._settings.tenant import TenantSettings
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = connection_spec()
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    return {"changed": False, **TenantSettings(client).read_all().as_options()}


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
