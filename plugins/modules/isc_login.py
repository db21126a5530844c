#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_login
short_description: Log in to SailPoint Identity Security Cloud once for a whole play
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Fetches an access token with the grant C(client_credentials), and returns it with its claims.
  - Every module of this collection can log in by itself. With one login per play, its tasks share a token instead.
  - The result is censored in all output. The registered variable holds the token.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.connection
options:
  access_token:
    description: If a token is given, no login is sent, and that token is returned with its claims.
attributes:
  check_mode:
    support: full
    details: A login changes nothing, so check mode logs in as well.
  diff_mode:
    support: none
    details: There is nothing to compare.
  idempotent:
    support: full
    details: A login changes nothing in the tenant. Each login returns a new token.
  async:
    support: none
    details: The result of an asynchronous task is written to disk and shown by another plugin, and this result is a
      secret.
notes:
  - The registered variable is a secret. Don't print it, don't put it into C(set_fact) with C(cacheable), and set
    C(no_log=true) on a task that shows its options in a loop.
seealso:
  - module: community.sailpoint.isc_password_info
  - module: community.sailpoint.isc_password
  - module: community.sailpoint.isc_password_change_info
  - module: community.sailpoint.isc_digit_token
"""

EXAMPLES = r"""
- name: Log in with SAIL_BASE_URL, SAIL_CLIENT_ID and SAIL_CLIENT_SECRET from the environment
  community.sailpoint.isc_login:
  register: login
  no_log: true

- name: Query password info with the token of that login
  community.sailpoint.isc_password_info:
    access_token: "{{ login.access_token }}"
    user_name: svc-backup
    source_name: Active Directory

- name: Check which kind of credential is in use
  ansible.builtin.assert:
    that: login.authority == "api_client"
    fail_msg: "Use an API client: this token has the user context of {{ login.user_name }}."
"""

RETURN = r"""
access_token:
  description: The access token. It is a secret.
  type: str
  returned: success
  sample: eyJhbGciOiJIUzI1NiJ9.eyJvcmciOiJhY21lIn0.c2lnbmF0dXJl
expires_in:
  description: The seconds for which the token was issued, or C(null) for a given token.
  type: int
  returned: success
  sample: 749
authority:
  description:
    - V(api_client) for a token of an API client, V(user) for one with user context (a personal access token).
    - C(null) if the token can't be read.
  type: str
  returned: success
  sample: api_client
user_name:
  description: The user of a token with user context.
  type: str
  returned: success
  sample: Abby.Smith
identity_id:
  description: The identity of a token with user context.
  type: str
  returned: success
  sample: 2c918085744fec4301746f9a5bce4605
org:
  description: The tenant that the token is for.
  type: str
  returned: success
  sample: acme
scopes:
  description: The scopes of the token, as it names them.
  type: list
  elements: str
  returned: success
  sample: ["idn:password-info:read", "idn:password-change:manage", "idn:password-change:read"]
"""

import typing as t

from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = connection_spec()
SECRET_KEYS = ("access_token",)


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    """Log in, or use the given token, and return its claims."""
    token = client.token()
    claims = client.claims
    return {
        "changed": False,
        "access_token": token.value,
        "expires_in": token.expires_in,
        "authority": claims.authority,
        "user_name": claims.user_name,
        "identity_id": claims.identity_id,
        "org": claims.org,
        "scopes": list(claims.scopes),
    }


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
