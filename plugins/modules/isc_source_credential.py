#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_source_credential
short_description: Set the credential with which ISC connects to a source
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Writes one value of a source's connector, such as the password of the account with which ISC connects to it, and
    then makes ISC check the connection.
  - ISC keeps the value encrypted and does not reveal it. So the module can compare it only with a receipt.
  - Nothing else of the source is written. A source whose credential comes from a credential provider is refused.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.connection
options:
  source_name:
    description:
      - The display name of the source, such as V(Active Directory), exactly as ISC shows it.
      - Either this or O(source_id) is required.
    type: str
  source_id:
    description: The id of the source.
    type: str
  attribute:
    description:
      - The attribute to write, as a JSON Pointer (RFC 6901) into the source, below V(/connectorAttributes). In a key,
        V(~1) stands for a slash and V(~0) for a tilde.
      - The key depends on the connector. With Active Directory, for example, the password is in
        V(/connectorAttributes/domainSettings/0/password).
      - The attribute must already exist, and must be a single value.
    type: str
    default: /connectorAttributes/password
  value:
    description:
      - The new value. It is sent in plain text inside TLS, and ISC encrypts it as it arrives.
      - The value must be a string. A value that YAML reads as a number or another type, such as V(007), is refused and
        needs quotes.
    type: str
    required: true
  verify:
    description:
      - Whether ISC then checks the connection, which must succeed. Otherwise the task fails with RV(outcome=failed).
      - The API has no such check with O(api_version=v3).
    type: bool
    default: true
  update_password:
    description:
      - With V(always), each run writes the value.
      - With V(when_changed), nothing is sent if the receipt says that this value was already written, and the
        connection is not checked either. This needs O(receipt_file) or O(receipt).
      - With V(when_disconnected), nothing is written if ISC can connect with the value that the source has. This needs
        no receipt, but doesn't show whether that is the new value.
    type: str
    choices: [always, when_changed, when_disconnected]
    default: always
  receipt_file:
    description:
      - The absolute path of a file on the machine where the task runs, one per attribute, that records the last change.
        The first run creates it, in a folder that exists, readable only by its owner.
      - The file contains the tenant, the source, the attribute, a salted fingerprint of the value (scrypt), the state
        and the time. It doesn't contain the value.
      - It is written before the value is sent, and at the end. If a run is killed, the next one sends the value again.
      - A lock file beside it, whose name ends in C(.lock), keeps two runs from using it at the same time.
      - Mutually exclusive with O(receipt).
    type: path
  receipt:
    description:
      - The receipt that the last run returned as RV(receipt), if you keep it yourself. V({}) for the first run.
      - Mutually exclusive with O(receipt_file).
    type: dict
attributes:
  check_mode:
    support: full
    details:
      - Check mode logs in, reads the source, checks the options against it and reads the receipt, and writes nothing.
        Anything that fails there would also fail in a real run. Only the connection check after the change is missing.
      - Check mode also fails if the token certainly lacks a scope.
      - With O(update_password=when_disconnected), it makes ISC check the connection with the value that the source has.
  diff_mode:
    support: full
    details: It shows what the receipt says about the change. Without O(receipt_file) or O(receipt), there is no
      difference to show, because ISC does not reveal the value.
  idempotent:
    support: partial
    details: With O(update_password=when_changed) or O(update_password=when_disconnected). Otherwise each run writes the
      value.
