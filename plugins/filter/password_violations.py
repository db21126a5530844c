# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: password_violations
short_description: Show how a password violates a password policy of SailPoint Identity Security Cloud
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Checks a password against a password policy, and against the rules of Identity Security Cloud (ISC) for every
    password, which are printable ASCII only and no colon.
  - An empty result is a good sign, not a guarantee. ISC checks the password again, and so does the source.
positional: policy
options:
  _input:
    description:
      - The password. It never occurs in the result or in an error.
    type: str
    required: true
  policy:
    description:
      - The password policy, in each form that the filter P(community.sailpoint.generate_password#filter) takes.
      - An empty list stands for no policy. Then only ISC's own rules are checked.
      - C(max_repeated_characters) is the longest run of one character. The password V(password) satisfies 2,
        V(passsword) does not.
      - C(history), C(checks) and C(unknown) are not checked, since only ISC can do that.
    type: raw
    required: true
seealso:
  - plugin: community.sailpoint.generate_password
    plugin_type: filter
  - module: community.sailpoint.isc_password
  - module: community.sailpoint.isc_password_info
"""

EXAMPLES = r"""
- name: Query the account and its password policy
  community.sailpoint.isc_password_info:
    user_name: Abby.Smith
    source_name: Active Directory
  register: info

- name: Continue only with a password that the policy allows
  ansible.builtin.assert:
    that: violations | length == 0
    fail_msg: "{{ violations | join(' ') }}"
  vars:
    violations: "{{ my_password | community.sailpoint.password_violations(info.policies) }}"

- name: Show how a password violates a handwritten policy
  ansible.builtin.debug:
    msg: "{{ my_password | community.sailpoint.password_violations({'min_length': 12, 'min_numeric': 2}) }}"
"""

RETURN = r"""
_value:
  description:
    - One sentence per violated rule, empty if none is violated. The sentences contain counts, never the password.
    - For example V(It has 4 characters, the policy asks for at least 8 (passwordMinLength\).).
  type: list
  elements: str
"""

from typing import Any

from ..module_utils._password.policy import PolicyError, violations
from ..plugin_utils._safe_filter import safe_filter


def password_violations(password: Any, policy: Any) -> list[str]:
    """Return a sentence for each rule that a password violates.

    :param policy: a list of policy strings or a parsed policy.
    :raises PolicyError: an argument is malformed. The text does not contain the password.
    """
    if not isinstance(password, str):
        raise PolicyError("The password must be a string; one that looks like a number needs quotes in YAML.")
    return violations(str(password), policy)


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"password_violations": safe_filter(password_violations)}
