#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password
short_description: Set an identity's password on a source
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Encrypts a password with the RSA key of the source, asks ISC to set it (set password), and waits until the
    change has
    ended.
  - With O(user_name) and O(source_name) the module queries by itself what it needs. With O(identity_id),
    O(source_id),
    O(public_key_id) and O(public_key), as M(community.sailpoint.isc_password_info) returns them, it sends no query.
  - ISC changes the password on every source of the password sync group that the source belongs to.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.connection
  - community.sailpoint.wait
options:
  password:
    description:
      - The new password. ISC takes printable ASCII without V(:). A 2048-bit key takes 245 bytes, a 4096-bit key 501.
    type: str
    required: true
  user_name:
    description:
      - The login name of the identity, such as V(Abby.Smith). Required with O(source_name), unless the ids are given.
    type: str
  source_name:
    description:
      - The display name of the source, such as V(Active Directory). V(IdentityNow) stands for the login to ISC
        itself.
    type: str
  account_id:
    description:
      - Chooses among several accounts, by native identity. It is compared without case, as a distinguished name is,
        and
        sent as ISC spells it.
      - With the ids given and without O(accounts), it is required and sent as it is.
    type: str
  account_name:
    description:
      - Chooses among several accounts, by display name, compared without case.
    type: str
  identity_id:
    description:
      - The id of the identity, as queried.
    type: str
  source_id:
    description:
      - The id of the source, as queried.
    type: str
  public_key_id:
    description:
      - The id of the public key, as queried.
    type: str
  public_key:
    description:
      - The RSA public key of 2048 bits or more, as queried (bare base64 of its DER form), or in PEM form.
    type: str
  accounts:
    description:
      - The accounts of the identity on the source, as queried, among which O(account_id) or O(account_name) chooses.
    type: list
    elements: dict
    suboptions:
      account_id:
        description:
          - The account's native identity.
        type: str
        required: true
      account_name:
        description:
          - The account's display name.
        type: str
        default: ''
  policies:
    description:
      - The rules of the password policy, as queried, for O(enforce_policy).
    type: list
    elements: str
  enforce_policy:
    description:
      - Whether a password that violates the policy is refused before anything is sent.
      - Otherwise a violation is a warning, because ISC is the judge.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - Check mode logs in, queries, chooses the account, checks the policy and encrypts, and sets nothing. What fails
        there would fail for real.
      - It fails as well if the token certainly lacks the scope for setting a password.
  diff_mode:
    support: none
    details: ISC can't be asked what a password is.
  idempotent:
    support: none
    details: ISC can't be asked what a password is, so each run sets it.
  async:
    support: full
    details: With C(async) it runs as an ordinary module.
notes:
  - The token needs the scopes C(idn:password-info:read), C(idn:password-change:manage) and
    C(idn:password-change:read).
    A token with user context (a personal access token) may set only its own identity's password.
  - A request to set a password whose answer was lost is not sent again. The task fails with RV(outcome=unknown).
seealso:
  - module: community.sailpoint.isc_login
  - module: community.sailpoint.isc_password_info
  - module: community.sailpoint.isc_password_change_info
  - plugin: community.sailpoint.generate_password
    plugin_type: filter
  - plugin: community.sailpoint.password_violations
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Set the password of a service account
  community.sailpoint.isc_password:
    user_name: svc-backup
    source_name: Active Directory
    password: "{{ new_password }}"

- name: Choose one of several accounts, and refuse a password that the policy doesn't allow
  community.sailpoint.isc_password:
    user_name: multi.account
    source_name: Active Directory
    account_id: cn=multi account,ou=admins,dc=acme,dc=com
    password: "{{ new_password }}"
    enforce_policy: true

- name: Set it without waiting
  community.sailpoint.isc_password:
    user_name: svc-backup
    source_name: Active Directory
    password: "{{ new_password }}"
    wait: false
  register: change
"""

RETURN = r"""
request_id:
  description:
    - The id of the accepted request, with which M(community.sailpoint.isc_password_change_info) reads its status.
    - ISC gives none when the change ended at once. C(null) in check mode.
  type: str
  returned: success, and on failure once ISC has accepted the change with a request id
  sample: 089899f13a8f4da7824996191587bab9
state:
  description: V(FINISHED), or with O(wait=false) maybe V(IN_PROGRESS). On failure the state last seen. C(null) in
    check mode.
  type: str
  returned: success, and on failure once ISC has accepted the change
  sample: FINISHED
