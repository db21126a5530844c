# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hostile texts, JSON and bytes, drawn from a random number generator."""

from __future__ import annotations

import base64
import itertools
import json
import random
import string
import unicodedata
from typing import Any

from support import hostile_texts

# Without the long ones, because this module makes texts longer, and texts are repeated often.
TEXTS = (
    *(each for each in hostile_texts.TEXTS.values() if len(each) < 1000),
    "\x9b31m",
    "CN=Doe\\, John,OU=\u00dc,DC=acme",
    "-rf",
    "true",
    "null",
    "1e999",
    "\uff11\u0662\u00b2",
)
STATES = ("FINISHED", "FAILED", "IN_PROGRESS", "IN_PROCESS", "finished", "QUEUED", "\x1b[1mFINISHED", " FINISHED ")
NUMBERS = (0, -1, 1, 10**18, 10**40, 2**63, 1.5, -0.0, 1e308, float("inf"), float("nan"))
TIMES = (
    "0",
    "1",
    "-1",
    "119",
    "121",
    "9" * 400,
    "1.5",
    "1e3",
    "\u0663",
    "1, 2",
    "Tue, 24 Nov 2026 10:00:07 GMT",
    "Tue, 24 Nov 2026 10:00:07 -9999",
    "Tue, 31 Feb 99999 25:61:61 GMT",
    "Sun Nov  6 08:49:37 1994",
    "2026-11-24T10:00:07Z",
)
FIELDS = {
    "login": ("access_token", "expires_in", "token_type", "error", "error_description"),
    "query": ("identityId", "sourceId", "publicKeyId", "publicKey", "accounts", "policies", "messages"),
    "set": ("requestId", "state", "status", "reqeustId", "errors", "messages", "detailCode", "trackingId"),
    "status": ("requestId", "state", "status", "errors", "error", "sourceIds", "messages"),
    "digit_token": ("digitToken", "requestId", "messages", "causes"),
    "sync_groups": ("id", "name", "sourceIds", "messages"),
    "sources": ("id", "name", "features", "passwordPolicies", "connectorAttributes", "messages"),
    "source": ("id", "name", "features", "passwordPolicies", "connectorAttributes", "credentialProviderEnabled"),
    "policies": ("id", "name", "description", "defaultPolicy", "minLength", "maxRepeatedChars", "useDictionary"),
    "source_policies": ("policyId", "policyName", "selectors", "messages"),
    "org_config": ("digitTokenEnabled", "digitTokenLength", "digitTokenDurationMinutes", "customInstructionsEnabled"),
    "check_connection": ("status", "details", "elapsedMillis"),
    "search": ("id", "name", "attributes", "accounts", "messages"),
}
LISTS = ("sync_groups", "sources", "policies", "source_policies", "search")
STATUSES = (200, 201, 202, 204, 206, 299, 400, 401, 403, 404, 408, 409, 410, 418, 429, 451, 500, 502, 503, 504, 599)
REDIRECTS = (300, 301, 302, 303, 304, 307, 308)


def text(chance: random.Random) -> str:
    """Return a text that is meant to do harm when it is shown, parsed or put into a path."""
    kind = chance.randrange(6)
    if kind < 3:
        return chance.choice(TEXTS)
    if kind == 3:
        return chance.choice(TEXTS) + "x" * chance.choice((1, 100, 5000)) + chance.choice(TEXTS)
    if kind == 4:
        return "".join(chr(chance.randrange(0x110000)) for _number in range(chance.randrange(1, 20)))
    return "".join(chance.choices(string.printable, k=chance.randrange(1, 40)))


def value(chance: random.Random, depth: int = 3) -> Any:
    """Return any JSON value."""
    kind = chance.randrange(9)
    if kind == 0:
        return None
    if kind == 1:
        return chance.random() < 0.5
    if kind == 2:
        return chance.choice(NUMBERS)
    if kind == 3:
        return chance.choice(STATES)
    if kind in (4, 5) and depth:
        return [value(chance, depth - 1) for _number in range(chance.randrange(4))]
    if kind in (6, 7) and depth:
        keys = ("text", "accountId", "accountName", text(chance))
        return {chance.choice(keys): value(chance, depth - 1) for _number in range(chance.randrange(4))}
    return text(chance)


def fields(chance: random.Random, operation: str) -> dict[str, Any]:
    """Return some of the fields of an operation's response, each with any value, or with a plausible one."""
    names = FIELDS.get(operation, FIELDS["status"])
    return {name: _field(chance, name) for name in names if chance.random() < 0.6}


