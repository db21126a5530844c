# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the digest of SailPoint's published API description that the contract tests read.

    python tests/tools/contract.py FOLDER

FOLDER has a file per API version, with every reference resolved, and in ``more/`` those of the operations beyond
password management. The digest has the parts of the used operations that can be checked: paths, methods, scopes,
parameters, the structure of bodies. It has no prose and no examples. No other tool makes one.
"""

from __future__ import annotations

import json
import re
import sys
import typing as t
from pathlib import Path
from urllib.parse import urlsplit

DIGEST = Path(__file__).resolve().parents[1] / "support" / "contract.json"
VERSIONS = ("v1", "v2026", "v2025", "v2024", "v3", "beta")
OPERATIONS = {
    "query": ("post", "/query-password-info", "{}.json"),
    "set": ("post", "/set-password", "{}.json"),
    "status": ("get", "/password-change-status/{id}", "{}.json"),
    "digit_token": ("post", "/generate-password-reset-token/digit", "{}.json"),
    "search": ("post", "/search", "more/{}.json"),
    "sources": ("get", "/sources", "more/{}.json"),
    "sync_groups": ("get", "/password-sync-groups", "more/{}.json"),
    "source": ("get", "/sources/{id}", "more/{}.json"),
    "source_patch": ("patch", "/sources/{id}", "more/{}-more.json"),
    "source_policies": ("get", "/sources/{sourceId}/password-policies", "more/{}.json"),
    "set_source_policies": ("patch", "/sources/{sourceId}/password-policies", "more/{}.json"),
    "create_sync_group": ("post", "/password-sync-groups", "more/{}.json"),
    "set_sync_group": ("put", "/password-sync-groups/{id}", "more/{}.json"),
    "delete_sync_group": ("delete", "/password-sync-groups/{id}", "more/{}.json"),
    "policies": ("get", "/password-policies", "more/{}.json"),
    "create_policy": ("post", "/password-policies", "more/{}.json"),
    "set_policy": ("put", "/password-policies/{id}", "more/{}.json"),
    "delete_policy": ("delete", "/password-policies/{id}", "more/{}.json"),
    "org_config": ("get", "/password-org-config", "more/{}.json"),
    "set_org_config": ("put", "/password-org-config", "more/{}.json"),
    "create_org_config": ("post", "/password-org-config", "more/{}.json"),
    "reload": ("post", "/accounts/{id}/reload", "more/{}-more.json"),
    "activities": ("get", "/account-activities", "more/{}-more.json"),
    "check_connection": ("post", "/sources/{sourceId}/connector/check-connection", "more/{}-more.json"),
}
"""Method, path without a version, and file of each operation, by its name in the simulator."""

# The keywords that a validator checks. The others are for people.
KEYWORDS = {"type", "required", "enum", "oneOf", "anyOf", "format", "additionalProperties", "items", "pattern"}
KEYWORDS |= {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"}
_FILTER = re.compile(r"\*\*([\w.]+)\*\*: \*([a-z, ]+)\*")


def json_schema(schema: t.Any) -> t.Any:
    """Convert a schema of OpenAPI to JSON Schema: nullable becomes a type, and allOf is merged."""
    if isinstance(schema, list):
        return [json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result: dict[str, t.Any] = {}
    for part in map(json_schema, schema.get("allOf", ())):
        properties = {**result.get("properties", {}), **part.get("properties", {})}
        result.update(part)
        result |= {"properties": properties} if properties else {}
    result |= {name: json_schema(part) for name, part in schema.items() if name in KEYWORDS}
    own = {name: json_schema(part) for name, part in schema.get("properties", {}).items()}
    if own:
        result["properties"] = {**result.get("properties", {}), **own}
    if schema.get("nullable") and "type" in result:
        result["type"] = [result["type"], "null"]
        if "enum" in result:
            result["enum"] = list(dict.fromkeys([*result["enum"], None]))
    return result


class Digest:
    """The operations of all API versions, without duplicates.

    :ivar operations: the operations, whose bodies are indexes of ``schemas``.
    """

    def __init__(self) -> None:
        self.schemas: list[t.Any] = []
        self.operations: list[t.Any] = []

    def operation(self, details: dict[str, t.Any]) -> int:
        """Store an operation, and return its index."""
        parameters = details.get("parameters", ())
        filters = [each.get("description", "") for each in parameters if each["name"] == "filters"]
        scopes = {scope for security in details.get("security", ()) for each in security.values() for scope in each}
        kept = {
            "scopes": sorted(scopes),
            "clients": sorted({kind for security in details.get("security", ()) for kind in security}),
            "parameters": [
                {
                    "name": each["name"],
                    "in": each["in"],
                    "required": each.get("required", False),
                    "schema": json_schema(each["schema"]),
                }
                for each in parameters
            ],
            "filters": {name: kinds.split(", ") for text in filters for name, kinds in _FILTER.findall(text)},
            "body": self._bodies(details.get("requestBody", {})),
            "responses": {
                status: {"headers": sorted(response.get("headers", {})), "body": self._bodies(response)}
                for status, response in details["responses"].items()
            },
        }
        return _index(self.operations, kept)

    def _bodies(self, described: dict[str, t.Any]) -> dict[str, int]:
        contents = described.get("content", {})
        return {kind: _index(self.schemas, _identities(json_schema(of["schema"]))) for kind, of in contents.items()}


def _identities(schema: t.Any) -> t.Any:
    """Return the schema of the results of Search, reduced to identities."""
    found = schema.get("items", {}).get("oneOf", ())
    return {**schema, "items": next(each for each in found if "accounts" in each["properties"])} if found else schema


def _index(values: list[t.Any], value: t.Any) -> int:
    if value not in values:
        values.append(value)
    return values.index(value)


def digest(folder: Path) -> dict[str, t.Any]:
    kept = Digest()
    versions: dict[str, t.Any] = {}
    for version in VERSIONS:
        for name, (method, plain, file) in OPERATIONS.items():
            description = json.loads((folder / file.format(version)).read_text("utf-8"))
            prefix = urlsplit(description["servers"][0]["url"]).path
            resource, slash, rest = plain[1:].partition("/")
            path = f"/{resource}/v1{slash}{rest}" if version == "v1" else plain
            if method not in description["paths"].get(path, {}):
                continue
            number = kept.operation(description["paths"][path][method])
            versions.setdefault(version, {})[name] = {
                "method": method.upper(),
                "path": (prefix + path).replace("{sourceId}", "{id}"),
                "operation": number,
            }
    return {"versions": versions, "operations": kept.operations, "schemas": kept.schemas}


def main(folder: str) -> None:
    lines = []
    for part, values in digest(Path(folder)).items():
        # A line per version, operation and schema, so that a difference can be read.
        pairs = values.items() if isinstance(values, dict) else enumerate(values)
        texts = [json.dumps(value, sort_keys=True) for _key, value in pairs]
        if isinstance(values, dict):
            texts = [f"{json.dumps(key)}: {text}" for key, text in zip(values, texts)]
        opening, closing = "{}" if isinstance(values, dict) else "[]"
        lines.append(f" {json.dumps(part)}: {opening}\n  " + ",\n  ".join(texts) + f"\n {closing}")
    DIGEST.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
