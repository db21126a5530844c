# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: rotated_password
short_description: Read the password of an account from the store of the role rotate_password
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Returns the password that the role P(community.sailpoint.rotate_password#role) has stored for an account, for plays
    and templates that use it.
  - Each option can be given to the lookup, or as the variable of the role. A host whose variables describe the account
    needs none. An empty string, null and C(omit) count as not given.
  - The lookup only reads the store, and sends nothing to ISC.
options:
  version:
    description:
      - V(current) is the password that ISC reported as set. V(previous) is the one before it.
    type: str
    choices: [current, previous]
    default: current
  user_name:
    description: The user name of the identity.
    type: str
    required: true
    vars:
      - name: rotate_password_user_name
  source_name:
    description: The display name of the source.
    type: str
    required: true
    vars:
      - name: rotate_password_source_name
  account_id:
    description: The account, if the store has several of the identity on this source.
    type: str
    vars:
      - name: rotate_password_account_id
  store:
    description: V(file) or V(kv2), as for the role.
    type: str
    required: true
    vars:
      - name: rotate_password_store
  store_dir:
    description: The folder of the files of O(store=file).
    type: path
    vars:
      - name: rotate_password_store_dir
  store_key:
    description: The password with which the files of O(store=file) are encrypted.
    type: str
    vars:
      - name: rotate_password_store_key
  store_mount:
    description: Where the secrets engine of O(store=kv2) is mounted.
    type: str
    default: secret
    vars:
      - name: rotate_password_store_mount
  store_path:
    description:
      - The path of the account's secret in the engine of O(store=kv2).
      - Without it, the token must be allowed to list C(sailpoint/).
    type: str
    vars:
      - name: rotate_password_store_path
notes:
  - If a password is pending in the store, an earlier run did not finish, and it is not known whether the current or the
    pending password is in effect. The lookup warns about that. Run the role again, and it finishes that rotation.
  - With O(store=kv2), the variables C(ansible_hashi_vault_*) and the environment say where the server is, as for the
    role.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.rotation
    description: Rotate passwords.
"""

EXAMPLES = r"""
- name: Use the password of an account
  ansible.builtin.template:
    src: pgpass.j2
    dest: /home/backup/.pgpass
    owner: backup
    mode: "0600"
  no_log: true
  vars:
    backup_password: >-
      {{ lookup('community.sailpoint.rotated_password', user_name='svc-backup', source_name='Active Directory',
                store='file', store_dir='/var/lib/isc/store', store_key=store_key) }}

- name: Log in with the previous password, for a host whose variables describe the account
  ansible.builtin.uri:
    url: https://backup.acme.com/login
    user: "{{ rotate_password_user_name }}"
    password: "{{ lookup('community.sailpoint.rotated_password', version='previous') }}"
"""

RETURN = r"""
_raw:
  description: The password.
  type: list
  elements: str
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..module_utils._errors import InputError, IscError
from ..module_utils._task.execution import register_secrets
from ..plugin_utils._arguments import plain
from ..plugin_utils._paths import Places
from ..plugin_utils._rotation.options import PREFIX, RotationOptions, read_options
from ..plugin_utils._rotation.record import Record, read_any_record
from ..plugin_utils._stores.base import Store, make_lookup
from ..plugin_utils._stores.kinds import NONE, is_built_in, kind_of, store_mistakes
from ..plugin_utils._variables import given_options, is_given

NAMES = ("user_name", "source_name", "account_id", "store", "store_dir", "store_key", "store_mount", "store_path")
_VERSIONS = ("current", "previous")


class LookupModule(LookupBase):
    def run(self, terms: t.Sequence[t.Any], variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        """Return the password.

        :raises AnsibleLookupError: the store has no such password, or can't be read.
        """
        try:
            return [self._password(variables or {}, kwargs)]
        except IscError as error:
            problem = f"rotated_password: {error.explanation}"
        # Raised outside the handler, because Ansible could show the text of an exception's cause.
        raise AnsibleLookupError(problem)

    def _password(self, variables: t.Mapping[str, t.Any], arguments: dict[str, t.Any]) -> str:
        version = arguments.pop("version", None) or _VERSIONS[0]
        unknown = sorted(set(arguments) - {*NAMES})
        if unknown:
            raise InputError(f"It has no option {unknown[0]}.", f"Its options are {', '.join(('version', *NAMES))}.")
        if version not in _VERSIONS:
            raise InputError(f"version is {version!r}.", f"It must be one of {', '.join(_VERSIONS)}.")
        direct = {name: plain(value) for name, value in arguments.items() if is_given(value, variables.get("omit"))}
        given = {**given_options(NAMES, variables, self._templar, PREFIX).check(), **direct}
        if not given.get("store") or not is_built_in(given["store"]) or given["store"] == NONE:
            raise InputError(
                f"store is {given.get('store', 'not given')}, which the lookup can't read.", "Give file or kv2."
            )
        options = read_options(given, Places.of_run(str(variables.get("playbook_dir", ""))), store_mistakes)
        kind = kind_of(options["store"])
        connection = kind.connect(make_lookup(self._loader, self._templar, variables), None, 1)
        record = _choose_record(kind.search(options, connection), options)
        owner = f"{record.account.user_name} on {record.account.source_name}"
        if record.pending is not None:
            self._display.warning(
                f"rotated_password: a password of {owner} is pending, so an earlier run did not finish, and it is not "
                "known which of the two is in effect. The role rotate_password finishes the rotation."
            )
        stored = record.current if version == _VERSIONS[0] else record.previous
        if stored is None:
            raise InputError(f"The store holds no {version} password of {owner}.", "Rotate it first.")
        register_secrets([stored.password])
        return stored.password


def _choose_record(stores: t.Iterable[Store], options: RotationOptions) -> Record:
    wanted = (options["user_name"].casefold(), options["source_name"].casefold())
    found = []
    for store in stores:
        stored = store.load().record
        record = read_any_record(stored, store.place) if stored else None
        account = None if record is None else record.account
        if account is None or (account.user_name.casefold(), account.source_name.casefold()) != wanted:
            continue
        if options["account_id"] is None or account.account_id.casefold() == options["account_id"].casefold():
            found.append(t.cast(Record, record))
    if len(found) == 1:
        return found[0]
    owner = f"{options['user_name']} on {options['source_name']}"
    if not found:
        raise InputError(f"The store holds no password of {owner}.", "Check the options, or rotate it first.")
    accounts = ", ".join(record.account.account_id for record in found)
    raise InputError(f"The store holds passwords of {len(found)} accounts of {owner}: {accounts}.", "Give account_id.")
