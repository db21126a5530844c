# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SailPoint's published API description says of the operations, from the digest of tests/tools/contract.py."""

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

    :ivar path: with the version, and C({id}) for an id. :ivar clients: the kinds of tokens that may use it.
    :ivar filters: the comparisons of each field of C(filters).
    :ivar body: a schema by its content type. :ivar responses: headers and bodies by status.
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
        """Return the headers without which a request is refused."""
        return {each["name"] for each in self.parameters if each["in"] == "header" and each["required"]}


def names(version: str) -> set[str]:
    """Return the operations that an API version has."""
    return set(_DIGEST["versions"][version])


@functools.cache
def described(version: str, name: str) -> Described:
    """Return what is said of an operation."""
    place = _DIGEST["versions"][version][name]
    operation = _DIGEST["operations"][place["operation"]]
    responses = {
        status: {"headers": response["headers"], "body": _schemas(response["body"])}
        for status, response in operation["responses"].items()
    }
    parts = {**operation, "body": _schemas(operation["body"]), "responses": responses}
    return Described(place["method"], place["path"], **parts)


def closed(schema: Any, complete: bool = False) -> Any:
    """Return the schema with nothing unknown allowed in it.

    :param complete: nothing is optional either.
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
    """Return where a body isn't as the operation's response with that status is described."""
    return [error.message for error in _validator(version, name, str(status), complete).iter_errors(body)]


def check_sent(version: str, name: str, content_type: str, body: Any, complete: bool = False) -> None:
    """See that a body is as that of the operation is described.

    :param complete: nothing is optional.
    :raises jsonschema.ValidationError: it isn't. :raises KeyError: the operation takes no such content.
    """
    _validator_of_body(version, name, content_type, complete).validate(body)


def operation_of(version: str, entry: Mapping[str, Any]) -> str:
    """Return the name of the operation of a request, as LocalServer keeps it.

    :raises AssertionError: none is described like that.
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
