#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password_batch
short_description: Set the passwords of many accounts at the pace that ISC allows
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Sets one password for each of up to many thousands of accounts in one task, with one login, one pool of connections
    and one rate limiter for all requests. ISC allows 100 requests per 10 seconds and client id, and an account takes
    three of them (query password info, set password, read password change status).
  - Setting passwords takes precedence over reading statuses. A status is read when the change has likely ended, which
    is estimated from earlier changes on the same source.
  - If ISC reports that the limit is exceeded, because another job uses the same client id, all requests wait as long
    as ISC asks, continue more slowly, and speed up again.
  - A request that failed is sent again only where that is safe. A change whose response was lost is never sent again;
    its outcome is V(unknown).
  - With O(journal), a run that was killed or interrupted can be started again, and then does only the rest.
  - Run in process on the control node (C(connection=local) or delegated to localhost), the task reports its progress.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.connection
  - community.sailpoint.wait
  - community.sailpoint.encryption
options:
  accounts:
    description:
      - The accounts, each only once. They are processed in this order, and RV(results) has the same order.
      - An account is identified as in M(community.sailpoint.isc_password), either by O(accounts[].user_name) and
        O(accounts[].source_name), or by the ids and the key that a query returned.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the account in results, messages and the journal. By default its
          O(accounts[].user_name), otherwise its O(accounts[].account_id).
        type: str
      user_name:
        description: The user name of the identity, with which it logs in to ISC.
        type: str
      source_name:
        description: The display name of the source.
        type: str
      account_id:
        description: Chooses among several accounts of the identity on the source, by native identity. Required with the
          ids.
        type: str
      account_name:
        description: Chooses among several accounts, by display name.
        type: str
      identity_id:
        description: The id of the identity, as queried. With this and the next three, no query is sent for the account.
        type: str
      source_id:
        description: The id of the source, as queried.
        type: str
      public_key_id:
        description: The id of the public key, as queried.
        type: str
      public_key:
        description: The RSA public key, as queried.
        type: str
      policies:
        description: The rules of the password policy, as queried.
        type: list
        elements: str
      password:
        description:
          - The new password. Required unless O(accounts[].discard) is set.
          - In a variables file, even an encrypted one, a password that contains C({{) needs C(!unsafe) before it.
            Otherwise Ansible evaluates it as a template.
        type: str
      discard:
        description: Whether to set a random password that fits the policy. It is not returned, so nobody knows it.
          This locks the account out until its password is set again.
        type: bool
        default: false
      enforce_policy:
        description: Whether a password that violates the policy is refused before it is sent.
        type: bool
        default: false
      sync_group:
        description:
          - What to do about the other sources of the password sync group that the source belongs to, as in
            M(community.sailpoint.isc_password). V(refuse) refuses only this account.
          - The groups are read once for all accounts.
        type: str
        choices: [allow, warn, refuse, ignore]
        default: allow
  concurrency:
    description: The requests that may be under way at the same time, 1 to 64.
    type: int
    default: 16
  rate_limit:
    description: The limit of all requests together, in a sliding window.
    type: dict
    suboptions:
      requests:
        description: The maximum number of requests in any O(rate_limit.seconds). V(0) stands for no limit.
        type: int
        default: 100
      seconds:
        description: The length of that window in seconds.
        type: float
        default: 10
  max_failures:
    description:
      - Once more accounts than this have failed, nothing new is sent. Changes that ISC has accepted are still waited
        for.
      - A number of accounts such as V(10), or a percentage of O(accounts) such as V(5%). V(0) stops at the first
        failure. By default nothing stops the batch.
      - With this option, statuses are read from the beginning, so that failures are noticed early.
      - A failure is an account that ISC refused or reported as failed, or whose outcome is unknown. What an earlier
        run with the same O(journal) left unknown does not count.
    type: str
  journal:
    description:
      - The absolute path of a file, on the machine where the task runs, that records how far each account is. Each step
        is written to disk before the next begins. The first run creates the file, in a folder that exists, readable
        only by its owner. It contains names, ids, states and times, and no password.
      - A later run with the same journal sends nothing for the accounts that are finished, waits for the changes that
        are under way, and reports those whose outcome is unknown. It tries accounts again that were refused, have
        failed or were not sent.
      - A journal covers one change per account. To set the passwords again, use a new journal.
      - A second run with a journal that is in use fails and does nothing. A lock file beside the journal, whose name
        ends in C(.lock), ensures that.
    type: path
  max_age:
    description:
      - Sets only passwords that were last set at least this long ago, as far as ISC's Search knows. The others are
        V(unchanged), and cost no further request.
      - A number with a unit, such as V(12h), V(30d) or V(4w). Without a unit, seconds.
      - The accounts of a source are looked up all at once, 10,000 in two requests, or one by one if there are no more
        than five. This requires the scope C(sp:search:read), and another O(api_version) than V(beta).
      - Search knows what the last aggregation of the source reported, and may lag another 24 hours behind. What this
        module has set counts as new only with the same O(journal). Without it, a second run within that time sets the
        password again.
    type: str
  age_from:
    description: Where the ages of the passwords come from, for O(max_age). In a batch, that is always ISC.
    type: str
    choices: [isc]
  unknown_age:
    description:
      - With O(max_age), what to do about an account if ISC doesn't know when its password was set. Many sources never
        report it.
      - V(change) sets it with a warning, V(skip) leaves it unchanged, and V(fail) refuses this account.
    type: str
    choices: [change, skip, fail]
    default: change
  wait_timeout:
    description: The seconds that a change may take from when ISC accepted it. Its status is then read one last time,
      and if it is still in progress, the outcome is V(unknown), because ISC keeps trying, for hours if a source can't
      be reached.
    type: float
    default: 600
  wait_sleep:
    description: The age in seconds at which the status of a change is first read, until it is known how long changes on
      its source take.
    type: float
    default: 2
attributes:
  check_mode:
    support: full
    details: Check mode queries, chooses the accounts, checks the policies and encrypts, at the same pace. Anything that
      fails there would also fail in a real run.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details: With O(journal), another run sends nothing for finished accounts. With O(max_age), nothing is sent for
      passwords that ISC knows to be younger. Otherwise each run sets the passwords.
  async:
    support: full
    details: The task then runs as an ordinary module, and does not report its progress.
notes:
  - The task can't have the keywords C(until) and C(retries), with which Ansible would send again what ISC may have
    carried out. To wait for the end of a change, poll with M(community.sailpoint.isc_password_change_info).
  - The task fails if any account fails, after finishing the others. Its result has RV(results) and RV(summary) even
    then, which the next tasks can use with C(ignore_errors) or C(failed_when).
  - If interrupted by Ctrl-C, SIGTERM or SIGHUP, the module sends nothing more and does not wait for changes under way,
    only up to two seconds for the responses to requests that have just been sent.
  - For up to ten accounts whose outcome is unknown, the module looks up password changes of the account since then in
    ISC's own records, which are the account activities and, with the scope C(sp:search:read), the audit events. The
    account's message says what they show. The outcome stays unknown, because they can belong to somebody else's change.
  - To exceed the limit of one client id, divide the accounts among several jobs, each with its own API client.
seealso:
  - module: community.sailpoint.isc_password
  - module: community.sailpoint.batch_report
    description: Writes a report on journals.
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Set the passwords of all accounts in a list
  community.sailpoint.isc_password_batch:
    accounts:
      - user_name: svc-backup
        source_name: Active Directory
        password: "{{ new_password }}"
      - user_name: multi.account
        source_name: Active Directory
        account_id: CN=Multi Account,OU=Admins,DC=acme,DC=com
        password: "{{ next_password }}"
    journal: "{{ journals_folder }}/rotation.jsonl"

- name: Set only passwords that are older than 90 days, as far as ISC knows
  community.sailpoint.isc_password_batch:
    accounts:
      - user_name: svc-backup
        source_name: Active Directory
        password: "{{ new_password }}"
      - user_name: svc-payroll
        source_name: Active Directory
        password: "{{ next_password }}"
    max_age: 90d
    unknown_age: skip

- name: Lock out, and stop if more than one in twenty fails
  community.sailpoint.isc_password_batch:
    accounts:
      - user_name: Abby.Smith
        source_name: HR Database
        discard: true
      - user_name: Abby.Smith
        source_name: Active Directory
        discard: true
    max_failures: 5%
"""

RETURN = r"""
results:
  description: One entry per account, in the order of O(accounts).
  type: list
  elements: dict
  returned: success, and on failure once the batch has begun
  contains:
    name:
      description: The name of the account.
      type: str
    user_name:
      description: The option, C(null) if it was not given.
      type: str
    source_name:
      description: The option, C(null) if it was not given.
      type: str
    source_id:
      description: The id of the source, C(null) if it is not known.
      type: str
    account_id:
      description: The account, as ISC spells it once it is known.
      type: str
    request_id:
      description: The id of the accepted request, C(null) if there is none.
      type: str
    state:
      description: ISC's state of the change as last seen, C(null) if nothing was sent.
      type: str
    errors:
      description: The errors that ISC reports for the change.
      type: list
      elements: str
    source_ids:
      description: The ids of the sources that the change reached.
      type: list
      elements: str
    outcome:
      description:
        - V(finished) when ISC reported that the password is set, V(accepted) when that is not waited for
          (O(wait=false)), and V(unchanged) when no change is due according to O(max_age). In check mode, what is
          predicted.
        - V(failed) when ISC accepted the change and reported that it failed, V(refused) when nothing was accepted and
          the previous password is still valid, V(unknown) when it is not known which password is in effect, and
          V(not_sent) when the batch stopped before it reached the account.
      type: str
    step:
      description: The step at which the account failed, V(options), V(query), V(store) (the journal), V(set) or
        V(wait).
      type: str
      returned: when the account failed, unless it was not sent
    changed:
      description: Whether this run changed the password, or may have.
      type: bool
    duration:
      description: The seconds from sending the change until the status showed that it has ended. The status is read
        later if many passwords are still to be set. C(null) if the end was not seen.
      type: float
    sent_at:
      description: When the change was sent. C(null) if none was sent, or if the time is not known.
      type: str
    from_earlier_run:
      description: Whether an earlier run with the same journal sent the change.
      type: bool
    identity_id:
      description: The id of the identity. With it and the next two, a real run sends no query.
      type: str
      returned: in check mode, when the account was found
    public_key_id:
      description: The id of the public key.
      type: str
      returned: in check mode, when the account was found
    public_key:
      description: The RSA public key.
      type: str
      returned: in check mode, when the account was found
    policies:
      description: The rules of the password policy, as ISC sent them.
      type: list
      elements: str
      returned: in check mode, when the account was found
    password_age:
      description: How old the password was before this run, as far as ISC knows.
      type: dict
      returned: with O(max_age), once it is known which account it is
      contains:
        age_from:
          description: Where this comes from, V(isc).
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
    sync_group:
      description: What is known of the password sync group of the source.
      type: dict
      returned: when it was looked up
      contains:
        name:
          description: The name of the group. C(null) if the source is in none, or if that is not known.
          type: str
        sources:
          description: The other sources of the group, each with C(source_id) and C(source_name).
          type: list
          elements: dict
        problem:
          description: Why the group is not known, otherwise C(null).
          type: str
    msg:
      description: What went wrong and what to do.
      type: str
      returned: when the account failed
    hint:
      description: What to do about it. The message ends with it.
      type: str
      returned: when the account failed, if there is something to do
    status_code:
      description: The HTTP status with which ISC refused.
      type: int
      returned: when the account failed, if ISC returned an error
    detail_code:
      description: The code of the error.
      type: str
      returned: when the account failed, if ISC sent one
    tracking_id:
      description: The id of the error, for SailPoint's support.
      type: str
      returned: when the account failed, if ISC sent one
    messages:
      description: ISC's texts about the error.
      type: list
      elements: str
      returned: when the account failed, if ISC sent any
    warnings:
      description: What may prevent the change, such as violations of the policy.
      type: list
      elements: str
      returned: when there are any
  sample:
    - name: svc-backup
      user_name: svc-backup
      source_name: Active Directory
      source_id: 2c918083746f642c01746f990884012a
      account_id: CN=svc-backup,OU=Services,DC=acme,DC=com
      request_id: 089899f13a8f4da7824996191587bab9
      state: FINISHED
      errors: []
      source_ids: ["2c918083746f642c01746f990884012a"]
      duration: 4.21
      sent_at: '2026-03-14T09:26:53.589Z'
      from_earlier_run: false
      outcome: finished
      changed: true
summary:
  description: How many accounts had which outcome, and how many requests and seconds the batch took.
  type: dict
  returned: success, and on failure once the batch has begun
  contains:
    total:
      description: The number of accounts.
      type: int
    finished:
      description: Accounts whose new password is in effect, set by this run or an earlier one.
      type: int
    accepted:
      description: Accounts whose change ISC accepted and that was not waited for.
      type: int
    unchanged:
      description: Accounts for which no change was due, because of O(max_age).
      type: int
    failed:
      description: Accounts whose change ISC reported as failed.
      type: int
    refused:
      description: Accounts for which nothing was accepted.
      type: int
    unknown:
      description: Accounts whose outcome is unknown, so that it is not known which password is in effect.
      type: int
    not_sent:
      description: Accounts that the batch had not reached when it stopped.
      type: int
    from_earlier_run:
      description: Accounts, among all of the above, whose change an earlier run with the same journal sent.
      type: int
    requests:
      description: The requests that were sent, by C(query), C(set) and C(status).
      type: dict
    rate_limited:
      description: How often ISC reported that the limit is exceeded.
      type: int
    duration:
      description: The seconds that the batch took.
      type: float
    stopped:
      description: Why nothing more was sent, C(max_failures), C(interrupted) or a sentence. C(null) if all accounts
        were tried.
      type: str
  sample:
    total: 1000
    finished: 998
    accepted: 0
    unchanged: 0
    failed: 1
    refused: 1
    unknown: 0
    not_sent: 0
    from_earlier_run: 0
    requests: {query: 1000, set: 999, status: 1004}
    rate_limited: 0
    duration: 300.7
    stopped:
"""

import typing as t

from ..module_utils._batch.account import read_accounts
from ..module_utils._batch.ages import BatchAges
from ..module_utils._batch.batch import read_options, run_batch
from ..module_utils._batch.journal import open_journal
from ..module_utils._batch.run import BatchProgress
from ..module_utils._change.age import CHANGE, ISC, UNKNOWN_AGES
from ..module_utils._change.poll import poll_settings, wait_spec
from ..module_utils._change.sync_group import ALLOW, MODES
from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = dict(
    connection_spec(),
    **wait_spec(),
    accounts={
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str"},
            "user_name": {"type": "str"},
            "source_name": {"type": "str"},
            "account_id": {"type": "str"},
            "account_name": {"type": "str"},
            "identity_id": {"type": "str"},
            "source_id": {"type": "str"},
            "public_key_id": {"type": "str", "no_log": False},
            "public_key": {"type": "str", "no_log": False},
            "policies": {"type": "list", "elements": "str"},
            "password": {"type": "str", "no_log": True},
            "discard": {"type": "bool", "default": False},
            "enforce_policy": {"type": "bool", "default": False, "no_log": False},
            "sync_group": {"type": "str", "choices": list(MODES), "default": ALLOW},
        },
    },
    concurrency={"type": "int", "default": 16},
    rate_limit={
        "type": "dict",
        "apply_defaults": True,
        "options": {
            "requests": {"type": "int", "default": 100},
            "seconds": {"type": "float", "default": 10},
        },
    },
    max_failures={"type": "str"},
    journal={"type": "path"},
    max_age={"type": "str"},
    age_from={"type": "str", "choices": [ISC]},
    unknown_age={"type": "str", "choices": list(UNKNOWN_AGES), "default": CHANGE},
)
SECRET_KEYS = ()


def run(
    params: t.Mapping[str, t.Any], check_mode: bool, client: Client, progress: BatchProgress | None = None
) -> Result:
    """Set the passwords of all accounts. In check mode, do only the steps that change nothing."""
    accounts = read_accounts(params["accounts"])
    polling = poll_settings(params)
    ages = BatchAges(client, params)
    options = read_options(params, len(accounts), polling if params["wait"] else None, check_mode)
    with open_journal(params["journal"], client.tenant, len(accounts), check_mode, client.runtime.time) as journal:
        return run_batch(client, accounts, options, journal, progress, ages)


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS, unlogged="accounts")


if __name__ == "__main__":
    main()
