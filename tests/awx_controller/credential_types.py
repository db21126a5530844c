# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX's rules for the inputs and injectors of credential types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TEMPLATE = re.compile(r"template(\.[A-Za-z_][A-Za-z0-9_]*)?")
KEYS_OF_FIELDS = {
    "id": str,
    "label": str,
    "help_text": str,
    "choices": list,
    "default": object,
    "multiline": bool,
    "secret": bool,
    "ask_at_runtime": bool,
}
TYPES = {"string": str, "boolean": bool}
FORMATS = ("ssh_private_key", "url")
ONLY_OF_STRINGS = ("choices", "multiline", "format", "secret")


def problems(inputs: dict[str, Any], injectors: dict[str, Any]) -> list[str]:
    """Return AWX's objections to a credential type."""
    return [*_problems_of_inputs(inputs), *_problems_of_injectors(injectors, _ids(inputs))]


def completed(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs as AWX stores them: a field without a type is a string."""
    if "fields" not in inputs:
        return inputs
    return {**inputs, "fields": [{"type": "string", **field} for field in inputs["fields"]]}


def _ids(inputs: dict[str, Any]) -> list[str]:
    return [field.get("id", "") for field in inputs.get("fields", [])]


def _problems_of_inputs(inputs: dict[str, Any]) -> Iterator[str]:
    yield from (f"inputs: {key} is unknown" for key in inputs if key not in ("fields", "required"))
    ids = _ids(inputs)
    yield from (f"inputs: two fields have the id {name}" for name in {name for name in ids if ids.count(name) > 1})
    for field in inputs.get("fields", []):
        yield from (f"inputs: field {field.get('id')}: {problem}" for problem in _problems_of_field(field))
    if not all(isinstance(name, str) for name in inputs.get("required", [])):
        yield "inputs: required is not a list of strings"


def _problems_of_field(field: dict[str, Any]) -> Iterator[str]:
    yield from (f"{key} is missing" for key in ("id", "label") if key not in field)
    if not NAME.fullmatch(str(field.get("id", "x"))):
        yield "the id is not a variable name"
    if field.get("id") == "tower":
        yield "the id is reserved"
    kind = field.get("type", "string")
    if kind not in TYPES:
        yield f"{kind} is not a type"
    if field.get("format", "url") not in FORMATS:
        yield f"{field['format']} is not a format"
    for key, value in field.items():
        if key in ("type", "format"):
            continue
        if key not in KEYS_OF_FIELDS:
            yield f"{key} is unknown"
        elif not isinstance(value, KEYS_OF_FIELDS[key]):
            yield f"{key} is not of type {KEYS_OF_FIELDS[key].__name__}"
    yield from (f"{key} is only for strings" for key in ONLY_OF_STRINGS if key in field and kind != "string")
    # The type must be exact, because True is also an integer in Python.
    if "default" in field and field["default"].__class__ is not TYPES.get(kind):
        yield f"the default is not a {kind}"


def _problems_of_injectors(injectors: dict[str, Any], ids: list[str]) -> Iterator[str]:
    yield from (
        f"injectors: {key} is unknown to this stand-in" for key in injectors if key not in ("env", "extra_vars", "file")
    )
    files = injectors.get("file", {})
    yield from (f"injectors: file: {name} is not expected" for name in files if not TEMPLATE.fullmatch(name))
    if "template" in files and len(files) > 1:
        yield "injectors: file: Must use multi-file syntax when injecting multiple files"
    # tower.filename is the name of the only file, or the names of several.
    names = {name.partition(".")[2]: "EXAMPLE_FILENAME" for name in files}
    known = {**dict.fromkeys(ids, "EXAMPLE"), "tower": {"filename": names.get("", names)}}
    for where in ("file", "env", "extra_vars"):
        for name, template in injectors.get(where, {}).items():
            if where != "file" and not NAME.fullmatch(name):
                yield f"injectors: {where}: {name} is not a variable name"
            if not isinstance(template, str):
                yield f"injectors: {where}: {name} is not a string"
            elif problem := _problem_of_template(template, known):
                yield f"injectors: {where}: {name}: {problem}"
    for name, template in injectors.get("env", {}).items():
        if name.startswith("ANSIBLE_"):
            yield f"injectors: env: {name} is not allowed"
        if not str(template).isascii():
            yield f"injectors: env: {name} is not ASCII"


def _problem_of_template(template: str, known: dict[str, Any]) -> str:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    try:
        environment.from_string(template).render(known)
    except TemplateError as error:
        return str(error)
    return ""
