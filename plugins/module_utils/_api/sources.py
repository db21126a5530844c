# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password-related parts of a source: its policies, the credential of its connector, and connection checks.

The facts are from SailPoint's API description (``sources`` at https://developer.sailpoint.com/docs/api). ISC encrypts a
secret on arrival and returns only the ciphertext, so a stored secret can't be compared with a new one. Except for
``read_source_names``, every function raises IscError if ISC refuses or returns no usable response.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from .._client.operation import Operation, quote_value
from .._errors import InputError, IscError, classify_write_error
from .._http.transport import MAX_RESPONSE_SIZE
from .._text import MAX_NAME_LENGTH, clean_text, quoted

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .._client.responses import Fields

_ADMINISTRATOR = "that the user who made it is an administrator of the tenant or of its sources"

LIST_SOURCES = Operation("list sources", "GET", "sources", "idn:sources:read")
# A page of whole sources, with everything that their connectors are configured with, can take a few megabytes.
_LIST_WHOLE_SOURCES = dataclasses.replace(LIST_SOURCES, max_response_size=16 * MAX_RESPONSE_SIZE)
READ_SOURCE = Operation(
    "read source",
    "GET",
    "sources/{id}",
    "idn:sources:read",
    other_reason=_ADMINISTRATOR,
    hints={404: "Check source_id, and whether base_url is the same tenant's."},
    id_option="source_id",
)
UPDATE_SOURCE = Operation(
    "update source",
    "PATCH",
    "sources/{id}",
    "idn:sources:manage",
    other_reason=_ADMINISTRATOR,
    content_type="application/json-patch+json",
    id_option="source_id",
)
LIST_SOURCE_POLICIES = Operation(
    "list the password policies of a source",
    "GET",
    "sources/{id}/password-policies",
    "idn:password-policy:read",
    other_reason=_ADMINISTRATOR,
    user_only=True,
    not_served_by=("v2024", "v3", "beta"),
)
SET_SOURCE_POLICIES = Operation(
    "assign password policies to a source",
    "PATCH",
    "sources/{id}/password-policies",
    "idn:sources:manage",
    other_reason=_ADMINISTRATOR,
    not_served_by=("v3", "beta"),
)
CHECK_CONNECTION = Operation(
    "check the connection of a source",
    "POST",
    "sources/{id}/connector/check-connection",
    "idn:source-connector:manage",
    repeatable=True,
    not_served_by=("v3",),
    id_option="source_id",
)

CONNECTOR = "connectorAttributes"  # The field of a source that holds the configuration of its connector.

_FEATURE = "PASSWORD"
_FILTER_SIZE = 50  # Names or ids of sources in the filter of one request.
Selector = dict[str, str]  # The ``name`` and ``value`` of an identity attribute.


class KnownSource(t.NamedTuple):
    """A source.

    :ivar policy_ids: the ids of the policies assigned to it. ``list_source_policies`` returns their selectors.
    """

    id: str
    name: str
    has_password_feature: bool
    policy_ids: tuple[str, ...]


class PolicyAssignment(t.NamedTuple):
    """A policy assigned to a source, and the selectors of the identities that it applies to.

    Without selectors, it applies to all identities that the selectors of no other policy match.
    """

    policy_id: str
    selectors: tuple[Selector, ...]


class SourceSettings(t.NamedTuple):
    """A source and the configuration of its connector.

    :ivar external_credential: whether a credential provider supplies the credential each time ISC connects.
    """

    id: str
    name: str
    connector: t.Mapping[str, t.Any]
    external_credential: bool


class ConnectionCheck(t.NamedTuple):
    """The result of a connection check: ISC's status (``SUCCESS`` or ``FAILURE``) and its details as printable text."""

    status: str
    details: str

    @property
    def connected(self) -> bool:
        return self.status == "SUCCESS"


def find_sources(client: Client, field: str, values: t.Iterable[str]) -> list[KnownSource]:
    """Return the sources whose *field* is one of *values*.

    :param field: ``id`` or ``name``.
    """
    wanted = sorted(set(values))
    found: list[KnownSource] = []
    for start in range(0, len(wanted), _FILTER_SIZE):
        filters = _in_filter(field, wanted[start : start + _FILTER_SIZE])
        found += map(_known_source, client.call_pages(_LIST_WHOLE_SOURCES, {"filters": filters}))
    # Compared again here, because ISC's filter may compare differently.
    return [each for each in found if getattr(each, field) in wanted]


def list_sources(client: Client) -> list[KnownSource]:
    return [_known_source(fields) for fields in client.call_pages(_LIST_WHOLE_SOURCES)]


