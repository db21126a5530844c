#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password_info
short_description: Query what is needed to set an identity's password on a source
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Queries ids, accounts, password policy and the RSA public key for an identity on a source (query password info).
  - The return values have the names of the options of M(community.sailpoint.isc_password).
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.reads
  - community.sailpoint.connection
options:
  user_name:
    description: The user name of the identity, such as V(Abby.Smith), with which it logs in to ISC. It is neither the
      e-mail address nor the account's name on the source.
    type: str
    required: true
  source_name:
    description: The display name of the source, such as V(Active Directory). V(IdentityNow) stands for the login to ISC
      itself.
    type: str
    required: true
notes:
  - The token needs the scope C(idn:password-info:read). A token with user context (a personal access token) may not be
    allowed to query; use an API client.
  - The key can be replaced at any time. Query right before you set a password, and don't keep the result for later
    runs.
seealso:
  - module: community.sailpoint.isc_login
  - module: community.sailpoint.isc_password
  - plugin: community.sailpoint.generate_password
    plugin_type: filter
  - plugin: community.sailpoint.password_violations
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Query password info
  community.sailpoint.isc_password_info:
    user_name: svc-backup
    source_name: Active Directory
  register: info

- name: Show the accounts from which account_id chooses
  ansible.builtin.debug:
    var: info.accounts

- name: Set the password with what was queried
  community.sailpoint.isc_password:
    identity_id: "{{ info.identity_id }}"
    source_id: "{{ info.source_id }}"
    public_key_id: "{{ info.public_key_id }}"
    public_key: "{{ info.public_key }}"
    accounts: "{{ info.accounts }}"
    policies: "{{ info.policies }}"
    password: "{{ new_password }}"
"""

RETURN = r"""
identity_id:
  description: The id of the identity.
  type: str
  returned: success
  sample: 2c918085744fec4301746f9a5bce4605
source_id:
  description: The id of the source.
  type: str
  returned: success
  sample: 2c918083746f642c01746f990884012a
public_key_id:
  description: The id of the public key.
  type: str
  returned: success
  sample: N2M1OTJiMGEtMDJlZS00ZWU3LTkyYTEtNjA5YmI5NWE3ZWVh
public_key:
  description: The RSA public key, as bare base64 of its DER form.
  type: str
  returned: success
  sample: MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA...
accounts:
  description: The identity's accounts on the source, empty if there are none.
  type: list
  elements: dict
  returned: success
  contains:
    account_id:
      description: The account's native identity, for Active Directory its distinguished name.
      type: str
    account_name:
      description: The account's display name.
      type: str
  sample:
    - account_id: CN=svc-backup,OU=Services,DC=acme,DC=com
      account_name: svc-backup
policies:
  description: The rules of the password policy, as ISC sends them.
  type: list
  elements: str
  returned: success
  sample: ["passwordMinLength is 12", "passwordMinNumeric is 1"]
policy:
  description:
    - The same rules, parsed. A rule that is not given has no key.
    - Numbers are under C(min_length), C(max_length), C(min_alpha), C(min_numeric), C(min_upper), C(min_lower),
      C(min_special), C(min_character_types), C(max_repeated_characters) and C(history). The names of rules that are
      only on or off are in C(checks), and what is not understood is in C(unknown).
  type: dict
  returned: success
  sample:
    min_length: 12
    min_numeric: 1
    checks: []
    unknown: []
"""

import typing as t

from ..module_utils._api.password_change import query_password_info
from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import check_text
from ..module_utils._password.policy import parse_policies
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = dict(
    connection_spec(),
    user_name={"type": "str", "required": True},
    source_name={"type": "str", "required": True},
)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    info = query_password_info(
        client, check_text("user_name", params["user_name"]), check_text("source_name", params["source_name"])
    )
    return {
        "changed": False,
        "identity_id": info.identity_id,
        "source_id": info.source_id,
        "public_key_id": info.public_key_id,
        "public_key": info.public_key,
        "accounts": [dict(account._asdict()) for account in info.accounts],
        "policies": list(info.policies),
        "policy": parse_policies(list(info.policies)),
    }


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
