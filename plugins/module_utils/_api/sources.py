# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source, as far as passwords are concerned: its policies, the credential of its connector, and whether ISC connects.

The facts are those of SailPoint's description, ``sources`` at https://developer.sailpoint.com/docs/api. ISC encrypts a
secret as it arrives, and responses show its cipher text only. So a secret that was written can't be compared.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from .._client.operation import Operation, quoted_value
from .._errors import InputError, IscError, after_write
from .._http.transport import LARGEST_RESPONSE
from .._text import LONGEST_NAME, clean_text, quoted

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .._client.responses import Fields

_ADMINISTRATOR = "that the user who made it is an administrator of the tenant or of its sources"

LIST_SOURCES = Operation("list sources", "GET", "sources", "idn:sources:read")
# A page of whole sources, with all that their connectors have, can take some megabytes.
_LIST_WHOLE_SOURCES = dataclasses.replace(LIST_SOURCES, largest_response=16 * LARGEST_RESPONSE)
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

CONNECTOR = "connectorAttributes"  # The field of a source that holds what its connector is set up with.

CONNECTED = "SUCCESS"

_FEATURE = "PASSWORD"

NAMED_AT_ONCE = 50  # Sources that one request asks for by their names or ids.
Selector = dict[str, str]  # name and value of an attribute of an identity.


class KnownSource(t.NamedTuple):
    """A source. ``policy_ids``: the policies assigned to it, without their selectors."""

    id: str
    name: str
    has_password_feature: bool
    policy_ids: tuple[str, ...]


class Holder(t.NamedTuple):
    """A policy of a source, and for which identities: without selectors for all others."""

    policy_id: str
    selectors: tuple[Selector, ...]


class SourceSettings(t.NamedTuple):
    """A source: ``connector`` is what its connector is set up with.

    ``external_credential``: its credential comes from a credential provider each time that ISC connects.
    """

    id: str
    name: str
    connector: t.Mapping[str, t.Any]
    external_credential: bool


class ConnectionCheck(t.NamedTuple):
    """The result of a check: ISC's word (``SUCCESS`` or ``FAILURE``), and its details as text, to be shown."""

    status: str
    details: str

    @property
    def connected(self) -> bool:
        return self.status == CONNECTED


def find_sources(client: Client, field: str, values: t.Iterable[str]) -> list[KnownSource]:
    """Return the sources whose C(id) or C(name) is one of *values*.

    :raises IscError: they can't be read.
    """
    wanted = sorted(set(values))
    found: list[KnownSource] = []
    for begin in range(0, len(wanted), NAMED_AT_ONCE):
        filters = _is_one_of(field, wanted[begin : begin + NAMED_AT_ONCE])
        found += map(_known_source, client.call_pages(_LIST_WHOLE_SOURCES, {"filters": filters}))
    # Whatever a filter means to ISC.
    return [each for each in found if getattr(each, field) in wanted]


def list_sources(client: Client) -> list[KnownSource]:
    """Return all sources of the tenant.

    :raises IscError: they can't be read.
    """
    return [_known_source(fields) for fields in client.call_pages(_LIST_WHOLE_SOURCES)]


def names_of_sources(client: Client, source_ids: t.Sequence[str]) -> dict[str, str] | None:
    """Return names of sources by id; ``None`` where the token may not read them."""
    query = {"filters": _is_one_of("id", source_ids), "limit": str(len(source_ids))}
    try:
        sources = client.call_list(LIST_SOURCES, query)
    except IscError:
        return None
    names = ((each.value("id"), each.text("name", longest=LONGEST_NAME)) for each in sources)
    # An id of another type may be one that no dictionary takes as a key.
    return {source_id: name for source_id, name in names if isinstance(source_id, str) and name}


def read_source(client: Client, name: str | None, source_id: str | None) -> SourceSettings:
    """Read the source with that id or, if *name* is given, the one with that name.

    :raises InputError: there is none.
    :raises IscError: it can't be read.
    """
    if name is None:
        fields = client.call(READ_SOURCE, str(source_id))
    else:
        query = {"filters": f"name eq {quoted_value(name)}", "limit": "2"}
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


def list_source_policies(client: Client, source_id: str) -> list[Holder]:
    """Return the policies of a source, which has to have the feature C(PASSWORD).

    :raises IscError: they can't be read.
    """
    return [
        Holder(
            fields.required_id("policyId"),
            tuple(
                {"name": each.required_id("name"), "value": each.required_id("value")}
                for each in fields.object("selectors").objects("identityAttr")
            ),
        )
        for fields in client.call_pages(LIST_SOURCE_POLICIES, of_id=source_id)
    ]


def assign_source_policies(client: Client, source_id: str, holders: t.Iterable[Holder]) -> None:
    """Have a source have these policies and no others. That ISC takes the whole list is an assumption.

    :raises IscError: ISC refuses, or did not respond.
    """
    body = [
        {"policyId": each.policy_id, "selectors": {"identityAttr": list(each.selectors)} if each.selectors else None}
        for each in holders
    ]
    client.call_list(SET_SOURCE_POLICIES, json=body, of_id=source_id)


def enable_password_feature(client: Client, source_id: str) -> None:
    """Add C(PASSWORD) to the features of a source, and leave the others as they are.

    :raises IscError: ISC refuses, or did not respond.
    """
    client.call(UPDATE_SOURCE, source_id, [{"op": "add", "path": "/features/-", "value": _FEATURE}])


def write_connector_value(client: Client, source_id: str, pointer: str, value: str) -> None:
    """Replace one value of the source's connector.

    :param pointer: a JSON Pointer into the source.
    :param value: what no error tells, should ISC repeat it.
    :raises OutcomeUnknownError: the request was sent, and whether it was carried out is not known.
    :raises IscError: it was refused; ``outcome`` among the details is then ``refused``.
    """
    patch = [{"op": "replace", "path": pointer, "value": value}]
    try:
        client.call(UPDATE_SOURCE, source_id, patch, secrets=(value,))
    except IscError as error:
        raise after_write(
            error,
            "The new value was sent, and whether ISC took it is not known:",
            "It was not sent again. Run this again: writing the same value twice does no harm.",
        ) from None


def check_connection(client: Client, source_id: str, secret: str | None = None) -> ConnectionCheck:
    """Have ISC connect to the source with what it is set up with.

    :param secret: what the details don't tell, should ISC repeat it.
    :raises IscError: that could not be found out.
    """
    fields = client.call(CHECK_CONNECTION, source_id, secrets=(secret,))
    status = fields.text("status", longest=40).upper()
    if not status:
        raise fields.unexpected("no status")
    details = fields.value("details")
    shown = json.dumps(details, ensure_ascii=False, default=str) if details else ""
    return ConnectionCheck(status, clean_text(fields.redacted(shown)))


def _is_one_of(field: str, values: t.Iterable[str]) -> str:
    return f"{field} in ({','.join(map(quoted_value, values))})"


def _known_source(fields: Fields) -> KnownSource:
    return KnownSource(
        id=fields.required_path_id("id"),
        name=fields.required_id("name"),
        has_password_feature=_FEATURE in fields.texts("features"),
        policy_ids=tuple(each.required_id("id") for each in fields.objects("passwordPolicies")),
    )
