#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_account_info
short_description: List the accounts of a source, with the age of their passwords
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Lists the accounts of a source as ISC's Search knows them, with their ids, names and states, and with the time when
    the password was last set.
  - It takes two requests for 10,000 accounts.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.reads
  - community.sailpoint.connection
  - community.sailpoint.accounts
options:
  source_name:
    description:
      - The display name of the source, such as V(Active Directory), exactly as ISC shows it.
      - Either O(source_name) or O(source_id) is required.
    type: str
  source_id:
    description: The id of the source, instead of O(source_name).
    type: str
  account_id:
    description:
      - Only the account with this native identity, for Active Directory its distinguished name.
      - An exact match wins. Otherwise the comparison is case-insensitive.
    type: str
  user_name:
    description:
      - Only the accounts of the identity with this name or this uid.
      - An exact match wins. Otherwise the comparison is case-insensitive.
    type: str
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.accounts
    description: Accounts and the age of their passwords.
  - plugin: community.sailpoint.isc_accounts
    plugin_type: inventory
  - module: community.sailpoint.isc_password_info
  - module: community.sailpoint.isc_password
"""

EXAMPLES = r"""
- name: List the accounts whose password is older than 90 days
  community.sailpoint.isc_account_info:
    source_name: Active Directory
    older_than: 90d
  register: old

- name: Show them
  ansible.builtin.debug:
    msg: "{{ item.user_name }}: {{ item.password_age_days }} days"
  loop: "{{ old.accounts }}"
  loop_control:
    label: "{{ item.account_id }}"

- name: Look one account up
  community.sailpoint.isc_account_info:
    source_name: Active Directory
    account_id: CN=svc-backup,OU=Service Accounts,DC=acme,DC=com

- name: List the accounts of the identities of a department
  community.sailpoint.isc_account_info:
    source_name: Active Directory
    query: attributes.department:"Information Technology" AND NOT inactive:true
"""

RETURN = r"""
accounts:
  description: The accounts, ordered by the ids of their identities. Empty if there are none.
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
    user_name:
      description: The name of the identity in Search, which is its login name. It is the C(user_name) of the other
        modules.
      type: str
    uid:
      description: The uid of the identity, in most tenants the same as C(user_name). V(null) if ISC doesn't send it.
      type: str
    identity_id:
      description: The id of the identity.
      type: str
    source_id:
      description: The id of the source.
      type: str
    source_name:
      description: The name of the source.
      type: str
    disabled:
      description: Whether the account is disabled.
      type: bool
    locked:
      description: Whether the account is locked.
      type: bool
    privileged:
      description: Whether the account is privileged.
      type: bool
    supports_password_change:
      description: Whether ISC can set the password of the account. V(null) if ISC doesn't say.
      type: bool
    password_last_set:
      description: When the password was last set, in UTC. V(null) if that isn't known.
      type: str
    password_age_days:
      description: The age of the password, in whole days. V(null) if that isn't known.
      type: int
  sample:
    - account_id: CN=svc-backup,OU=Service Accounts,DC=acme,DC=com
      account_name: svc-backup
      user_name: svc-backup
      uid: svc-backup
      identity_id: 2c918085744fec4301746f9a5bce4605
      source_id: 2c918083746f642c01746f990884012a
      source_name: Active Directory
      disabled: false
      locked: false
      privileged: true
      supports_password_change: true
      password_last_set: "2026-03-04T21:38:57Z"
      password_age_days: 120
"""

import typing as t

from ..module_utils._api.accounts import (
    INCLUDE,
    UNKNOWN_AGES,
    AccountFilter,
    Source,
    as_result,
    check_query,
    find_accounts,
    matches_age,
)
from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import check_source_given
from ..module_utils._task.execution import Result, run_module
from ..module_utils._times import parse_age

ARGUMENT_SPEC = dict(
    connection_spec(),
    source_name={"type": "str"},
    source_id={"type": "str"},
    account_id={"type": "str"},
    user_name={"type": "str"},
    query={"type": "str"},
    older_than={"type": "str"},
    unknown_age={"type": "str", "choices": list(UNKNOWN_AGES), "default": INCLUDE},
)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    check_source_given(params)
    wanted = AccountFilter(
        Source(name=params["source_name"], id=params["source_id"]),
        account_id=params["account_id"],
        user_name=params["user_name"],
        query=check_query("query", params["query"]),
    )
    older_than = parse_age("older_than", params["older_than"])
    accounts = find_accounts(client, wanted)
    now = client.runtime.time()
    return {
        "changed": False,
        "accounts": [
            as_result(account, now)
            for account in accounts
            if matches_age(account.last_set, older_than, params["unknown_age"], now)
        ],
    }


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