errors:
  description: The errors that ISC reports.
  type: list
  elements: str
  returned: success, and on failure once ISC has accepted the change
  sample: []
source_ids:
  description: The ids of the sources that the change reached. It is more than one in a password sync group.
  type: list
  elements: str
  returned: success, and on failure once ISC has accepted the change
  sample: ["2c918083746f642c01746f990884012a"]
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
account_id:
  description: The account whose password was set, as ISC spells it.
  type: str
  returned: success
  sample: CN=svc-backup,OU=Services,DC=acme,DC=com
policy_violations:
  description: What the policy has against the password, a sentence each. The password is not in them.
  type: list
  elements: str
  returned: success, and when O(enforce_policy) refused
  sample: []
duration:
  description: The seconds from sending the change to its end, or with O(wait=false) to its acceptance. C(null) in
    check mode.
  type: float
  returned: success
  sample: 4.21
outcome:
  description:
    - What became of the password when the task failed.
    - V(unchanged) when nothing was accepted and the password from before still holds.
    - V(failed) when ISC accepted the change and then reported C(FAILED).
    - V(unknown) when the answer was lost or the change has not ended.
  type: str
  returned: failure
  sample: unchanged
hint:
  description: What to do about a failure. RV(msg) ends with it.
  type: str
  returned: failure, where there is something to do
  sample: Check user_name (the identity's login name) and source_name (the source's display name, as in ISC).
msg:
  description: What went wrong and what to do.
  type: str
  returned: failure
status_code:
  description: The HTTP status with which ISC refused.
  type: int
  returned: failure, where ISC answered with an error
  sample: 400
detail_code:
  description: The code of the error.
  type: str
  returned: failure, where ISC sent one
  sample: 400.1.404 Referenced object not found
tracking_id:
  description: What SailPoint's support asks for.
  type: str
  returned: failure, where ISC sent one
  sample: e7eab60924f64aa284175b9fa3309599
messages:
  description: What ISC said about the error.
  type: list
  elements: str
  returned: failure, where ISC sent any
  sample: ["Referenced source 'Active Directry' was not found."]
"""

import typing as t

from ansible_collections.community.sailpoint.plugins.module_utils._arguments import connection_spec, wait_spec
from ansible_collections.community.sailpoint.plugins.module_utils._client import Client
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    OUTCOME_UNCHANGED,
    ChangeFailedError,
    IscError,
    OutcomeUnknownError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._execution import Result
from ansible_collections.community.sailpoint.plugins.module_utils._following import patience_of
from ansible_collections.community.sailpoint.plugins.module_utils._module import run_module
from ansible_collections.community.sailpoint.plugins.module_utils._password_change import carry_out, prepare

ARGUMENT_SPEC = dict(
    connection_spec(),
    **wait_spec(),
    password={"type": "str", "required": True, "no_log": True},
    user_name={"type": "str"},
    source_name={"type": "str"},
    account_id={"type": "str"},
    account_name={"type": "str"},
    identity_id={"type": "str"},
    source_id={"type": "str"},
    public_key_id={"type": "str", "no_log": False},
    public_key={"type": "str", "no_log": False},
    accounts={
        "type": "list",
        "elements": "dict",
        "options": {
            "account_id": {"type": "str", "required": True},
            "account_name": {"type": "str", "default": ""},
        },
    },
    policies={"type": "list", "elements": "str"},
    enforce_policy={"type": "bool", "default": False, "no_log": False},
)
SECRET_KEYS = ()

NOTHING_SENT: dict[str, t.Any] = {"request_id": None, "state": None, "errors": [], "source_ids": [], "duration": None}


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    """Prepare the change, and carry it out unless in check mode."""
    try:
        patience = patience_of(params)
        prepared = prepare(client, params, check_mode)
    except IscError as error:
        error.add_details(outcome=OUTCOME_UNCHANGED)
        raise
    if check_mode:
        return dict(prepared.as_result(), **NOTHING_SENT, changed=True)
    try:
        change, duration = carry_out(client, prepared, patience if params["wait"] else None)
    except (OutcomeUnknownError, ChangeFailedError) as error:
        # Of a sync group, some sources may have taken a change that failed on others.
        error.add_details(changed=isinstance(error, OutcomeUnknownError) or len(error.details["source_ids"]) > 1)
        raise
    return dict(prepared.as_result(), changed=True, duration=duration, **change.as_result())


def main() -> None:
    """Run as an ordinary module."""
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
