# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations in SailPoint's published API description, from the digest of tests/tools/contract.py."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import jsonschema

from support.guides import ROOT

OFFICIAL = ROOT.parent / "shared" / "api"
"""The description itself, where it is at hand."""

_DIGEST = json.loads(Path(__file__).with_name("contract.json").read_text("utf-8"))

VERSIONS = tuple(_DIGEST["versions"])


class Described(NamedTuple):
    """An operation in an API version.

    :ivar path: with the version, and ``{id}`` for an id. :ivar clients: the kinds of tokens that may use it.
    :ivar filters: the comparisons of each field of the parameter ``filters``.
    :ivar body: schemas by content type. :ivar responses: headers and bodies by status.
    """

    method: str
    path: str
    scopes: list[str]
    clients: list[str]
    parameters: list[dict[str, Any]]
    filters: dict[str, list[str]]
    body: dict[str, Any]
    responses: dict[str, dict[str, Any]]

    def headers(self) -> set[str]:
        return {each["name"] for each in self.parameters if each["in"] == "header" and each["required"]}


def names(version: str) -> set[str]:
    """Return the operations of an API version."""
    return set(_DIGEST["versions"][version])


@functools.cache
def described(version: str, name: str) -> Described:
    place = _DIGEST["versions"][version][name]
    operation = _DIGEST["operations"][place["operation"]]
    responses = {
        status: {"headers": response["headers"], "body": _schemas(response["body"])}
        for status, response in operation["responses"].items()
    }
    parts = {**operation, "body": _schemas(operation["body"]), "responses": responses}
    return Described(place["method"], place["path"], **parts)


def closed(schema: Any, complete: bool = False) -> Any:
    """Return the schema with unknown fields forbidden.

    :param complete: whether all fields are required.
    """
    if isinstance(schema, list):
        return [closed(part, complete) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {name: closed(part, complete) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict):
        result.setdefault("additionalProperties", False)
        if complete:
            result |= {"required": list(schema["properties"]), "additionalProperties": False}
    return result


def flaws(version: str, name: str, status: int, body: Any, complete: bool = False) -> list[str]:
    """Return how a body deviates from the description of the response with that status."""
    return [error.message for error in _validator(version, name, str(status), complete).iter_errors(body)]


def check_sent(version: str, name: str, content_type: str, body: Any, complete: bool = False) -> None:
    """Check that a request's body is as described.

    :param complete: whether all fields are required.
    :raises jsonschema.ValidationError: it isn't. :raises KeyError: the operation takes no such content type.
    """
    _validator_of_body(version, name, content_type, complete).validate(body)


def operation_of(version: str, entry: Mapping[str, Any]) -> str:
    """Return the name of the operation of a request that LocalServer recorded.

    :raises AssertionError: no described operation matches.
    """
    path = urlsplit(entry["target"]).path
    for name in names(version):
        of = described(version, name)
        before, with_id, behind = of.path.partition("{id}")
        inner = path[len(before) : len(path) - len(behind)]
        fits = path.startswith(before) and path.endswith(behind) and "/" not in inner if with_id else path == of.path
        if of.method == entry["method"] and fits:
            return name
    raise AssertionError(f"{entry['method']} {path} is not described")


@functools.cache
def _validator(version: str, name: str, status: str, complete: bool) -> jsonschema.Draft202012Validator:
    return _checked(closed(described(version, name).responses[status]["body"]["application/json"], complete))


@functools.cache
def _validator_of_body(version: str, name: str, content_type: str, complete: bool) -> jsonschema.Draft202012Validator:
    return _checked(closed(described(version, name).body[content_type], complete))


def _checked(schema: Any) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _schemas(bodies: dict[str, int]) -> dict[str, Any]:
    return {kind: _DIGEST["schemas"][number] for kind, number in bodies.items()}