def read_source_names(client: Client, source_ids: t.Sequence[str]) -> dict[str, str] | None:
    """Return the names of sources by id; ``None`` if they can't be read, for example because the token may not."""
    query = {"filters": _in_filter("id", source_ids), "limit": str(len(source_ids))}
    try:
        sources = client.call_list(LIST_SOURCES, query)
    except IscError:
        return None
    names = ((each.value("id"), each.text("name", longest=MAX_NAME_LENGTH)) for each in sources)
    # An id that is not a string could be unhashable.
    return {source_id: name for source_id, name in names if isinstance(source_id, str) and name}


def read_source(client: Client, name: str | None, source_id: str | None) -> SourceSettings:
    """Read the source with the given name or, if *name* is ``None``, with the given id.

    :raises InputError: the tenant has no source or several sources with that name.
    """
    if name is None:
        fields = client.call(READ_SOURCE, str(source_id))
    else:
        query = {"filters": f"name eq {quote_value(name)}", "limit": "2"}
        found = [each for each in client.call_list(LIST_SOURCES, query) if each.name("name") == name]
        if len(found) != 1:
            raise InputError(
                f"ISC has {'several sources' if found else 'no source'} with the name {quoted(name)}.",
                "Give source_id." if found else "Check source_name, the source's display name, as in ISC.",
            )
        fields = found[0]
    connector = fields.value(CONNECTOR)
    if not isinstance(connector, dict):
        raise fields.unexpected(f"no {CONNECTOR}")
    return SourceSettings(
        fields.required_id("id"), fields.name("name"), connector, fields.flag("credentialProviderEnabled") is True
    )


def list_source_policies(client: Client, source_id: str) -> list[PolicyAssignment]:
    """Return the policies assigned to a source, which must have the feature ``PASSWORD``."""
    return [
        PolicyAssignment(
            fields.required_id("policyId"),
            tuple(
                {"name": each.required_id("name"), "value": each.required_id("value")}
                for each in fields.object("selectors").objects("identityAttr")
            ),
        )
        for fields in client.call_pages(LIST_SOURCE_POLICIES, resource_id=source_id)
    ]


def assign_source_policies(client: Client, source_id: str, assignments: t.Iterable[PolicyAssignment]) -> None:
    """Replace the password policies of a source. Assumes that ISC takes the whole list."""
    body = [
        {"policyId": each.policy_id, "selectors": {"identityAttr": list(each.selectors)} if each.selectors else None}
        for each in assignments
    ]
    client.call_list(SET_SOURCE_POLICIES, json=body, resource_id=source_id)


def enable_password_feature(client: Client, source_id: str) -> None:
    """Add ``PASSWORD`` to the features of a source."""
    client.call(UPDATE_SOURCE, source_id, [{"op": "add", "path": "/features/-", "value": _FEATURE}])


def write_connector_value(client: Client, source_id: str, pointer: str, value: str) -> None:
    """Replace one value in the connector configuration of a source.

    :param pointer: a JSON Pointer into the source.
    :param value: the new value, which is redacted from errors in case ISC repeats it.
    :raises OutcomeUnknownError: the request was sent, and it is unknown whether ISC carried it out.
    :raises IscError: ISC refused. The detail ``outcome`` is ``refused``.
    """
    patch = [{"op": "replace", "path": pointer, "value": value}]
    try:
        client.call(UPDATE_SOURCE, source_id, patch, secrets=(value,))
    except IscError as error:
        raise classify_write_error(
            error,
            "The new value was sent, and whether ISC accepted it is not known:",
            "It was not sent again. Run this again: writing the same value twice does no harm.",
        ) from None


def check_connection(client: Client, source_id: str, secret: str | None = None) -> ConnectionCheck:
    """Make ISC connect to the source with its current configuration.

    :param secret: redacted from the details in case ISC repeats it.
    """
    fields = client.call(CHECK_CONNECTION, source_id, secrets=(secret,))
    status = fields.text("status", longest=40).upper()
    if not status:
        raise fields.unexpected("no status")
    details = fields.value("details")
    text = json.dumps(details, ensure_ascii=False) if details else ""
    return ConnectionCheck(status, clean_text(fields.redact(text)))


def _in_filter(field: str, values: t.Iterable[str]) -> str:
    return f"{field} in ({','.join(map(quote_value, values))})"


def _known_source(fields: Fields) -> KnownSource:
    return KnownSource(
        id=fields.required_path_id("id"),
        name=fields.required_id("name"),
        has_password_feature=_FEATURE in fields.texts("features"),
        policy_ids=tuple(each.required_id("id") for each in fields.objects("passwordPolicies")),
    )