notes:
  - The task can't have the keywords C(until) and C(retries), with which Ansible would send again what ISC may have
    carried out.
  - The token needs the scopes C(idn:sources:read) and C(idn:sources:manage), and for the connection check
    C(idn:source-connector:manage).
  - The value is sent at most once. If the response is lost, the task fails with RV(outcome=unknown). Then run it again,
    because writing the same value twice does no harm.
  - Each connection check is a login to the source. With a wrong value, several of them can lock the account there.
  - The role P(community.sailpoint.rotate_password#role) does this for an account that it rotates, with
    O(community.sailpoint.rotate_password#role:main:rotate_password_update_source).
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.rotation
    description: Rotate the account with which ISC itself connects to a source.
  - ref: ansible_collections.community.sailpoint.docsite.receipts
    description: What a receipt is, and where to keep it.
  - module: community.sailpoint.isc_password
"""

EXAMPLES = r"""
- name: Write the password with which ISC connects to a source, and let ISC check the connection
  community.sailpoint.isc_source_credential:
    source_name: HR Database
    value: "{{ new_password }}"

- name: Write the first domain's password of an Active Directory source
  community.sailpoint.isc_source_credential:
    source_name: Active Directory
    attribute: /connectorAttributes/domainSettings/0/password
    value: "{{ new_password }}"

- name: Write it only if it differs from the last time
  community.sailpoint.isc_source_credential:
    source_name: HR Database
    value: "{{ new_password }}"
    update_password: when_changed
    receipt_file: "{{ receipts_folder }}/hr-database.json"

- name: Write it only if ISC can't connect any more
  community.sailpoint.isc_source_credential:
    source_name: HR Database
    value: "{{ new_password }}"
    update_password: when_disconnected
"""

RETURN = r"""
source_id:
  description: The id of the source.
  type: str
  returned: success
  sample: 2c918083746f642c01746f990884012a
source_name:
  description: The display name of the source.
  type: str
  returned: success
  sample: HR Database
attribute:
  description: The JSON Pointer to the attribute.
  type: str
  returned: success
  sample: /connectorAttributes/password
connection:
  description:
    - The result of the connection check, V(SUCCESS), or on failure V(FAILURE).
    - C(null) if the connection was not checked.
  type: str
  returned: success, and if the connection check failed
  sample: SUCCESS
decision:
  description:
    - What was due, according to O(update_password) and the receipt.
    - V(set) when the value was written, or in check mode would be.
    - V(same_password) when the receipt says that this value was already written.
    - V(connected) when ISC can connect with the value that the source has.
  type: str
  returned: success
  sample: set
receipt:
  description:
    - The record of the change, for O(receipt) of the next run.
    - With O(receipt_file), the fingerprint stays in the file and is not returned, unless the file could not be written.
      With O(receipt), it is returned, and no output shows the result. The next task gets all of it.
    - C(null) if neither option is given, C({}) if there is none yet.
    - Keep the receipt of a failed task too.
  type: dict
  returned: success, and on failure once the receipt was found to belong to the attribute
  sample:
    format: 1
    tenant: acme.api.identitynow.com
    source_id: 2c918083746f642c01746f990884012a
    attribute: /connectorAttributes/password
    request_id: null
    state: FINISHED
    time: '2026-03-14T09:26:53Z'
  contains:
    format:
      description: The version of this format.
      type: int
    tenant:
      description: The host of the tenant's API.
      type: str
    source_id:
      description: The id of the source.
      type: str
    attribute:
      description: The JSON Pointer.
      type: str
    fingerprint:
      description: The salted fingerprint of the value, with the cost of making it. The value can't be computed from it,
        only guessed, at that cost per guess.
      type: dict
      returned: with O(receipt)
    request_id:
      description: Always C(null).
      type: str
    state:
      description: V(UNKNOWN) from before the value is sent until the outcome is known, then V(FINISHED), or V(FAILED)
        if ISC can't connect with it.
      type: str
    time:
      description: When the value was sent, in UTC.
      type: str
diff:
  description: The attribute, state and time in the receipt before and after, in check mode as predicted. Ansible shows
    it in diff mode.
  type: dict
  returned: if O(receipt_file) or O(receipt) is given
  sample:
    before: {}
    after:
      attribute: /connectorAttributes/password
      state: FINISHED
      time: '2026-03-14T09:26:53Z'
  contains:
    before:
      description: The receipt before, empty if there was none.
      type: dict
    after:
      description: The receipt after.
      type: dict
outcome:
  description:
    - How the change ended. In check mode, what is predicted.
    - V(finished) when the value was written and, with O(verify=true), ISC can connect with it. V(unchanged) when no
      change was due.
    - V(refused) when nothing was written, V(failed) when the value was written and ISC can't connect with it, and
      V(unknown) when a response was lost, so that it is not known whether the value was written or works.
  type: str
  returned: success, and on failure unless the connection options caused it
  sample: finished
step:
  description: The step at which the task failed, V(options), V(query) (reading the source), V(store) (the receipt),
    V(set) or V(wait) (the connection check).
  type: str
  returned: failure, unless the connection options caused it
  sample: query
"""

import typing as t

from ..module_utils._change.decision import ALWAYS, WHEN_CHANGED
from ..module_utils._change.source_credential import PASSWORD_ATTRIBUTE, WHEN_DISCONNECTED, run_source_credential
from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import IscError
from ..module_utils._outcomes import AT_OPTIONS, REFUSED
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = dict(
    connection_spec(),
    source_name={"type": "str"},
    source_id={"type": "str"},
    attribute={"type": "str", "default": PASSWORD_ATTRIBUTE},
    value={"type": "str", "required": True, "no_log": True},
    verify={"type": "bool", "default": True},
    update_password={
        "type": "str",
        "choices": [ALWAYS, WHEN_CHANGED, WHEN_DISCONNECTED],
        "default": ALWAYS,
        "no_log": False,
    },
    receipt_file={"type": "path"},
    receipt={"type": "dict"},
)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    """Write the credential if a change is due. In check mode, predict the result."""
    try:
        return run_source_credential(client, params, check_mode)
    except IscError as error:
        raise error.replace(details={"outcome": REFUSED, "step": AT_OPTIONS, **error.details}) from None


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
