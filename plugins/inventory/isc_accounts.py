# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: isc_accounts
short_description: Accounts from Identity Security Cloud as hosts
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Turns each account of one or more sources, as ISC's Search knows them, into a host, for the role
    P(community.sailpoint.rotate_password#role) and the playbooks that rotate accounts. So a source, or every password
    on it that is older than 90 days, can be rotated without a list of accounts.
  - Each host has the variables C(rotate_password_user_name), C(rotate_password_source_name) and
    C(rotate_password_account_id), as hosts of P(community.sailpoint.csv_accounts#inventory) have them, and
    C(isc_account), a dictionary with everything else that ISC knows. Its keys are the remaining ones of the accounts
    that M(community.sailpoint.isc_account_info) returns.
  - A host is named after the user and the source, with a hash of the source's and the account's ids, such as
    V(svc-backup.Active-Directory.0c46c1ecb6). So names are unique, contain nothing that is special in a host pattern,
    and are the same in each run.
  - If there is no account, for example because nothing is due, the group is empty. Then the playbooks of this
    collection for many accounts do nothing, and don't fail.
  - Ansible never treats text from ISC as a template.
  - It takes two requests for 10,000 accounts of a source.
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices: [community.sailpoint.isc_accounts]
  sources:
    description:
      - The display names of the sources, exactly as ISC shows them. A source that the tenant doesn't have is an error,
        if the token may list sources.
      - In the environment they are separated by commas. A name with a comma can only be given in the file.
    type: list
    elements: str
    required: true
    env:
      - name: ISC_ACCOUNTS_SOURCES
  query:
    env:
      - name: ISC_ACCOUNTS_QUERY
  older_than:
    env:
      - name: ISC_ACCOUNTS_OLDER_THAN
  unknown_age:
    env:
      - name: ISC_ACCOUNTS_UNKNOWN_AGE
  include_disabled:
    description:
      - Whether disabled accounts become hosts too.
    type: bool
    default: false
  include_locked:
    description:
      - Whether locked accounts become hosts too.
    type: bool
    default: false
  group:
    description:
      - The group of all these hosts.
    type: str
    default: accounts
extends_documentation_fragment:
  - community.sailpoint.connection
  - community.sailpoint.accounts
  - constructed
  - inventory_cache
notes:
  - By default, Ansible only warns about an inventory that it can't read, and continues without it. The playbooks of
    this collection for many accounts refuse that. Elsewhere, set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to
    V(true).
  - A cache contains names and ids of accounts, and when their passwords were last set, but no secrets. Ages are
    counted, and O(older_than) and the states are applied, each time that the cache is read.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.accounts
    description: Accounts and the age of their passwords.
  - module: community.sailpoint.isc_account_info
  - plugin: community.sailpoint.csv_accounts
    plugin_type: inventory
"""

EXAMPLES = r"""
# Passwords older than 90 days on Active Directory. The connection is taken from the environment (SAIL_BASE_URL, ...).
plugin: community.sailpoint.isc_accounts
sources:
  - Active Directory
older_than: 90d

---
# Privileged accounts of two sources in their own groups, with ISC's responses cached for an hour.
plugin: community.sailpoint.isc_accounts
base_url: https://acme.api.identitynow.com
sources:
  - Active Directory
  - Payroll Database
unknown_age: exclude
older_than: 30d
groups:
  privileged: isc_account.privileged
keyed_groups:
  - key: rotate_password_source_name
    prefix: source
compose:
  # In a tenant whose login names are the uids of the identities.
  rotate_password_user_name: isc_account.uid
strict: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/isc-accounts
cache_timeout: 3600
"""

import contextlib
import hashlib
import json
import math
import time
import typing as t

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils._api.accounts import (
    AccountFilter,
    FoundAccount,
    Source,
    as_result,
    check_query,
    find_accounts,
    matches_age,
)
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import InputError, IscError, check_text
from ..module_utils._task.execution import internal_error_message
from ..module_utils._text import one_line
from ..module_utils._times import parse_age
from ..plugin_utils._arguments import plain, validate
from ..plugin_utils._connection import connected, with_environment
from ..plugin_utils._inventory_text import inventory_value
from ..plugin_utils._rotation.options import PREFIX
from ..plugin_utils._variables import NOTHING_IS_DUE

_ROLE_OPTIONS = ("user_name", "source_name", "account_id")
_CACHE_FORMAT = 2

REUSE_SECONDS = 300
# The lookup checked_pattern reads each inventory a second time in the same process, to check whether Ansible could read
# it. That must not send the requests again, or get another response.
_recent: dict[str, tuple[float, list[FoundAccount]]] = {}

_NONE = type(None)
_TYPES: dict[str, t.Any] = {
    **dict.fromkeys(FoundAccount._fields, str),
    **dict.fromkeys(("disabled", "locked", "privileged", "never_set"), bool),
    **dict.fromkeys(("uid", "isc_id"), (str, _NONE)),
    "supports_password_change": (bool, _NONE),
    "last_set": (int, float, _NONE),
}


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "community.sailpoint.isc_accounts"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith((".yml", ".yaml"))

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add the hosts, or none of them if there is an error."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        try:
            hosts = self._hosts(config, path, cache)
        except AnsibleError:  # raised by Ansible itself, about an option
            raise
        except IscError as error:
            problem = f"{path}: {error.explanation}"
        except Exception as error:  # otherwise, Ansible would show its text
            problem = internal_error_message(error)
        else:
            self._add(hosts)
            return
        # Raised outside the handler, because Ansible could show the text of an exception's cause.
        raise AnsibleParserError(one_line(problem))

    def _hosts(self, config: t.Mapping[str, t.Any], path: str, cache: bool) -> dict[str, dict[str, t.Any]]:
        unknown = sorted(str(name) for name in set(config) - set(self._options))
        if unknown:
            raise InputError(
                f"There is no option {unknown[0]}.",
                "Check its name: Ansible itself would ignore it. The options are those of 'ansible-doc -t inventory "
                f"{self.NAME}'.",
            )
        older_than = parse_age("older_than", self.get_option("older_than"))
        unknown_age = self.get_option("unknown_age")
        accounts, now = self._accounts(path, cache), time.time()
        hosts: dict[str, dict[str, t.Any]] = {}
        for account in accounts:
            if (account.disabled and not self.get_option("include_disabled")) or (
                account.locked and not self.get_option("include_locked")
            ):
                continue
            if matches_age(account.last_set, older_than, unknown_age, now):
                name = host_name(account)
                if name in hosts:
                    name = host_name(account, digits=64)
                hosts[name] = host_variables(account, now)
        return hosts

    def _accounts(self, path: str, cache: bool) -> list[FoundAccount]:
        """Return the accounts of all sources, from a cache if *cache* allows that and they are in it."""
        sources = list(dict.fromkeys(check_text("sources", str(name)) for name in self.get_option("sources")))
        if not sources:
            raise InputError("sources is empty.", "Name at least one source.")
        query = check_query("query", self.get_option("query"))
        params = self._connection()
        key = _digest([path, params, sources, query])
        loaded_at, accounts = _recent.get(key, (-math.inf, []))
        if not cache or time.monotonic() - loaded_at >= REUSE_SECONDS:
            accounts = self._load_accounts(path, cache, params, sources, query)
            _recent[key] = time.monotonic(), accounts
        return accounts

    def _load_accounts(
        self, path: str, cache: bool, params: t.Mapping[str, t.Any], sources: list[str], query: str | None
    ) -> list[FoundAccount]:
        """Return the accounts from Ansible's inventory cache or from ISC."""
        use_cache = self.get_option("cache")
        digest = _digest([_CACHE_FORMAT, params.get("base_url"), sources, query])
        key = f"{self.get_cache_key(path)}_{digest[:16]}"
        if use_cache and cache:
            with contextlib.suppress(KeyError):
                cached = parse_cached(self._cache[key])
                if cached is not None:
                    return cached
        with connected(params, lambda warning: self.display.warning(one_line(warning))) as client:
            filters = [AccountFilter(Source(name=name), query=query) for name in sources]
            found = [account for each in filters for account in find_accounts(client, each)]
        if use_cache:
            self._cache[key] = [list(account) for account in found]
        return found

    def _connection(self) -> dict[str, t.Any]:
        """Return the validated connection options, completed from the environment."""
        spec, given = connection_spec(), {}
        for option, details in spec.items():
            value = self.get_option(option)
            if value is not None and value != "":
                given[option] = str(value) if details["type"] in ("str", "path") else value
        # The author of the configuration file must not be able to send the environment's secret to another server.
        return validate(spec, with_environment(given, {}))

    def _add(self, hosts: t.Mapping[str, t.Mapping[str, t.Any]]) -> None:
        constructed = {option: self.get_option(option) for option in ("compose", "groups", "keyed_groups")}
        strict = self.get_option("strict")
        group = self.inventory.add_group(str(self.get_option("group")))
        if not hosts:
            self.inventory.set_variable(group, NOTHING_IS_DUE, True)
        for name, variables in hosts.items():
            host = self.inventory.add_host(inventory_value(name), group=group)
            for variable, value in variables.items():
                self.inventory.set_variable(host, variable, inventory_value(value))
            if any(constructed.values()):
                known = self.inventory.get_host(host).get_vars()
                self._set_composite_vars(constructed["compose"], known, host, strict=strict)
                self._add_host_to_composed_groups(constructed["groups"], known, host, strict=strict)
                self._add_host_to_keyed_groups(constructed["keyed_groups"], known, host, strict=strict)


def _digest(content: t.Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def host_name(account: FoundAccount, digits: int = 10) -> str:
    """Return the name of an account's host, which is the same in each run.

    :param digits: the length of the hash at the end.
    """
    digest = hashlib.sha256(f"{account.source_id}\0{account.account_id}".encode()).hexdigest()
    return ".".join((_part(account.user_name), _part(account.source_name), digest[:digits]))


def _part(name: str) -> str:
    """Return at most 60 characters of *name*, none of them special in a host pattern, a shell or a path."""
    safe = "".join(character if character.isalnum() or character in "._-" else "-" for character in name)
    return safe[:60].strip(".-_") or "account"


def host_variables(account: FoundAccount, now: float) -> dict[str, t.Any]:
    """Return the variables of an account's host.

    :param now: seconds since 1970.
    """
    known = as_result(account, now)
    return {**{PREFIX + name: known.pop(name) for name in _ROLE_OPTIONS}, "isc_account": known}


def parse_cached(content: t.Any) -> list[FoundAccount] | None:
    """Return the accounts in a cache, or ``None`` if its content is anything else."""
    if not isinstance(content, list):
        return None
    accounts = []
    for entry in plain(content):
        if not isinstance(entry, list) or len(entry) != len(FoundAccount._fields):
            return None
        account = FoundAccount(*entry)
        if not all(isinstance(value, _TYPES[name]) for name, value in account._asdict().items()):
            return None
        accounts.append(account)
    return accounts
