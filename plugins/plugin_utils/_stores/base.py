# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a store is."""

from __future__ import annotations

import abc
import hashlib
import re
import typing as t

from ansible.plugins.loader import lookup_loader

from .._arguments import plain

if t.TYPE_CHECKING:
    from .._paths import Places
    from .._rotation.options import RotationOptions
    from .._rotation.record import RecordedAccount

_LONGEST_NAME = 80

Session = t.Optional[dict[str, t.Any]]
"""What connects to a store, as values that one task of the role hands on to the next; it may hold a token."""

Lookup = t.Callable[..., t.Any]
"""Runs a lookup plugin of Ansible by its name, with options besides what the variables of the host say, and returns its
only result. It raises LookupError where there is no such plugin."""


class Stored(t.NamedTuple):
    """The record that a store holds (empty where there is none), and its version, for the next ``save``."""

    record: dict[str, t.Any]
    version: str


class Store(t.Protocol):
    """The place of one account's record.

    :ivar place: where that is, for people.
    """

    place: str

    def load(self) -> Stored:
        """Return what is stored.

        :raises RecordError: it can't be read.
        """

    def save(self, record: t.Mapping[str, t.Any], version: str, check_mode: bool = False) -> str:
        """Replace the record whose version is *version*, and return the new version (compare-and-swap).

        :param check_mode: only check that it could be replaced.
        :raises RecordError: it can't be written, or somebody else has written it meanwhile.
        """


class StoreKind(abc.ABC):
    """A value of the role's option C(store). Variables that say how to connect to it begin with C(variables)."""

    variables = ""

    def mistakes(self, options: RotationOptions, places: Places) -> t.Iterable[str]:
        """Return what is wrong with the options of the store, as sentences."""
        return ()

    def connect(self, lookup: Lookup, session: Session, threads: int) -> t.Any:
        """Return a connection, with the session of an earlier task if there is one; ``None`` where none is needed.

        A connection has C(session), for the next task, and C(open()), which logs in.

        :param threads: how many accounts are stored at the same time.
        """
        return None

    @abc.abstractmethod
    def open(self, options: RotationOptions, account: RecordedAccount, connection: t.Any) -> Store:
        """Return the store of *account*."""

    def search(self, options: RotationOptions, connection: t.Any) -> t.Iterable[Store]:
        """Return the stores of all accounts that *options* may be about, by the names of identity and source.

        There are none where no record is kept here.

        :raises RecordError: they can't be found out.
        """
        return ()


def lookup_of(loader: t.Any, templar: t.Any, variables: t.Mapping[str, t.Any]) -> Lookup:
    """Return what runs lookup plugins with the variables of a host."""

    def lookup(name: str, **options: t.Any) -> t.Any:
        plugin = lookup_loader.get(name, loader=loader, templar=templar)
        if plugin is None:
            raise LookupError(name)
        return plain(templar.template(plugin.run([], variables=dict(variables), **options)[0]))

    return lookup


def name_of(account: RecordedAccount) -> str:
    """Return the name of the account's record: its beginning is for people, its digest keeps accounts apart."""
    digest = hashlib.sha256(f"{account.source_id}/{account.account_id}".encode()).hexdigest()[:12]
    return f"{beginning_of_name(account.user_name, account.source_name)}{digest}"


def beginning_of_name(user_name: str, source_name: str) -> str:
    """Return what the names of records begin with; other identities and sources can have the same beginning."""
    return re.sub(r"[^a-z0-9.]+", "-", f"{user_name}.{source_name}".lower())[:_LONGEST_NAME] + "."


def passwords_in(record: t.Any) -> t.Iterator[str]:
    """Yield the passwords in the value of a record, whatever else it holds."""
    if isinstance(record, t.Mapping):
        if isinstance(record.get("password"), str):
            yield record["password"]
        record = list(record.values())
    if isinstance(record, (list, tuple)):
        for each in record:
            yield from passwords_in(each)
