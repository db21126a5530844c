#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password
short_description: Set an identity's password on a source
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Encrypts a password with the RSA key of the source, asks ISC to set it (set password), and waits until the change
    has ended.
  - With O(user_name) and O(source_name) the module queries what it needs. With O(identity_id), O(source_id),
    O(public_key_id) and O(public_key), as M(community.sailpoint.isc_password_info) returns them, it sends no query.
  - ISC changes the password on every source of the password sync group that the source belongs to. O(sync_group) says
    what to do about that.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.connection
  - community.sailpoint.wait
  - community.sailpoint.encryption
options:
  password:
    description:
      - The new password. ISC accepts printable ASCII without V(:). A 2048-bit key takes 245 bytes, a 4096-bit key 501.
      - The password must be a string. A value that YAML reads as a number or another type, such as V(007), is refused
        and needs quotes.
      - In a variables file, even an encrypted one, a password that contains C({{) needs C(!unsafe) before it. Otherwise
        Ansible evaluates it as a template.
    type: str
    required: true
  user_name:
    description:
      - The user name of the identity, such as V(Abby.Smith), with which it logs in to ISC. It is neither the e-mail
        address nor the account's name on the source.
      - Required with O(source_name), unless the ids are given.
    type: str
  source_name:
    description: The display name of the source, such as V(Active Directory). V(IdentityNow) stands for the login to ISC
      itself.
    type: str
  account_id:
    description:
      - Chooses among several accounts, by native identity. The comparison is case-insensitive, like that of
        distinguished names, and the account is sent as ISC spells it.
      - With the ids given and without O(accounts), it is required and sent as it is.
    type: str
  account_name:
    description: Chooses among several accounts, by display name (case-insensitive).
    type: str
  identity_id:
    description: The id of the identity, as queried.
    type: str
  source_id:
    description: The id of the source, as queried.
    type: str
  public_key_id:
    description: The id of the public key, as queried.
    type: str
  public_key:
    description: The RSA public key of 2048 bits or more, as queried (bare base64 of its DER form), or in PEM form.
    type: str
  accounts:
    description: The accounts of the identity on the source, as queried, among which O(account_id) or O(account_name)
      chooses.
    type: list
    elements: dict
    suboptions:
      account_id:
        description: The account's native identity.
        type: str
        required: true
      account_name:
        description: The account's display name.
        type: str
        default: ''
  policies:
    description: The rules of the password policy, as queried, for O(enforce_policy).
    type: list
    elements: str
  enforce_policy:
    description:
      - Whether a password that violates the policy is refused before anything is sent.
      - Otherwise a violation is a warning, because ISC decides.
    type: bool
    default: false
  sync_group:
    description:
      - What to do about the other sources of the password sync group that the source belongs to, because ISC changes
        the password on all of them.
      - With V(allow), the password is set. The group is looked up in check mode only, and RV(sync_group) shows it.
      - With V(warn), a warning names the other sources, or says why they are not known.
      - With V(refuse), the task fails before anything is sent if there are other sources, or if that is not known.
      - With V(ignore), the password is set, and nothing is looked up in check mode either.
      - Looking up the group requires the scope C(idn:password-sync-group:read). With C(idn:sources:read) the sources
        are shown with their names, otherwise only with their ids.
    type: str
    choices: [allow, warn, refuse, ignore]
    default: allow
  update_password:
    description:
      - With V(always), each run sets the password.
      - With V(when_changed), nothing is sent if the receipt says that this password was already set. This needs
        O(receipt_file) or O(receipt).
    type: str
    choices: [always, when_changed]
    default: always
  receipt_file:
    description:
      - The absolute path of a file on the machine where the task runs, one per account, that records the last change.
        The first run creates it, in a folder that exists, readable only by its owner.
      - The file contains the tenant, the source, the account, a salted fingerprint of the password (scrypt), the
        request id, the state and the time. It doesn't contain the password.
      - It is written before the password is sent, once ISC has accepted the change, and when the change has ended. If a
        run is killed, the next one picks up where it stopped.
      - A lock file beside it, whose name ends in C(.lock), keeps two runs from using it at the same time.
      - Mutually exclusive with O(receipt).
    type: path
  receipt:
    description:
      - The receipt that the last run returned as RV(receipt), if you keep it yourself. V({}) for the first run.
      - A run that is killed can't return a receipt. With O(receipt_file), the next run has it anyway.
      - Mutually exclusive with O(receipt_file).
    type: dict
  max_age:
    description:
      - Sets nothing as long as the receipt says that a password was set less than this long ago, even if O(password)
        is different.
      - A number with a unit, such as V(90s), V(15m), V(12h), V(30d) or V(4w). Without a unit, seconds.
      - This needs O(receipt_file) or O(receipt), unless O(age_from=isc).
    type: str
  age_from:
    description:
      - Where the age of the password comes from, for O(max_age).
      - With V(receipt), only changes by this module count, which the receipt records.
      - With V(isc), ISC's Search is queried too, so no receipt has to survive between runs. With a receipt, the later
        of the two times counts, so that a change by this module counts as new even if Search doesn't know it yet.
      - Search knows what the last aggregation of the source reported, and may lag another 24 hours behind. Without a
        receipt, a second run within that time sets the password again. Many sources never report when a password was
        set, see O(unknown_age).
      - V(isc) requires the scope C(sp:search:read), and another O(api_version) than V(beta), which has no Search.
    type: str
    choices: [receipt, isc]
    default: receipt
  unknown_age:
    description:
      - With O(age_from=isc), what to do if neither ISC nor the receipt knows when the password was set.
      - V(change) sets it with a warning, V(skip) leaves it unchanged, and V(fail) fails before anything is sent.
    type: str
    choices: [change, skip, fail]
    default: change
  reload:
    description:
      - With O(age_from=isc), whether ISC reads the account again from its source before the password is set because of
        its age. The task then waits up to half a minute for Search to index the account.
      - This requires the scope C(idn:accounts-state:manage). The task fails if the token may not do it.
      - It isn't done in check mode.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - Check mode logs in, queries, chooses the account, checks the policy and encrypts, and sets nothing. Anything
        that fails there would also fail in a real run.
      - It also fails if the token certainly lacks the scope for setting a password.
      - It reads the receipt, but doesn't write it.
  diff_mode:
    support: full
    details: It shows how far the change got, according to the receipt. Without O(receipt_file) or O(receipt), there is
      no difference to show, because ISC does not reveal passwords.
  idempotent:
    support: partial
    details: With O(update_password=when_changed) or O(max_age), as far as the receipt or ISC knows. Otherwise each run
      sets the password, because ISC does not reveal passwords.
notes:
  - The task can't have the keywords C(until) and C(retries), with which Ansible would send again what ISC may have
    carried out. To wait for the end of a change, poll with M(community.sailpoint.isc_password_change_info).
  - The token needs the scopes C(idn:password-info:read), C(idn:password-change:manage) and
    C(idn:password-change:read), and for O(sync_group) the scope C(idn:password-sync-group:read). A token with user
    context (a personal access token) may only set the password of its owner.
  - A password is sent at most once. If the response is lost, the request is not sent again, and the task fails with
    RV(outcome=unknown).
  - If the run is interrupted by Ctrl-C, a line on standard error says whether the password was sent, with which request
    id, and what to do. While the password is being sent, the module waits up to two seconds for the response. This
    works where the module runs in process, which is with a local connection and without C(async) and C(become).
  - If the outcome is unknown, the module looks up password changes of the account since then in ISC's own records,
    which are the account activities and, with the scope C(sp:search:read), the audit events. The message says what they
    show, or that nothing was found, or that the token may not read them. The outcome stays unknown, because they can
    belong to somebody else's change.
  - Ansible shows the items of a loop. This module hides an item that contains the password, but then its result isn't
    shown either. So loop over names, and look each password up inside the task, as in the example.
  - A receipt is evaluated before the policy is checked and before anything is encrypted. The guide to receipts says
    what happens in each state of a receipt.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.receipts
    description: Set a password only when it has changed, and what each state of a receipt means.
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

- name: Refuse to change the password on other sources too
  community.sailpoint.isc_password:
    user_name: Abby.Smith
    source_name: HR Database
    password: "{{ new_password }}"
    sync_group: refuse

- name: Set several in a loop over names, because Ansible shows the items of a loop
  community.sailpoint.isc_password:
    user_name: "{{ item }}"
    source_name: Active Directory
    password: "{{ new_passwords[item] }}"
  loop: [svc-backup, svc-payroll]

- name: Set it without waiting
  community.sailpoint.isc_password:
    user_name: svc-backup
    source_name: Active Directory
    password: "{{ new_password }}"
    wait: false
  register: change

- name: Set it only if it differs from the last time, and continue a run that was killed
  community.sailpoint.isc_password:
    user_name: svc-payroll
    source_name: Active Directory
    password: "{{ new_password }}"
    update_password: when_changed
    receipt_file: "{{ receipts_folder }}/svc-payroll.json"

- name: Set another password once the last one is older than 30 days
  community.sailpoint.isc_password:
    user_name: svc-payroll
    source_name: Active Directory
    password: "{{ next_password }}"
    max_age: 30d
    receipt_file: "{{ receipts_folder }}/svc-payroll.json"

- name: Set a password that is older than 90 days, as far as ISC knows, and leave it if ISC doesn't know
  community.sailpoint.isc_password:
    user_name: svc-payroll
    source_name: Active Directory
    password: "{{ next_password }}"
    max_age: 90d
    age_from: isc
    unknown_age: skip

- name: Keep the receipt yourself, starting with the first run
  community.sailpoint.isc_password:
    user_name: Abby.Smith
    source_name: Active Directory
    password: "{{ new_password }}"
    update_password: when_changed
    receipt: {}
  register: first_run

- name: Pass the receipt to the next run, which has nothing to do
  community.sailpoint.isc_password:
    user_name: Abby.Smith
    source_name: Active Directory
    password: "{{ new_password }}"
    update_password: when_changed
    receipt: "{{ first_run.receipt }}"
"""

RETURN = r"""
request_id:
  description:
    - The id of the accepted request, with which M(community.sailpoint.isc_password_change_info) reads its status. If
      nothing was sent, that of the receipt.
    - ISC returns none if the change ended immediately. C(null) if check mode predicts that the password is set.
  type: str
  returned: success, and on failure once ISC has accepted the change with a request id
  sample: 089899f13a8f4da7824996191587bab9
state:
  description:
    - V(FINISHED), or with O(wait=false) possibly V(IN_PROGRESS). On failure the state last seen.
    - C(null) if check mode predicts that the password is set, and if nothing was sent and no receipt records a change
      either. In check mode, a change that is in progress stays V(IN_PROGRESS).
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
  description: The ids of the sources that the change reached. There are several in a password sync group, and none if
    nothing was sent or read.
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
sync_group:
  description:
    - What is known of the password sync group of the source.
    - The whole group is shown; the identity's accounts on its other sources are not checked.
  type: dict
  returned: when it was looked up, which is in check mode and with O(sync_group=warn) or O(sync_group=refuse)
  sample:
    name: Directory and payroll
    sources:
      - source_id: 2c918084660f45d6016617daa9210584
        source_name: Payroll Database
    problem: null
  contains:
    name:
      description: The name of the group. C(null) if the source is in none, or if that is not known.
      type: str
    sources:
      description: The other sources of the group, on which the password changes too.
      type: list
      elements: dict
      contains:
        source_id:
          description: The id of the source.
          type: str
        source_name:
          description: The display name of the source, or C(null) if the token may not read it.
          type: str
    problem:
      description: Why the group is not known, such as a scope that the token lacks. Otherwise C(null).
      type: str
policy_violations:
  description: How the password violates the policy, one sentence per rule. The sentences don't contain the password.
    The list is empty if RV(decision) is not V(set).
  type: list
  elements: str
  returned: success, and when O(enforce_policy) refused
  sample: []
duration:
  description: The seconds from sending the change to its end, or with O(wait=false) to its acceptance. C(null) in
    check mode and if nothing was sent.
  type: float
  returned: success
  sample: 4.21
decision:
  description:
    - What was due, according to O(update_password), O(max_age), the receipt and, with O(age_from=isc), ISC.
    - V(set) when the password was set, or in check mode would be.
    - V(resumed) when an earlier run had sent the change, and this one read its status.
    - V(same_password) when this password was already set.
    - V(young) when the password was set less than O(max_age) ago.
    - V(unknown_age) when its age is unknown, with O(unknown_age=skip).
  type: str
  returned: success
  sample: set
password_age:
  description: How old the password was before this run, as far as that is known.
  type: dict
  returned: with O(max_age), if a receipt records a change or ISC was queried
  contains:
    age_from:
      description: Where this comes from, V(receipt) or V(isc).
      type: str
    password_last_set:
      description: When the password was last set, in UTC. C(null) if that isn't known.
      type: str
    password_age_days:
      description: The age of the password, in whole days. C(null) if that isn't known.
      type: int
    explanation:
      description: The same as sentences, and how outdated it can be.
      type: str
  sample:
    age_from: isc
    password_last_set: '2026-01-04T21:38:57Z'
    password_age_days: 120
    explanation: ISC says that the password was set at 2026-01-04T21:38:57Z. It knows that from the last aggregation of
      the source, and Search may lag another 24 hours behind, so a password that was set since then counts as older than
      it is.
receipt:
  description:
    - The record of the change, for O(receipt) of the next run.
    - With O(receipt_file), the fingerprint stays in the file and is not returned, unless the file could not be written.
      With O(receipt), it is returned, and no output shows the result. The next task gets all of it.
    - C(null) if neither option is given, C({}) if there is none yet (in check mode, or if the first change was
      refused).
    - Keep the receipt of a failed task too.
  type: dict
  returned: success, and on failure once the receipt was found to belong to the account
  sample:
    format: 1
    tenant: acme.api.identitynow.com
    source_id: 2c918083746f642c01746f990884012a
    account_id: CN=svc-backup,OU=Services,DC=acme,DC=com
    fingerprint:
      scheme: scrypt
      n: 32768
      r: 8
      p: 1
      salt: dGhpcyBpcyBubyBzYWx0IQ==
      digest: dGhpcyBpcyBhIHNhbXBsZSBhbmQgbm8gZGlnZXN0Li4=
    request_id: 089899f13a8f4da7824996191587bab9
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
    account_id:
      description: The account, as ISC spells it.
      type: str
    fingerprint:
      description: The salted fingerprint of the password, with the cost of making it. The password can't be computed
        from it, only guessed, at that cost per guess.
      type: dict
      returned: with O(receipt)
    request_id:
      description: The id of the accepted request, or C(null).
      type: str
    state:
      description: V(UNKNOWN) from before the password is sent until ISC has responded, then V(IN_PROGRESS),
        V(FINISHED) or V(FAILED).
      type: str
    time:
      description: When ISC accepted the change, or when it was sent, in UTC.
      type: str
diff:
  description: The account, state, request id and time in the receipt before and after, in check mode as predicted.
    Ansible shows it in diff mode.
  type: dict
  returned: if O(receipt_file) or O(receipt) is given
  sample:
    before: {}
    after:
      account_id: CN=svc-backup,OU=Services,DC=acme,DC=com
      state: FINISHED
      request_id: 089899f13a8f4da7824996191587bab9
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
    - V(finished) when ISC reported that the password is set, V(accepted) when ISC accepted the change and it is not
      waited for (O(wait=false)), and V(unchanged) when no change was due.
    - V(refused) when nothing was accepted and the previous password is still valid, V(failed) when ISC accepted the
      change and then reported C(FAILED), and V(unknown) when the response was lost or the change has not ended.
  type: str
  returned: success, and on failure unless the connection options caused it
  sample: finished
step:
  description: The step at which the task failed, V(options), V(query), V(store) (the receipt), V(set) or V(wait).
  type: str
  returned: failure, unless the connection options caused it
  sample: query
"""

import typing as t

from ..module_utils._change.age import CHANGE, ISC, RECEIPT, UNKNOWN_AGES
from ..module_utils._change.decision import ALWAYS, WHEN_CHANGED
from ..module_utils._change.flow import Watch, unwatched
from ..module_utils._change.poll import wait_spec
from ..module_utils._change.run import run_change
from ..module_utils._change.sync_group import ALLOW, MODES
from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import IscError
from ..module_utils._outcomes import AT_OPTIONS, REFUSED
from ..module_utils._task.execution import Result, run_module

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
    sync_group={"type": "str", "choices": list(MODES), "default": ALLOW},
    update_password={"type": "str", "choices": [ALWAYS, WHEN_CHANGED], "default": ALWAYS, "no_log": False},
    receipt_file={"type": "path"},
    receipt={"type": "dict"},
    max_age={"type": "str"},
    age_from={"type": "str", "choices": [RECEIPT, ISC], "default": RECEIPT},
    unknown_age={"type": "str", "choices": list(UNKNOWN_AGES), "default": CHANGE},
    reload={"type": "bool", "default": False},
)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client, watch: Watch = unwatched) -> Result:
    """Set the password if a change is due. In check mode, predict the result."""
    try:
        return run_change(client, params, check_mode, watch)
    except IscError as error:
        raise error.replace(details={"outcome": REFUSED, "step": AT_OPTIONS, **error.details}) from None


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS, unlogged="receipt")


if __name__ == "__main__":
    main()
