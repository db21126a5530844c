# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Promises that hold for all responses of a server and all options of a user."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from support.hostile_results import CONTROLS
from support.leak_search import leaks

NOT_PROCESSED = (401, 429)


class BrokenError(Exception):
    """A promise is broken. The text says which."""


def check(holds: Any, otherwise: str) -> None:
    """Raise BrokenError with the text *otherwise* unless *holds* is true."""
    if not holds:
        raise BrokenError(otherwise)


def check_line(text: Any, name: str) -> None:
    """Check that a message can be shown."""
    check(isinstance(text, str) and text.strip(), f"{name} is not text: {text!r}")
    check(text.isprintable(), f"{name} is not one printable line: {text!r}")


def check_texts(content: Any, name: str, given: Any = None) -> None:
    """Check that no text of a result contains control characters, except texts of the options *given*."""
    own = {text for _path, text in _texts(given, "given")}
    for path, whole in _texts(content, name):
        text = whole.replace("\n", "") if path.endswith(".public_key") else whole
        if text in own:
            continue
        found = sorted({unicodedata.category(each) for each in text} & set(CONTROLS))
        check(not found, f"{path} contains characters of the categories {', '.join(found)}: {text!r}")


def check_result(result: dict[str, Any], secrets: list[str], kept: Iterable[str] = (), given: Any = None) -> None:
    """Check the promises about every result of a task.

    :param kept: keys whose values are secret, and hidden elsewhere.
    :param given: the options, whose texts may appear unchanged.
    """
    for key in ("msg", "hint"):
        if key in result or (key == "msg" and result.get("failed")):
            check_line(result.get(key), key)
    check("has an internal error" not in result.get("msg", ""), f"an unexpected exception: {result.get('msg')}")
    for warning in _warnings(result):
        check_line(warning, "a warning")
    shown = {key: value for key, value in result.items() if key not in kept}
    check_texts(shown, "result", given)
    try:
        written = json.dumps(shown, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise BrokenError(f"the result is not JSON: {error}") from None
    found = leaks(f"{written}\n{shown}", [secret for secret in secrets if encodable(secret)])
    check(not found, f"a secret is in the result: {found[:1]}")


def check_paths(requests: list[dict[str, Any]]) -> None:
    """Check that only documented paths were requested."""
    astray = [f"{entry['method']} {entry['path']}" for entry in requests if entry["operation"] == "unknown"]
    check(not astray, f"requests to other paths: {astray}")


def check_sets(requests: list[dict[str, Any]], accounts: int) -> list[dict[str, Any]]:
    """Check that no change was sent again that ISC may have processed, and return the set requests that it may have.

    :param accounts: the number of accounts.
    """
    sets = [entry for entry in requests if entry["operation"] == "set"]
    taken = [entry for entry in sets if entry["status"] not in NOT_PROCESSED]
    statuses = [entry["status"] for entry in sets]
    check(len(taken) <= accounts, f"{accounts} accounts, but the statuses of set requests are {statuses}")
    if accounts == 1:
        check(not taken or taken[-1] is sets[-1], f"a change was sent after one that may be processed: {statuses}")
    return taken


def in_doubt(entry: dict[str, Any]) -> bool:
    """Return whether ISC may have processed a request in the log."""
    status = entry["status"]
    return status is None or status < 300 or status == 408 or status >= 500


def _warnings(result: dict[str, Any]) -> Iterator[Any]:
    yield from result.get("warnings", ())
    for entry in result.get("results", ()):
        yield from entry.get("warnings", ())
        if "msg" in entry:
            yield entry["msg"]


def _texts(content: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(content, str):
        yield path, content
    elif isinstance(content, dict):
        for key, each in content.items():
            yield f"the key {key!r} of {path}", str(key)
            yield from _texts(each, f"{path}.{key}")
    elif isinstance(content, (list, tuple)):
        for each in content:
            yield from _texts(each, path)


def encodable(text: str) -> bool:
    """Return whether a text can be encoded as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
