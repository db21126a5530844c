# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays that use the role rotate_password, and their results, messages and passwords in the tenant."""

from __future__ import annotations

import itertools
from typing import Any

from support.playbook import Outcome, play

PASSWORD = "Wonderful-Passw0rd!"
SOURCE = "Active Directory"
ACCOUNT = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
ADMIN_ACCOUNT = "CN=Multi Account,OU=Admins,DC=acme,DC=com"
LOCALHOST: dict[str, Any] = {"localhost": {"ansible_connection": "local"}}
ROLE = "community.sailpoint.rotate_password"
KEY = "the key of the encrypted files"
# The collection's playbook, as a playbook of the user imports it, and by the name for the command line.
PLAYBOOK = [{"name": "Rotate", "ansible.builtin.import_playbook": "community.sailpoint.rotate_password"}]
BY_NAME = ROLE

# The keys of rotate_password_result.
RESULT = {
    *("outcome", "changed", "state", "request_id", "account_id", "source_ids", "sync_group"),
    *("rotated_at", "password_age", "kept_in", "step", "msg"),
}


def variables(**more: Any) -> dict[str, Any]:
    """Return the role's variables for a service account."""
    return {
        "rotate_password_user_name": "svc-backup",
        "rotate_password_source_name": SOURCE,
        "rotate_password_value": PASSWORD,
        "rotate_password_wait_sleep": 0.1,
        **more,
    }


def connection(tenant: Any, **more: Any) -> dict[str, Any]:
    client = tenant.clients["api-client"]
    return {
        "rotate_password_base_url": tenant.base_url,
        "rotate_password_client_id": client["client_id"],
        "rotate_password_client_secret": client["client_secret"],
        "rotate_password_ca_path": tenant.ca_path,
        **more,
    }


def stored(folder: Any, **more: Any) -> dict[str, Any]:
    """Return the variables of an account whose password is stored in an encrypted file in *folder*."""
    return {
        "rotate_password_store": "file",
        "rotate_password_store_dir": str(folder),
        "rotate_password_store_key": KEY,
        **more,
    }


def role(name: str = "Rotate", tasks_from: str = "main", **keywords: Any) -> dict[str, Any]:
    return {"name": name, "ansible.builtin.include_role": {"name": ROLE, "tasks_from": tasks_from}, **keywords}


def shown(name: str = "Result") -> dict[str, Any]:
    return {"name": name, "ansible.builtin.debug": {"var": "rotate_password_result"}}


def rotation(*tasks: dict[str, Any], tasks_from: str = "main", **keywords: Any) -> list[dict[str, Any]]:
    """Return a play that uses the role, always shows its result, and runs *tasks* if the role succeeded."""
    return play([{"block": [role(tasks_from=tasks_from)], "always": [shown()]}, *tasks], **keywords)


def rotate(playbook: Any, tenant: Any, *arguments: str, **more: Any) -> Outcome:
    return playbook.run(rotation(vars={**variables(), **connection(tenant), **more}), *arguments, inventory=LOCALHOST)


def result_of(outcome: Outcome, host: str = "localhost") -> dict[str, Any]:
    """Return the last result of a task that has all keys of rotate_password_result."""
    found = [event["result"] for event in outcome.events if event["host"] == host and set(event["result"]) >= RESULT]
    assert found, f"no result of {host}\n{outcome.complaints}"
    return found[-1]


def outcomes(outcome: Outcome) -> dict[str, str]:
    return {host: result_of(outcome, host)["outcome"] for host in outcome.recap}


def verdict(outcome: Outcome, host: str = "localhost") -> str:
    """Return the message of the last failed task of a host, which people and AWX see."""
    failures = outcome.failures(host)
    assert failures, f"{host} has not failed\n{outcome.complaints}"
    return failures[-1]


def operations(tenant: Any) -> list[str]:
    """Return the operations that the tenant received, in order, with consecutive repetitions counted once."""
    return [name for name, _requests in itertools.groupby(request["operation"] for request in tenant.requests())]


def arrived(tenant: Any, account_id: str = ACCOUNT, source: str = SOURCE) -> str | None:
    """Return the password of an account in the tenant, or None if it was never set."""
    record = tenant.password(source, account_id)
    return record and record["password"]
