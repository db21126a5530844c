# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A source: what its connector is set up with, writing one value of that, and whether ISC can connect.

The facts are those of SailPoint's description, ``sources`` at https://developer.sailpoint.com/docs/api. ISC encrypts a
secret as it arrives, and answers show its cipher text only. So a secret that was written can't be compared.
"""

from __future__ import annotations

import json
import typing as t

from .._client.answers import Fields
from .._client.client import Client
from .._client.operation import Operation
from .._errors import InputError, IscError, OutcomeUnknownError
from .._outcomes import REFUSED, UNKNOWN
from .._text import LONGEST_TEXT, clean_text, quoted
from .password_change import may_have_been_processed
from .sources import READ_SOURCE, UPDATE_SOURCE
from .sync_groups import LIST_SOURCES, quoted_value

CHECK_CONNECTION = Operation(
    name="check the connection of a source",
    method="POST",
    resource="sources",
    rest="/{id}/connector/check-connection",
    scope="idn:source-connector:manage",
    repeatable=True,
    other_reason="that the user who made it is an administrator of the tenant",
    not_served_by=("v3",),
    id_option="source_id",
)

CONNECTOR = "connectorAttributes"
"""The field of a source that holds what its connector is set up with."""

CONNECTED = "SUCCESS"


class SourceSettings(t.NamedTuple):
    """A source: ``connector`` is what its connector is set up with.

    ``external_credential``: its credential comes from a credential provider each time that ISC connects.
    """

    id: str
    name: str
    connector: t.Mapping[str, t.Any]
    external_credential: bool


class ConnectionCheck(t.NamedTuple):
    """What came of a check: ISC's word (``SUCCESS`` or ``FAILURE``), and its details as text, to be shown."""

    status: str
    details: str

    @property
    def connected(self) -> bool:
        """Whether ISC could connect."""
        return self.status == CONNECTED


def read_source(client: Client, name: str | None, source_id: str | None) -> SourceSettings:
    """Read the source with that id or, if *name* is given, the one with that name.

    :raises InputError: there is none.
    :raises IscError: it can't be read.
    """
    if name is None:
        return _settings(Fields(client.call(READ_SOURCE, str(source_id)), READ_SOURCE.name, client.redaction()))
    query = {"filters": f"name eq {quoted_value(name)}", "limit": "2"}
    entries = [Fields(each, LIST_SOURCES.name, client.redaction()) for each in client.call_list(LIST_SOURCES, query)]
    found = [each for each in entries if each.name("name") == name]
    if len(found) != 1:
        raise InputError(
            f"ISC has {'several sources' if found else 'no source'} with the name {quoted(name)}.",
            "Give source_id." if found else "Check source_name, the source's display name, as in ISC.",
        )
    return _settings(found[0])


def write_connector_value(client: Client, source_id: str, pointer: str, value: str) -> None:
    """Replace one value of the source's connector.

    :param pointer: a JSON Pointer into the source.
    :param value: what no error tells, should ISC repeat it.
    :raises OutcomeUnknownError: the request was sent, and whether it was carried out is not known.
    :raises IscError: it was refused; ``outcome`` among the details is then ``refused``.
    """
    patch = [{"op": "replace", "path": pointer, "value": value}]
    try:
        client.call(UPDATE_SOURCE, source_id, json=patch, secrets=(value,))
    except IscError as error:
        if not may_have_been_processed(error):
            raise error.with_details(outcome=REFUSED) from None
        raise OutcomeUnknownError(
            f"The new value was sent, and whether ISC took it is not known: {error.message}",
            "It was not sent again. Run this again: to write the same value twice does no harm.",
            **{**error.details, "outcome": UNKNOWN},
        ) from None


def check_connection(client: Client, source_id: str, secret: str | None = None) -> ConnectionCheck:
    """Have ISC connect to the source with what it is set up with.

    :param secret: what the details don't tell, should ISC repeat it.
    :raises IscError: that could not be found out.
    """
    answer = client.call(CHECK_CONNECTION, source_id, secrets=(secret,))
    redact = client.redaction(secret)
    status = Fields(answer, CHECK_CONNECTION.name, redact).text("status", longest=40).upper()
    if not status:
        raise Fields(answer, CHECK_CONNECTION.name, redact).unexpected("no status")
    details = answer.get("details")
    shown = json.dumps(details, ensure_ascii=False, default=str) if details else ""
    return ConnectionCheck(status, clean_text(redact(shown), LONGEST_TEXT))


def _settings(fields: Fields) -> SourceSettings:
    connector = fields.value(CONNECTOR)
    if not isinstance(connector, dict):
        raise fields.unexpected(f"no {CONNECTOR}")
    return SourceSettings(
        fields.required_id("id"), fields.name("name"), connector, fields.flag("credentialProviderEnabled") is True
    )
