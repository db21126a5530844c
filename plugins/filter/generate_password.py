# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: generate_password
short_description: Generate a password that fits a password policy of SailPoint Identity Security Cloud
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Generates a random password that satisfies a password policy, and the rules of Identity Security Cloud (ISC) for
    every password. It uses the operating system's cryptographic source of randomness.
  - The password has an upper-case letter, a lower-case letter, a digit and a special character, even if the policy
    does not require all of them, unless it is too short for that. Many sources require them natively.
  - No character is repeated in a row. The first and the last character are letters or digits, unless the policy
    requires so many special characters that this is impossible.
  - If rules contradict each other, or an option contradicts the policy, the task fails with a sentence that names them.
    The password itself never occurs in an error.
positional: length, specials
options:
  _input:
    description:
      - The password policy, as the list of strings that ISC sends, or as the dictionary that
        M(community.sailpoint.isc_password_info) returns. All keys of the dictionary are optional, so it can also be
        written by hand.
      - An empty list stands for no policy.
      - The keys of the dictionary, and the names in the strings, are C(min_length) (C(passwordMinLength)),
        C(max_length) (C(passwordMaxLength)), C(min_alpha) (C(passwordMinAlpha)), C(min_numeric)
        (C(passwordMinNumeric)), C(min_upper) (C(passwordMinUpper)), C(min_lower) (C(passwordMinLower)), C(min_special)
        (C(passwordMinSpecial)), C(min_character_types) (C(passwordMinCharType)), C(max_repeated_characters)
        (C(passwordRepeatedChar)) and C(history) (C(passwordHistory)). Their values are whole numbers. The keys
        C(checks) and C(unknown) have lists of strings.
      - C(history), C(checks) and C(unknown) have no effect, since only ISC can judge them.
    type: raw
    required: true
  length:
    description:
      - The number of characters, from 1 to 9999.
      - The default is 24, or more if the policy requires more, or less if the policy allows only less. If that is less
        than 12, the task has a warning. Fewer than 8 characters are generated only if this option is set to that.
      - Passwords of more than 245 characters can't be encrypted for a source whose RSA key has 2048 bits. With 4096
        bits the limit is 501.
    type: int
  specials:
    description:
      - The special characters to choose from. ISC accepts printable ASCII punctuation except the colon, and the space.
      - The characters of the default need no quoting inside a word in shells, URLs, CSV files, distinguished names,
        LDAP filters, JSON or YAML.
      - An empty string generates a password without special characters.
    type: str
    default: "-._~"
notes:
  - Every evaluation generates another password, and Ansible evaluates a variable each time it is used. To use a
    password twice, store it with M(ansible.builtin.set_fact), with C(no_log=true) on that task and on every task that
    shows it.
  - A generated password exists only in memory. The role P(community.sailpoint.rotate_password#role) stores a password
    before sending it, so that a play that is killed does not lose it.
seealso:
  - plugin: community.sailpoint.password_violations
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

- name: Store a password that fits the policy
  ansible.builtin.set_fact:
    new_password: "{{ info.policies | community.sailpoint.generate_password }}"
  no_log: true

- name: Store a longer one, with other special characters
  ansible.builtin.set_fact:
    new_password: "{{ info.policy | community.sailpoint.generate_password(length=32, specials='-_.') }}"
  no_log: true

- name: Store one for a handwritten policy, without special characters
  ansible.builtin.set_fact:
    new_password: "{{ {'max_length': 8, 'min_numeric': 2} | community.sailpoint.generate_password(specials='') }}"
  no_log: true
"""

RETURN = r"""
_value:
  description:
    - The password, in printable ASCII. It is a secret.
  type: str
"""

from typing import Any

from ansible.utils.display import Display

from ..module_utils._password.policy import generate_password as make_password
from ..module_utils._password.policy import length_warning, whole_number
from ..plugin_utils._safe_filter import safe_filter


def generate_password(policy: Any, length: Any = None, specials: Any = None) -> str:
    """Return a password that satisfies the policy.

    :param policy: a list of policy strings or a parsed policy.
    :param length: the number of characters. It can be a string, as from ``--extra-vars`` and surveys.
    :param specials: the special characters to choose from.
    :raises PolicyError: no password is possible, or an argument is malformed.
    """
    if isinstance(length, str):
        number = whole_number(length)
        length = length if number is None else number
    password = make_password(policy, length=length, specials=specials)
    warning = None if length is not None else length_warning(password)
    if warning is not None:
        Display().warning(warning)
    return password


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"generate_password": safe_filter(generate_password)}