def body(chance: random.Random, operation: str) -> bytes:
    """Return the body of a response: JSON with the operation's fields, something similar, or garbage."""
    kind = chance.randrange(10)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        return b'{"a":' * chance.choice((5, 900, 50000)) + b"1"
    if kind == 2:
        return b"[" * 500 + b"]" * 500
    if kind == 3:
        return b'{"expires_in": ' + b"9" * chance.choice((20, 900, 20000)) + b"}"
    if kind == 4:
        return json.dumps(value(chance)).encode()
    drawn = fields(chance, operation)
    written = json.dumps(drawn)
    if kind == 5 and drawn:
        name, doubled = chance.choice(list(drawn.items()))
        written = written[:-1] + f", {json.dumps(name)}: {json.dumps(doubled)}}}"
    if kind == 6:
        position = chance.randrange(len(written))
        written = written[:position] + chance.choice('{}[]",:\\0 \n') + written[position + 1 :]
    if kind >= 7 and operation in LISTS:
        written = f"[{written}]"
    return written.encode()


def header(chance: random.Random) -> str:
    """Return the value of a header: any text that the simulator can send in one."""
    drawn = chance.choice(TIMES) if chance.random() < 0.5 else text(chance)
    sendable = (each for each in drawn if unicodedata.category(each) != "Cs" and ord(each) >= 32 and each != "\x7f")
    return "".join(itertools.islice(sendable, 2000))


def headers(chance: random.Random) -> dict[str, str]:
    """Return headers that a client reads."""
    names = ("Retry-After", "X-Deprecated", "Content-Type", "Location", "Set-Cookie", "WWW-Authenticate")
    return {name: header(chance) for name in names if chance.random() < 0.3}


def token(chance: random.Random) -> str:
    """Return text that looks like a signed token, with random claims."""
    names = ("org", "user_name", "identity_id", "scope", "exp", "authorities")
    claims = json.dumps({name: value(chance) for name in names if chance.random() < 0.6}).encode()
    # The simulator's server refuses longer headers.
    claims = claims if len(claims) < 5000 else b"{}"
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.{core(chance)}"


def core(chance: random.Random) -> str:
    """Return unique letters."""
    return "".join(chance.choices(string.ascii_letters, k=16))


def password(chance: random.Random) -> str:
    """Return a password that contains unique letters: printable ASCII without a colon, or sometimes anything."""
    if chance.random() < 0.2:
        return text(chance)[:100] + core(chance) + text(chance)[:100]
    alphabet = "".join(chr(code) for code in range(32, 127)).replace(":", "")
    return "".join(chance.choices(alphabet, k=chance.randrange(30))) + core(chance) + "Aa1-"


def mutated(chance: random.Random, content: Any) -> Any:
    """Return JSON like *content*, with a value somewhere in it replaced, removed or added."""
    if isinstance(content, dict) and content and chance.random() < 0.9:
        key = chance.choice(list(content))
        kind = chance.randrange(8)
        if kind == 0:
            return {name: each for name, each in content.items() if name != key}
        if kind == 1:
            return {**content, text(chance): value(chance)}
        return {**content, key: mutated(chance, content[key])}
    if isinstance(content, list) and content and chance.random() < 0.9:
        position = chance.randrange(len(content))
        return [*content[:position], mutated(chance, content[position]), *content[position + 1 :]]
    if isinstance(content, str) and chance.random() < 0.3:
        position = chance.randrange(len(content) + 1)
        return content[:position] + text(chance) + content[position:]
    return value(chance)


def damaged(chance: random.Random, content: bytes) -> bytes:
    """Return bytes like *content*, with some of them changed, removed or repeated."""
    changed = bytearray(content)
    for _number in range(chance.randrange(1, 4)):
        first = chance.randrange(len(changed) + 1)
        last = min(len(changed), first + chance.randrange(30))
        part = bytes(changed[first:last])
        inserted = (chance.randbytes(chance.randrange(6)), part * 2, b"", text(chance).encode("utf-8", "replace"))
        changed[first:last] = chance.choice(inserted)
    return bytes(changed)


def _field(chance: random.Random, name: str) -> Any:
    kind = chance.randrange(4)
    if kind == 0:
        return value(chance)
    if name == "access_token":
        return token(chance)
    if name in ("state", "status"):
        return chance.choice(STATES)
    if name == "accounts":
        return [{"accountId": text(chance), "accountName": text(chance)} for _number in range(chance.randrange(4))]
    if name in ("messages", "causes"):
        return [{"text": text(chance)} for _number in range(chance.randrange(4))]
    if name in ("errors", "policies", "sourceIds"):
        return [text(chance) for _number in range(chance.randrange(4))]
    return text(chance)
