#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_digit_token
short_description: Create a digit token with which a user can reset a password
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Creates a digit token for an identity (create digit token). A help desk gives it to a user who has to prove their
    identity to ISC, for example to reset a password.
  - A digit token is a credential. The result is censored in all output. The registered variable holds the token.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.connection
options:
  user_id:
    description: The uid of the identity, which is its user name, such as V(Abby.Smith). It is neither the e-mail
      address nor the identity's id.
    type: str
    required: true
  length:
    description: The number of digits, from 6 to 18.
    type: int
    default: 6
  duration_minutes:
    description: The minutes for which the token is valid, from 1 to 60.
    type: int
    default: 5
attributes:
  check_mode:
    support: full
    details: Check mode logs in and creates nothing. It fails if the token certainly lacks the scope.
  diff_mode:
    support: none
    details: There is nothing to compare.
  idempotent:
    support: none
    details: Each run creates another token.
  async:
    support: none
    details: The result of an asynchronous task is written to disk and shown by another plugin, and this result is a
      secret.
notes:
  - The task can't have the keywords C(until) and C(retries), with which Ansible would create another token.
  - The token needs the scope C(idn:password-digit-token:create).
  - Digit tokens have to be enabled in ISC's password settings.
  - O(api_version=v3) has no digit tokens.
  - Keep the token a string. It may begin with a zero, which is lost if a template turns it into a number.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.digit_tokens
    description: Issue digit tokens.
  - module: community.sailpoint.isc_login
  - module: community.sailpoint.isc_password
"""

EXAMPLES = r"""
- name: Create a digit token
  community.sailpoint.isc_digit_token:
    user_id: Abby.Smith
    length: 8
    duration_minutes: 10
  register: token
  no_log: true

- name: Deliver it in a file that only its owner can read
  ansible.builtin.copy:
    content: "{{ token.digit_token }}"
    dest: "{{ hand_over_file }}"
    mode: "0600"
  no_log: true
  when: not ansible_check_mode # there is no token then
"""

RETURN = r"""
digit_token:
  description: The digit token, a string of digits that may begin with a zero. It is a secret. C(null) in check mode.
  type: str
  returned: success
  sample: "09077134"
request_id:
  description: The id of the request that created the token. It does not work with
    M(community.sailpoint.isc_password_change_info).
  type: str
  returned: success
  sample: e1267ecd-fcd9-4c73-9c55-12555efad136
expires_at:
  description: When the token expires, in UTC, according to the control node's clock. C(null) in check mode.
  type: str
  returned: success
  sample: "2026-11-24T10:05:00Z"
"""

import typing as t

from ..module_utils._api.digit_token import CREATE_DIGIT_TOKEN, create_digit_token
from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import check_number, check_text
from ..module_utils._task.execution import Result, run_module
from ..module_utils._times import format_time

ARGUMENT_SPEC = dict(
    connection_spec(),
    user_id={"type": "str", "required": True},
    length={"type": "int", "default": 6},
    duration_minutes={"type": "int", "default": 5},
)
SECRET_KEYS = ("digit_token",)


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    user_id = check_text("user_id", params["user_id"])
    check_number("length", params["length"], 6, 18)
    check_number("duration_minutes", params["duration_minutes"], 1, 60)
    if check_mode:
        client.dry_run(CREATE_DIGIT_TOKEN)
        return {"changed": True, "digit_token": None, "request_id": None, "expires_at": None}
    expires_at = format_time(client.runtime.time() + 60 * params["duration_minutes"])
    token = create_digit_token(client, user_id, params["length"], params["duration_minutes"])
    return {
        "changed": True,
        "digit_token": token.digits,
        "request_id": token.request_id,
        "expires_at": expires_at,
    }


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
