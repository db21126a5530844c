#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_tenant_info
short_description: Check what a tenant and a token allow, before the first change
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Checks a connection to ISC and, if you name a user and a source, everything that a change of that password depends
    on. It only reads, so it can be used with a production tenant.
  - The checks are the login, the token's claims, the versions of the API that the tenant serves, the clock of this
    machine, each permission that this collection uses, digit tokens, the source, the account, the policy, the key, the
    password sync group, and the age of the password.
  - All checks are run, even after one has failed. A failed check doesn't fail the task, but shows in RV(state).
  - The playbook C(community.sailpoint.check_tenant) shows what this module returns.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.reads
  - community.sailpoint.connection
options:
  user_name:
    description: The user name of the identity whose account to check, together with O(source_name). An account that
      nothing depends on serves best.
    type: str
  source_name:
    description: The display name of the source to check, such as V(Active Directory), exactly as ISC shows it.
    type: str
  for_issue:
    description: Whether to return RV(for_issue) as well, text that can be published in an issue.
    type: bool
    default: false
notes:
  - The module sends about 15 requests, with O(user_name) and O(source_name) about 25.
  - For operations that write, only the token's claims are read. The module doesn't try to set a password.
  - From each version of the API, the list of password sync groups is requested. A response doesn't prove that all
    other operations are served too.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.check
    description: Checking a tenant.
  - module: community.sailpoint.isc_login
  - module: community.sailpoint.isc_password_info
"""

EXAMPLES = r"""
- name: Check the tenant, the token, and all that a change of this password depends on
  community.sailpoint.isc_tenant_info:
    user_name: svc-backup
    source_name: Active Directory
  register: tenant

- name: Show it as a table
  ansible.builtin.debug:
    msg: "{{ tenant.table }}"

- name: Stop if anything would prevent a change
  ansible.builtin.assert:
    that: tenant.ready
"""

RETURN = r"""
checks:
  description: The checks, in the order in which they were run.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: What was checked.
      type: str
    state:
      description: V(ok), V(warning) (something can't be used, or is not as expected), V(failed) (no password can be
        changed until this is fixed) or V(skipped) (not checked).
      type: str
    message:
      description: What was found, in a sentence.
      type: str
    remedy:
      description: What to do. Empty if there is nothing to do.
      type: str
  sample:
    - name: Login
      state: ok
      message: The login to acme.api.identitynow.com works.
      remedy: ""
    - name: API version
      state: failed
      message: The tenant doesn't serve api_version v1. It serves v2025, v2024, v3. The other checks use v2025.
      remedy: Set api_version (environment SAIL_API_VERSION) to v2025.
state:
  description: The worst state of all checks, V(ok), V(warning) or V(failed).
  type: str
  returned: success
  sample: warning
ready:
  description: Whether no check has failed.
  type: bool
  returned: success
  sample: true
failed_checks:
  description: The names of the checks that failed.
  type: list
  elements: str
  returned: success
  sample: []
table:
  description: The checks as lines of text, to be shown.
  type: list
  elements: str
  returned: success
  sample: ["ok  Login  The login to acme.api.identitynow.com works."]
for_issue:
  description: The findings as lines of text without secrets, and without the names of the tenant, of users and of
    sources. Little is known about real tenants, so please add them to an issue.
  type: list
  elements: str
  returned: if O(for_issue=true)
  sample: ["versions: v1 served, v2026 served (deprecated)", "clock: +1 s"]
"""

import typing as t

from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import check_text
from ..module_utils._task.execution import Result, run_module
from ..module_utils._tenant import account, connection, permissions
from ..module_utils._tenant.inspection import FAILED, Check, Inspection, table, worst_state
from ..module_utils._versions import VERSION

ARGUMENT_SPEC = dict(
    connection_spec(),
    user_name={"type": "str"},
    source_name={"type": "str"},
    for_issue={"type": "bool", "default": False},
)
SECRET_KEYS = ()

CHECKS = (*connection.CHECKS, *permissions.CHECKS, *account.CHECKS)
# These checks run even if an earlier failure rules out further requests.
ALWAYS = ("Login", "Clock")
NOT_READ = "Reads don't show: the response to a set, how long changes and keys last, partial failures of sync groups."


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
    for option in ("user_name", "source_name"):
        if params[option] is not None:
            check_text(option, params[option])
    inspection = Inspection(client, params["user_name"], params["source_name"], bool(params["access_token"]))
    checks = []
    for name, perform in CHECKS:
        skips = inspection.stopped and name not in ALWAYS
        checks.append(Check(name, *(inspection.skipped() if skips else perform(inspection))))
    result = {
        "changed": False,
        "checks": [check._asdict() for check in checks],
        "state": worst_state(checks),
        "ready": worst_state(checks) != FAILED,
        "failed_checks": [check.name for check in checks if check.state == FAILED],
        "table": table(checks),
    }
    if params["for_issue"]:
        result["for_issue"] = lines_for_issue(inspection, checks)
    return result


def lines_for_issue(inspection: Inspection, checks: t.Sequence[Check]) -> list[str]:
    """Return the findings as lines of text without secrets, and without names of the tenant, users and sources."""
    limits = ", ".join(f"{name}: {value}" for name, value in sorted(inspection.limits.items()))
    facts = {
        "collection": VERSION,
        "api_version": inspection.client.api_version,
        **inspection.facts,
        "responses": "; ".join(f"{name}: {code}" for name, code in sorted(inspection.responses.items())) or "none",
        "rate limit headers": limits or "none",
        "checks": "; ".join(f"{check.name}: {check.state}" for check in checks),
    }
    return [*(f"{name}: {value}" for name, value in facts.items()), NOT_READ]


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
