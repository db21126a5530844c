# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A source, and what of it concerns its passwords: the feature C(PASSWORD) and the password policies.

The facts are those of SailPoint's description, ``sources`` at https://developer.sailpoint.com/docs/api.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._client.answers import Fields
from .._client.client import Client
from .._client.operation import Operation
from .._http.transport import LARGEST_ANSWER
from .sync_groups import LIST_SOURCES, quoted_value

_ADMINISTRATOR = "that the user who made it is an administrator of the tenant or of its sources"

# A page of whole sources, with all that their connectors have, can take some megabytes.
_LIST_WHOLE_SOURCES = dataclasses.replace(LIST_SOURCES, largest_answer=16 * LARGEST_ANSWER)

READ_SOURCE = Operation(
    name="read source",
    method="GET",
    resource="sources",
    rest="/{id}",
    scope="idn:sources:read",
    repeatable=True,
    other_reason=_ADMINISTRATOR,
    hints={404: "Check source_id, and whether base_url is the same tenant's."},
    id_option="source_id",
)
UPDATE_SOURCE = Operation(
    name="update source",
    method="PATCH",
    resource="sources",
    rest="/{id}",
    scope="idn:sources:manage",
    repeatable=False,
    other_reason=_ADMINISTRATOR,
    content_type="application/json-patch+json",
    id_option="source_id",
)
LIST_SOURCE_POLICIES = Operation(
    name="list the password policies of a source",
    method="GET",
    resource="sources",
    rest="/{id}/password-policies",
    scope="idn:password-policy:read",
    repeatable=True,
    other_reason=_ADMINISTRATOR,
    user_only=True,
    not_served_by=("v2024", "v3", "beta"),
)
SET_SOURCE_POLICIES = Operation(
    name="assign password policies to a source",
    method="PATCH",
    resource="sources",
    rest="/{id}/password-policies",
    scope="idn:sources:manage",
    repeatable=False,
    other_reason=_ADMINISTRATOR,
    not_served_by=("v3", "beta"),
)

_FEATURE = "PASSWORD"

NAMED_AT_ONCE = 50
"""Sources that one request asks for by their names or ids."""

Selector = dict[str, str]
"""C(name) and C(value) of an attribute of an identity."""


class KnownSource(t.NamedTuple):
    """A source. ``policy_ids``: the policies assigned to it, of which this does not tell the selectors."""

    id: str
    name: str
    has_password_feature: bool
    policy_ids: tuple[str, ...]


class Holder(t.NamedTuple):
    """A policy of a source, and for which identities: without selectors for all others."""

    policy_id: str
    selectors: tuple[Selector, ...]


def find_sources(client: Client, field: str, values: t.Iterable[str]) -> list[KnownSource]:
    """Return the sources whose C(id) or C(name) is one of *values*.

    :raises IscError: they can't be read.
    """
    wanted = sorted(set(values))
    found: list[KnownSource] = []
    for begin in range(0, len(wanted), NAMED_AT_ONCE):
        some = wanted[begin : begin + NAMED_AT_ONCE]
        filters = f"{field} in ({','.join(map(quoted_value, some))})"
        found += _sources(client, client.call_pages(_LIST_WHOLE_SOURCES, "sources", {"filters": filters}))
    # Whatever a filter means to ISC.
    return [each for each in found if getattr(each, field) in wanted]


def list_sources(client: Client) -> list[KnownSource]:
    """Return all sources of the tenant.

    :raises IscError: they can't be read.
    """
    return _sources(client, client.call_pages(_LIST_WHOLE_SOURCES, "sources"))


def list_source_policies(client: Client, source_id: str) -> list[Holder]:
    """Return the policies of a source, which has to have the feature C(PASSWORD).

    :raises IscError: they can't be read.
    """
    entries = client.call_pages(LIST_SOURCE_POLICIES, "password policies of a source", of_id=source_id)
    redact = client.redaction()
    return [_holder(Fields(entry, LIST_SOURCE_POLICIES.name, redact)) for entry in entries]


def assign_source_policies(client: Client, source_id: str, holders: t.Iterable[Holder]) -> None:
    """Have a source have these policies and no others. That ISC takes the whole list is an assumption.

    :raises IscError: ISC refuses, or did not answer.
    """
    body = [
        {"policyId": each.policy_id, "selectors": {"identityAttr": list(each.selectors)} if each.selectors else None}
        for each in holders
    ]
    client.call_list(SET_SOURCE_POLICIES, json=body, of_id=source_id)


def enable_password_feature(client: Client, source_id: str) -> None:
    """Add C(PASSWORD) to the features of a source, and leave the others as they are.

    :raises IscError: ISC refuses, or did not answer.
    """
    client.call(UPDATE_SOURCE, source_id, [{"op": "add", "path": "/features/-", "value": _FEATURE}])


def _sources(client: Client, entries: list[dict[str, t.Any]]) -> list[KnownSource]:
    redact = client.redaction()
    return [_source(Fields(entry, LIST_SOURCES.name, redact)) for entry in entries]


def _source(fields: Fields) -> KnownSource:
    return KnownSource(
        id=fields.required_path_id("id"),
        name=fields.required_id("name"),
        has_password_feature=_FEATURE in fields.texts("features"),
        policy_ids=tuple(each.required_id("id") for each in fields.objects("passwordPolicies")),
    )


def _holder(fields: Fields) -> Holder:
    selectors = fields.object("selectors")
    return Holder(
        fields.required_id("policyId"),
        tuple(
            {"name": each.required_id("name"), "value": each.required_id("value")}
            for each in selectors.objects("identityAttr")
        ),
    )
