# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of stores, and what they share."""

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
"""The state of a connection to a store, which one task of the role passes on to the next. It may hold a token."""

Lookup = t.Callable[..., t.Any]
"""A function that runs the named lookup plugin with the variables of the host and further options, and returns its only
result. It raises LookupError if there is no such plugin."""


class Stored(t.NamedTuple):
    """The record in a store, empty if there is none, and its version for the next ``save``."""

    record: dict[str, t.Any]
    version: str


class Store(t.Protocol):
    """The store of one account's record.

    :ivar place: the location of the record, for people.
    """

    place: str

    def load(self) -> Stored:
        """Return the stored record.

        :raises RecordError: it can't be read.
        """

    def save(self, record: t.Mapping[str, t.Any], version: str, check_mode: bool = False) -> str:
        """Replace the record of *version*, and return the new version (compare-and-swap).

        :param check_mode: only check that it could be replaced.
        :raises RecordError: it can't be written, or somebody else has written it since it was loaded.
        """


class StoreKind(abc.ABC):
    """A kind of store, as named by the role's option ``store``.

    :cvar variables: the prefix of the variables that configure the connection to it.
    """

    variables = ""

    def mistakes(self, options: RotationOptions, places: Places) -> t.Iterable[str]:
        """Return the mistakes in the options of the store, as sentences."""
        return ()

    def connect(self, lookup: Lookup, session: Session, threads: int) -> t.Any:
        """Return a connection, or ``None`` if the store needs none.

        A connection has ``session`` for the next task, and ``open()``, which logs in.

        :param session: the session of the previous task, if there is one.
        :param threads: how many accounts are stored at the same time.
        """
        return None

    @abc.abstractmethod
    def open(self, options: RotationOptions, account: RecordedAccount, connection: t.Any) -> Store:
        """Return the store of *account*."""

    def search(self, options: RotationOptions, connection: t.Any) -> t.Iterable[Store]:
        """Return the stores of all accounts that may match the names of identity and source in *options*.

        :raises RecordError: they can't be listed.
        """
        return ()


def make_lookup(loader: t.Any, templar: t.Any, variables: t.Mapping[str, t.Any]) -> Lookup:
    """Return a function that runs lookup plugins with the variables of a host."""

    def lookup(name: str, **options: t.Any) -> t.Any:
        plugin = lookup_loader.get(name, loader=loader, templar=templar)
        if plugin is None:
            raise LookupError(name)
        return plain(templar.template(plugin.run([], variables=dict(variables), **options)[0]))

    return lookup


def record_name(account: RecordedAccount) -> str:
    """Return the name of the account's record: a readable prefix, and a digest that makes it unique."""
    digest = hashlib.sha256(f"{account.source_id}/{account.account_id}".encode()).hexdigest()[:12]
    return f"{record_name_prefix(account.user_name, account.source_name)}{digest}"


def record_name_prefix(user_name: str, source_name: str) -> str:
    """Return the prefix of record names. Other identities and sources may share it."""
    return re.sub(r"[^a-z0-9.]+", "-", f"{user_name}.{source_name}".lower())[:_LONGEST_NAME] + "."


def passwords_in(record: t.Any) -> t.Iterator[str]:
    """Yield the passwords in the value of a record, even of a malformed one."""
    if isinstance(record, t.Mapping):
        if isinstance(record.get("password"), str):
            yield record["password"]
        record = list(record.values())
    if isinstance(record, (list, tuple)):
        for each in record:
            yield from passwords_in(each)
