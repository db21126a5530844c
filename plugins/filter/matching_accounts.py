# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter C(matching_accounts)."""

from __future__ import annotations

DOCUMENTATION = r"""
name: matching_accounts
short_description: Find the accounts that an account_id or account_name fits
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Returns those of an identity's accounts on a source that O(account_id) and O(account_name) fit, or all of them when
    neither is given.
  - It compares as M(community.sailpoint.isc_password) does. An exact match wins, otherwise case does not matter.
positional: account_id, account_name
options:
  _input:
    description:
      - The accounts, as M(community.sailpoint.isc_password_info) returns them.
    type: list
    elements: dict
    required: true
  account_id:
    description:
      - The native identity of the account, such as a distinguished name.
      - An empty string counts as not given.
    type: str
  account_name:
    description:
      - The display name of the account.
      - An empty string counts as not given.
    type: str
seealso:
  - module: community.sailpoint.isc_password_info
  - module: community.sailpoint.isc_password
"""

EXAMPLES = r"""
- name: Query password info
  community.sailpoint.isc_password_info:
    user_name: multi.account
    source_name: Active Directory
  register: info

- name: Go on only if the DN, written in any case, is that of exactly one account
  ansible.builtin.assert:
    that: fitting | length == 1
    fail_msg: "{{ fitting | length }} accounts fit; there are {{ info.accounts | map(attribute='account_id') | list }}"
  vars:
    fitting: "{{ info.accounts | community.sailpoint.matching_accounts('cn=multi account,ou=admins,dc=acme,dc=com') }}"
"""

RETURN = r"""
_value:
  description: The accounts that fit, each with C(account_id) and C(account_name) as ISC spells them.
  type: list
  elements: dict
  sample:
    - account_id: CN=Multi Account,OU=Admins,DC=acme,DC=com
      account_name: adm-multi
"""

from typing import Any, Callable

from ansible.errors import AnsibleFilterError
from jinja2.runtime import Undefined

from ..module_utils._change.account import Account
from ..module_utils._change.account import matching_accounts as find


def matching_accounts(accounts: Any, account_id: Any = None, account_name: Any = None) -> Any:
    """Return the accounts that fit, as dictionaries, or the first undefined argument, which Jinja then reports.

    :raises AnsibleFilterError: an argument is malformed.
    """
    for argument in (accounts, account_id, account_name):
        if isinstance(argument, Undefined):
            return argument
    for option, value in (("account_id", account_id), ("account_name", account_name)):
        if value is not None and not isinstance(value, str):
            raise AnsibleFilterError(f"{option} must be a string.")
    return [account._asdict() for account in find(_read(accounts), account_id or None, account_name or None)]


def _read(accounts: Any) -> list[Account]:
    if isinstance(accounts, (list, tuple)) and all(
        isinstance(entry, dict) and isinstance(entry.get("account_id"), str) for entry in accounts
    ):
        return [Account(str(entry["account_id"]), str(entry.get("account_name") or "")) for entry in accounts]
    raise AnsibleFilterError(
        "The input must be a list of accounts with an account_id, as community.sailpoint.isc_password_info returns it."
    )


class FilterModule:
    """Ansible's entry point to the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"matching_accounts": matching_accounts}
