#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password_policy
short_description: Create, change or delete a password policy
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Creates, changes or deletes a password policy of the tenant, which is found by its name.
  - Only the given fields are compared and changed. In a new policy, all others are off.
  - M(community.sailpoint.isc_source_password_policy) assigns it to sources.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.compares
  - community.sailpoint.connection
options:
  name:
    description: The name of the policy, exactly as ISC shows it. A policy can't be renamed, because a different name
      identifies a different policy.
    type: str
    required: true
  state:
    description:
      - V(present) creates the policy, or changes the given fields that differ.
      - V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  force:
    description:
      - With O(state=absent), whether the policy is deleted although sources or sync groups use it. ISC may refuse
        that.
      - With O(state=present), a policy whose name differs from another one's only in upper and lower case or in blanks
        is created only if this is V(true).
    type: bool
    default: false
  description:
    description: What the policy is for, on one line.
    type: str
  min_length:
    description: The minimum number of characters. V(0) turns this off.
    type: int
  max_length:
    description: The maximum number of characters. V(0) turns this off.
    type: int
  min_alpha:
    description: The minimum number of letters. V(0) turns this off.
    type: int
  min_numeric:
    description: The minimum number of digits. V(0) turns this off.
    type: int
  min_upper:
    description: The minimum number of upper-case letters. V(0) turns this off.
    type: int
  min_lower:
    description: The minimum number of lower-case letters. V(0) turns this off.
    type: int
  min_special:
    description: The minimum number of special characters. V(0) turns this off.
    type: int
  min_character_types:
    description: The minimum number of the types upper case, lower case, digits and special characters in a password.
      V(0) turns this off.
    type: int
  max_repeated_chars:
    description: The maximum number of times that the same character may be repeated. V(0) turns this off.
    type: int
  account_id_min_word_length:
    description: Words of the account id of at least this length must not be in the password. This applies with
      O(validate_against_account_id). V(0) turns this off.
    type: int
  account_name_min_word_length:
    description: Words of the account name of at least this length must not be in the password. This applies with
      O(validate_against_account_name). V(0) turns this off.
    type: int
  password_expiration:
    description: The days after which a password expires. This applies with O(enable_passwd_expiration). A new policy
      has 90. V(0) turns this off.
    type: int
  first_expiration_reminder:
    description: The days before the expiration at which a user is first reminded. V(0) turns this off.
    type: int
  enable_passwd_expiration:
    description: Whether passwords expire.
    type: bool
  require_strong_authn:
    description: Whether users need strong authentication to change the password.
    type: bool
  require_strong_auth_off_network:
    description: Whether users outside of the networks that are configured in ISC need strong authentication.
    type: bool
  require_strong_auth_untrusted_geographies:
    description: Whether users in regions that are not trusted need strong authentication.
    type: bool
  use_account_attributes:
    description: Whether values of the account's attributes are forbidden in the password.
    type: bool
  use_dictionary:
    description: Whether words of the tenant's dictionary are forbidden in the password.
    type: bool
  use_identity_attributes:
    description: Whether values of the identity's attributes are forbidden in the password.
    type: bool
  validate_against_account_id:
    description: Whether the account id is forbidden in the password.
    type: bool
  validate_against_account_name:
    description: Whether the account name is forbidden in the password.
    type: bool
notes:
  - The token needs the scopes C(idn:password-policy:read) and, to change something, C(idn:password-policy:write).
    With O(state=absent) it also needs C(idn:sources:read) and C(idn:password-sync-group:read).
  - ISC documents that only a user may write password policies. So if something has to be changed, a token of an API
    client is refused before anything is changed. Use a personal access token of an administrator of the tenant.
  - Without the license for password management, ISC allows changes of the default policy only. The default policy can't
    be deleted, and which one it is can't be changed here.
seealso:
  - module: community.sailpoint.isc_source_password_policy
  - module: community.sailpoint.isc_password_settings
  - module: community.sailpoint.isc_password_settings_info
"""

EXAMPLES = r"""
- name: Require long passwords
  community.sailpoint.isc_password_policy:
    name: Service accounts
    description: Long passwords, which nobody types.
    min_length: 24
    min_upper: 1
    min_lower: 1
    min_numeric: 1
    max_repeated_chars: 2
    validate_against_account_id: true

- name: No longer require digits
  community.sailpoint.isc_password_policy:
    name: Service accounts
    min_numeric: 0

- name: Delete it
  community.sailpoint.isc_password_policy:
    name: Service accounts
    state: absent
"""

RETURN = r"""
policy:
  description: The policy afterwards, by the names of the options. Rules that are off are V(null). The whole value is
    V(null) if there is no such policy.
  type: dict
  returned: success
  sample:
    name: Service accounts
    min_length: 24
    max_length: null
diff:
  description: The fields that change, or all fields of an object that is created or deleted, in C(before) and C(after).
    C(before_header) and C(after_header) are the object, by its kind and name.
  type: dict
  returned: success
"""

import typing as t

from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._settings.options import POLICY_SPEC, desired_policy
from ..module_utils._settings.tenant import configure_one
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = dict(connection_spec(), **POLICY_SPEC)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    return configure_one(client, desired_policy(params), check_mode, "policy")


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
