# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hostile texts, JSON and bytes, drawn from a random number generator."""

from __future__ import annotations

import json
import random
import string
from typing import Any

TEXTS = (
    "",
    " ",
    "\x1b[2J\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31m",
    "one\r\ntwo\nfatal: [host]: FAILED! =>",
    "\u202eevil\u202c\u200b\ufeff",
    "\u2028\u2029\x85",
    "\x00\x7f",
    "{{ 6 * 7 }}{% raw %}{# x #}",
    "{{ lookup('pipe', 'false') }}",
    "</script><img src=x onerror=alert(1)>",
    "../../oauth/token?x=1#y",
    ".",
    "..",
    "%2e%2e%2f",
    "a/b\\c;d",
    "\ud800",
    "e\u0301\u00e9\U0001f511",
    "CN=Doe\\, John,OU=\u00dc,DC=acme",
    "'\"`$(false)`",
    "-rf",
    "true",
    "null",
    "1e999",
)
STATES = ("FINISHED", "FAILED", "IN_PROGRESS", "IN_PROCESS", "finished", "QUEUED", "\x1b[1mFINISHED", " FINISHED ")
NUMBERS = (0, -1, 1, 10**18, 10**40, 2**63, 1.5, -0.0, 1e308, float("inf"), float("nan"))
FIELDS = {
    "login": ("access_token", "expires_in", "token_type", "error", "error_description"),
    "query": ("identityId", "sourceId", "publicKeyId", "publicKey", "accounts", "policies", "messages"),
    "set": ("requestId", "state", "status", "reqeustId", "errors", "messages", "detailCode", "trackingId"),
    "status": ("requestId", "state", "status", "errors", "error", "sourceIds", "messages"),
    "digit_token": ("digitToken", "requestId", "messages", "causes"),
}


def text(chance: random.Random) -> str:
    """Return a text that is meant to do harm where it is shown, parsed or put into a path."""
    kind = chance.randrange(6)
    if kind < 3:
        return chance.choice(TEXTS)
    if kind == 3:
        return chance.choice(TEXTS) + "x" * chance.choice((1, 100, 5000)) + chance.choice(TEXTS)
    if kind == 4:
        return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(1, 20)))
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
        return [value(chance, depth - 1) for _ in range(chance.randrange(4))]
    if kind in (6, 7) and depth:
        keys = ("text", "accountId", "accountName", text(chance))
        return {chance.choice(keys): value(chance, depth - 1) for _ in range(chance.randrange(4))}
    return text(chance)


def body(chance: random.Random, operation: str) -> bytes:
    """Return the body of an answer: JSON with the operation's fields, or what only looks like that, or neither."""
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
    names = FIELDS.get(operation, FIELDS["status"])
    fields = {name: value(chance) for name in names if chance.random() < 0.6}
    written = json.dumps(fields)
    if kind == 5 and fields:
        name, doubled = chance.choice(list(fields.items()))
        written = written[:-1] + f", {json.dumps(name)}: {json.dumps(doubled)}}}"
    if kind == 6:
        position = chance.randrange(len(written))
        written = written[:position] + chance.choice('{}[]",:\\0 \n') + written[position + 1 :]
    return written.encode()


def password(chance: random.Random) -> str:
    """Return a password of printable ASCII without a colon, as ISC takes it, or now and then anything."""
    if chance.random() < 0.2:
        return text(chance)
    alphabet = "".join(chr(code) for code in range(32, 127)).replace(":", "")
    return "".join(chance.choices(alphabet, k=chance.randrange(8, 60)))
