#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_source_password_policy
short_description: Assign password policies to a source
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Assigns password policies to a source, for all identities or for those with certain attributes. On request, it also
    adds the feature C(PASSWORD), which a source needs for that.
  - Afterwards, the source has the given policies and no others. Their order doesn't matter.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.compares
  - community.sailpoint.connection
options:
  source_name:
    description:
      - The display name of the source, such as V(Active Directory), exactly as ISC shows it.
      - Either O(source_name) or O(source_id) is required.
    type: str
  source_id:
    description: The id of the source, instead of O(source_name).
    type: str
  policies:
    description: All policies of the source. An empty list removes all of them.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the policy.
        type: str
        required: true
      selectors:
        description: The attributes that an identity must have for this policy to apply. A policy without selectors
          applies to all others.
        type: list
        elements: dict
        suboptions:
          name:
            description: The name of the attribute, such as V(country).
            type: str
            required: true
          value:
            description: Its value.
            type: str
            required: true
  enable_password_feature:
    description:
      - Whether C(PASSWORD) is added to the features of the source if it isn't there. SailPoint advises against changing
        the features of sources, so do this only if the source's connector can set passwords.
      - V(false) leaves the features as they are. The task then fails if policies are given for a source without the
        feature.
    type: bool
    default: false
notes:
  - The token needs the scopes C(idn:password-policy:read), C(idn:sources:read) and, to change something,
    C(idn:sources:manage).
  - ISC documents that only a user may read the policies of a source with their selectors. Use a personal access token
    of an administrator of the tenant. An API client is refused if the source has policies.
  - The policies of a source can be read with O(api_version=v1), V(v2026) and V(v2025) only.
  - The module assumes that the list of policies that it sends replaces the whole list.
seealso:
  - module: community.sailpoint.isc_password_policy
  - module: community.sailpoint.isc_password_settings
  - module: community.sailpoint.isc_password_settings_info
"""

EXAMPLES = r"""
- name: Give a source a policy
  community.sailpoint.isc_source_password_policy:
    source_name: HR Database
    policies:
      - name: Default

- name: Give administrators another one
  community.sailpoint.isc_source_password_policy:
    source_name: HR Database
    policies:
      - name: Default
      - name: Directory
        selectors:
          - name: department
            value: IT
    enable_password_feature: true
"""

RETURN = r"""
source:
  description: The password settings of the source afterwards, by the names of the options.
  type: dict
  returned: success
  sample:
    source_name: HR Database
    policies:
      - name: Default
        selectors: []
    enable_password_feature: true
diff:
  description: The fields that change, or all fields of an object that is created or deleted, in C(before) and C(after).
    C(before_header) and C(after_header) are the object, by its kind and name.
  type: dict
  returned: success
"""

import typing as t

from ..module_utils._api.sources import find_sources
from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import InputError, check_source_given
from ..module_utils._settings.options import SOURCE_SPEC, desired_source
from ..module_utils._settings.tenant import configure_one
from ..module_utils._task.execution import Result, run_module
from ..module_utils._text import quoted

ARGUMENT_SPEC = dict(connection_spec(), **SOURCE_SPEC)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    check_source_given(params)
    # All options are checked before anything is sent.
    desired, source_id = desired_source(params), params["source_id"]
    if source_id is not None:
        found = find_sources(client, "id", [source_id])
        if not found:
            raise InputError(f"The tenant has no source with the id {quoted(source_id)}.", "Write it as ISC shows it.")
        desired = desired._replace(name=found[0].name)
    return configure_one(client, desired, check_mode, "source")


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
