#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password_org_config
short_description: Change the tenant's settings of digit tokens and custom instructions
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Sets whether the tenant has digit tokens and custom password instructions, how many digits a token has, and how long
    it is valid.
  - Only the given options are compared and changed. If the tenant has no such settings yet, they are created.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.compares
  - community.sailpoint.connection
options:
  digit_token_enabled:
    description: Whether digit tokens can be created. They are off by default.
    type: bool
  digit_token_length:
    description: The number of digits, from 6 to 18.
    type: int
  digit_token_duration_minutes:
    description: The minutes for which a digit token is valid, from 1 to 60.
    type: int
  custom_instructions_enabled:
    description: Whether the pages on which users change and reset passwords show custom instructions.
    type: bool
notes:
  - The token needs the scopes C(idn:password-org-config:read) and C(idn:password-org-config:manage). An API client
    may change these settings.
  - It is not documented what ISC returns if there are no such settings. The module assumes HTTP 404.
seealso:
  - module: community.sailpoint.isc_digit_token
  - module: community.sailpoint.isc_password_settings
"""

EXAMPLES = r"""
- name: Turn digit tokens on
  community.sailpoint.isc_password_org_config:
    digit_token_enabled: true
    digit_token_length: 8
    digit_token_duration_minutes: 10
"""

RETURN = r"""
org_config:
  description: The settings afterwards, by the names of the options.
  type: dict
  returned: success
  sample:
    digit_token_enabled: true
    digit_token_length: 8
    digit_token_duration_minutes: 10
    custom_instructions_enabled: false
diff:
  description: The fields that change, or all fields of an object that is created or deleted, in C(before) and C(after).
    C(before_header) and C(after_header) are the object, by its kind and name.
  type: dict
  returned: success
"""

import typing as t

from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._settings.options import ORG_CONFIG_SPEC, desired_org_config
from ..module_utils._settings.tenant import configure_one
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = dict(connection_spec(), **ORG_CONFIG_SPEC)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    return configure_one(client, desired_org_config(params), check_mode, "org_config")


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
