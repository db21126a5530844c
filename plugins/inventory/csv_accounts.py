# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: csv_accounts
short_description: Accounts from a CSV file as hosts
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Reads accounts from a CSV file, such as an export or a spreadsheet. Each line becomes a host, for the role
    P(community.sailpoint.rotate_password#role) and the playbooks that rotate accounts.
  - The first line names the columns. Each column becomes a variable of the host, by default
    C(rotate_password_) and the name of the column, so that a column C(source_name) becomes
    C(rotate_password_source_name). An empty cell leaves its variable unset. Spaces around a cell are dropped.
  - The file is text in UTF-8, with or without a byte order mark. A cell that contains the delimiter, a quote or a line
    break is put in double quotes, and a quote in it is doubled.
  - The content of a cell stays text, which Ansible does not treat as a template or an expression. If a cell has
    brackets, quotes or other characters with which Ansible could evaluate something, C(ansible-inventory), and with it
    AWX, marks it with C(__ansible_unsafe), which is not part of the text that a task gets.
  - Passwords don't belong in such a file. The columns C(password), C(value), C(store_key), C(client_secret) and
    C(access_token) are refused.
  - Everyone who can write the file decides which accounts are listed, but must not decide how they are changed. So a
    column that would set another option of the role than C(user_name), C(source_name), C(account_id) or
    C(account_name), such as C(base_url) or C(before_change), or a variable of Ansible, such as C(ansible_connection),
    is refused unless O(allow_columns) lists it.
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices: [community.sailpoint.csv_accounts]
  path:
    description:
      - The CSV file. A relative path is resolved from the folder of the inventory's configuration file.
    type: str
    required: true
  host_column:
    description:
      - The column with the names of the hosts. No two lines can have the same name.
    type: str
    default: user_name
  delimiter:
    description:
      - The character between two cells. V(\\t) in double quotes stands for a tab.
    type: str
    default: ","
  group:
    description:
      - The group of all these hosts.
    type: str
    default: accounts
  prefix:
    description:
      - The prefix of the variables' names, before the name of the column.
    type: str
    default: rotate_password_
  allow_columns:
    description:
      - The columns that may set more than what identifies the account, such as V(max_age) or V(after_change). List only
        what everyone who can write the file may decide.
      - Without O(prefix), all columns except O(host_column) and those that identify an account must be listed.
      - Secrets are refused even then.
    type: list
    elements: str
    default: []
notes:
  - By default, Ansible only warns about an inventory that it can't read, and continues without it. The playbooks of
    this collection for many accounts refuse that. Elsewhere, set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to
    V(true).
  - Hosts of the same name in several inventories are one host for Ansible.
  - Control characters are refused, because Ansible prints them as they are. So are line breaks in the names of hosts.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
# accounts.csv:
#
#   user_name,source_name,account_id
#   svc-backup,Active Directory,
#   Abby.Smith,HR Database,
#   multi.account,Active Directory,"CN=Multi Account,OU=Admins,DC=acme,DC=com"

# csv_accounts.yml beside it:
plugin: community.sailpoint.csv_accounts
path: accounts.csv

---
# Hosts with names from a separate column, since a user has several accounts, in a file with semicolons:
plugin: community.sailpoint.csv_accounts
path: /srv/exports/service-accounts.csv
host_column: name
delimiter: ";"
group: service_accounts

---
# Everyone who can write the file may also decide how old a password may become:
plugin: community.sailpoint.csv_accounts
path: accounts.csv
allow_columns: [max_age]
"""

import csv
import io
import os
import typing as t

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

from ..module_utils._client.connection import connection_spec
from ..module_utils._text import has_controls, one_line, os_error_reason
from ..plugin_utils._inventory_text import inventory_value
from ..plugin_utils._rotation.options import BATCH_SPEC, IDENTIFYING, PREFIX, SPEC

_SECRETS = ("password", "value", "store_key", "client_secret", "access_token")
_OTHER_OPTIONS = frozenset(
    f"{PREFIX}{option}" for option in {**SPEC, **BATCH_SPEC, **connection_spec()} if option not in IDENTIFYING
)
"""Variables that do more than identify an account: where the client secret is sent, which tasks run, where passwords
are stored. That is up to the configuration of the inventory, not to everyone who can write the list of accounts."""

_BLANKS = str.maketrans("\t\r\n", "   ")


class InventoryModule(BaseInventoryPlugin):
    NAME = "community.sailpoint.csv_accounts"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith((".yml", ".yaml"))

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add the hosts, or none of them if the file has an error."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        file = os.path.join(os.path.dirname(os.path.abspath(path)), os.path.expanduser(self.get_option("path")))
        try:
            columns = [self.get_option(option) for option in ("host_column", "prefix", "allow_columns")]
            hosts = read_accounts(_content(file), self.get_option("delimiter"), *columns)
        except ValueError as error:
            raise AnsibleParserError(one_line(f"{file}: {error}")) from None
        group = inventory.add_group(self.get_option("group"))
        for name, variables in hosts.items():
            host = inventory.add_host(inventory_value(name), group=group)
            for variable, value in variables.items():
                inventory.set_variable(host, variable, inventory_value(value))


def read_accounts(
    content: bytes, delimiter: str, host_column: str, prefix: str, allowed: t.Sequence[str] = ()
) -> dict[str, dict[str, str]]:
    """Return the variables of the hosts by their names.

    :raises ValueError: the file has an error. The message says in which line, and what to do.
    """
    lines = _lines(_text(content), delimiter)
    number, header = next(lines, (1, []))
    if not header:
        raise ValueError("it is empty. Its first line must name the columns.")
    _check_header(header, number, host_column, prefix, allowed)
    hosts: dict[str, dict[str, str]] = {}
    seen: dict[str, int] = {}
    for number, cells in lines:
        if len(cells) != len(header):
            raise ValueError(
                f"line {number} has {len(cells)} cells, and the header has {len(header)}. Check the delimiter, and put "
                "a cell that contains it in double quotes."
            )
        row = dict(zip(header, cells))
        name = row[host_column]
        if not name:
            raise ValueError(f"line {number} has no {host_column}, which is the name of the host. Fill in that cell.")
        for column, cell in row.items():
            # Ansible would print control characters unchanged. Line breaks are refused only in the names of hosts.
            if has_controls(cell if column == host_column else cell.translate(_BLANKS)):
                kind = "control character or a line break" if column == host_column else "control character"
                raise ValueError(f"line {number} has a {kind} in the column {column}. Remove it.")
        if name in seen:
            raise ValueError(
                f"lines {seen[name]} and {number} have the same {host_column}, {name}. Remove one, or set host_column "
                "to a column whose cells all differ."
            )
        seen[name] = number
        hosts[name] = {prefix + column: value for column, value in row.items() if value}
    return hosts


def _content(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise ValueError(f"it can't be read: {os_error_reason(error)}. Set path to the CSV file.") from None


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {number} is not UTF-8. Save the file as CSV in UTF-8.") from None
    if "\0" in text:
        number = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(f"line {number} has a null character. Save the file as CSV in UTF-8.")
    return text


def _lines(text: str, delimiter: str) -> t.Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that isn't empty."""
    if len(delimiter) != 1 or delimiter in '"\r\n ':
        raise ValueError(
            f"the delimiter can't be {delimiter!r}. Set delimiter to a single character such as ; or a tab."
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(f"line {number} is not CSV: {error}. Check the double quotes from there on.") from None
        if any(cells):
            yield number, cells


def _check_header(
    header: t.Sequence[str], number: int, host_column: str, prefix: str, allowed: t.Sequence[str]
) -> None:
    for position, name in enumerate(header, 1):
        if not name:
            raise ValueError(f"column {position} has no name in line {number}. Name it, or remove the column.")
        if header.index(name) != position - 1:
            raise ValueError(f"two columns have the name {name} in line {number}. Remove or rename one.")
        variable = prefix + name
        if name.lower() in _SECRETS or variable.lower() in [PREFIX + secret for secret in _SECRETS]:
            raise ValueError(
                f"it has a column {name}. Passwords and other secrets don't belong in an inventory file. Remove the "
                "column, and take them from a vault."
            )
        if not variable.isidentifier() or not variable.isascii():
            raise ValueError(
                f"the column {name!r} in line {number} makes the variable {variable!r}, which is not a valid "
                "name. Use letters, digits and underscores, and check the delimiter."
            )
        if prefix or name == host_column:
            more = variable in _OTHER_OPTIONS or variable.startswith("ansible_")
        else:
            # Without a prefix, a column could set a variable of any play.
            more = variable not in IDENTIFYING and variable.removeprefix(PREFIX) not in IDENTIFYING
        if more and name not in allowed:
            raise ValueError(
                f"the column {name} in line {number} would set {variable}, which does more than identify the account. "
                "Remove the column, or list it in allow_columns if everyone who can write the file may decide that."
            )
    if host_column not in header:
        raise ValueError(
            f"it has no column {host_column}, only {', '.join(header)}. Set host_column to the column with the names "
            "of the hosts, and check the delimiter."
        )
