# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of parsers for texts and bytes of others, without a tenant. Each returns its ending in a word."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.community.sailpoint.plugins.inventory.csv_accounts import read_accounts
from ansible_collections.community.sailpoint.plugins.module_utils._api import password_change as _changes
from ansible_collections.community.sailpoint.plugins.module_utils._batch.journal import JournalHistory, read_history
from ansible_collections.community.sailpoint.plugins.module_utils._change.receipt import (
    AccountKey,
    Receipt,
    read_receipt,
)
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import read_claims
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import is_loopback, parse_base_url
from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import (
    Fields,
    api_error,
    read_list,
    read_object,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, IscError, RateLimitError
from ansible_collections.community.sailpoint.plugins.module_utils._http.retry import delay_before, parse_retry_after
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Response
from ansible_collections.community.sailpoint.plugins.module_utils._password.fingerprint import Fingerprint
from ansible_collections.community.sailpoint.plugins.module_utils._password.policy import (
    PolicyError,
    as_policy,
    violations,
)
from ansible_collections.community.sailpoint.plugins.module_utils._times import parse_age
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import this_run
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    PendingPassword,
    Record,
    RecordedAccount,
    RecordedPassword,
    read_record,
)
from soak import hostile
from soak.invariants import check, check_line, check_texts
from support.journals import JournalText

NOW = 1795514400.0
READ, REFUSED = "read", "refused"
RECEIPT = Receipt(
    AccountKey("acme.api.identitynow.com", "2c91", "CN=a"),
    Fingerprint(32768, 8, 1, b"s" * 16, b"d" * 32),
    "r1",
    "FINISHED",
    NOW,
)
ACCOUNT = RecordedAccount("svc-backup", "Active Directory", "2c91", "CN=a")
RECORD = Record(
    ACCOUNT,
    RecordedPassword("Old-and-true-11", NOW, "r1"),
    RecordedPassword("Older-and-true-1", NOW),
    PendingPassword("New-and-sent-22", NOW, this_run("localhost"), "r2"),
    (RecordedPassword("No-such-luck-33", NOW),),
)


def response(chance: random.Random) -> str:
    """Read the body of a response as an object, a list, an error, and a change."""
    operation = chance.choice(list(hostile.FIELDS))
    status = chance.choice(hostile.STATUSES)
    given = Response(status, hostile.headers(chance), hostile.body(chance, operation))
    error = api_error(given, operation, NOW)
    _check_error(error)
    if isinstance(error, RateLimitError):
        _check_delay(error.retry_after)
    _read(read_list, given, operation)
    content = _read(read_object, given, operation)
    if content is None:
        return REFUSED
    json.dumps(content, allow_nan=False, ensure_ascii=False).encode("utf-8")
    change = _read(_changes.read_change, Fields(content, operation))
    if change is not None:
        check_texts(change.as_result(), "change")
        check_line(change.state, "state")
    return READ


def claims(chance: random.Random) -> str:
    token = hostile.token(chance) if chance.random() < 0.7 else hostile.text(chance)
    if chance.random() < 0.3:
        token = hostile.damaged(chance, token.encode("utf-8", "replace")).decode("latin-1")
    read = read_claims(token)
    check_texts(read._asdict(), "claims")
    read.lacks_scope("idn:password-change:manage")
    return READ if read.authority else REFUSED


def retry_after(chance: random.Random) -> str:
    text = hostile.header(chance)
    seconds = parse_retry_after(text, NOW)
    _check_delay(seconds)
    return REFUSED if seconds is None else READ


def base_url(chance: random.Random) -> str:
    parts = ("https://", "http://", "acme.api.identitynow.com", "127.0.0.1", "[::1]", ":443", "/v3", "/", "user:pw@")
    text = "".join(chance.choices((*parts, hostile.text(chance)), k=chance.randrange(1, 6)))
    if chance.random() < 0.6:
        likely = [chance.choice(some) for some in (parts[:2], parts[2:5], ("", ":443", ":0"), ("", "/", "/v3", "/v3/"))]
        if chance.random() < 0.7:
            likely[chance.randrange(4)] += hostile.text(chance)
        text = "".join(likely)
    read = _read(parse_base_url, text)
    if read is None:
        return REFUSED
    check(read.url.isprintable() and read.url.isascii() and not set(read.url) & set(" @?#\\"), f"the URL {read.url!r}")
    host = urlsplit(read.url).hostname or ""
    check(read.url.startswith("https://") or is_loopback(host), f"plain HTTP to {read.url!r}")
    return READ


def receipt(chance: random.Random) -> str:
    """Read a receipt that was changed at random."""
    read = _read(read_receipt, _mutated(chance, RECEIPT.as_value()), "receipt_file /tmp/x")
    if read is None:
        return REFUSED
    check(read_receipt(read.as_value(), "receipt") == read, f"it differs when it is read again: {read}")
    return READ


def record(chance: random.Random) -> str:
    """Read a record of passwords that was changed at random."""
    read = _read(read_record, _mutated(chance, RECORD.as_value()), ACCOUNT)
    if read is None:
        return REFUSED
    check(read_record(read.as_value(), ACCOUNT) == read, "it differs when it is read again")
    return READ


def journal(chance: random.Random) -> str:
    """Read a damaged journal."""
    text = JournalText().began(NOW, 2)
    number = text.account("svc-backup", user_name="svc-backup")
    text.accepted(number, NOW + 1)
    text.ending("Abby.Smith", "finished", NOW + 1, NOW + 2)
    content = text.ended(NOW + 3).content
    if chance.random() < 0.5:
        lines = [json.loads(line) for line in content.splitlines()]
        position = chance.randrange(len(lines))
        lines[position] = _mutated(chance, lines[position])
        content = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    else:
        content = hostile.damaged(chance, content)
    read: JournalHistory | None = _read(read_history, content, "journal /tmp/x")
    return REFUSED if read is None else READ


def csv_accounts(chance: random.Random) -> str:
    content = b'user_name,source_name\nsvc-backup,"Active Directory"\nAbby.Smith,HR Database\n'
    if chance.random() < 0.5:
        content = hostile.damaged(chance, content)
    else:
        rows = [["user_name", "source_name"], *([hostile.text(chance), hostile.text(chance)] for _number in range(3))]
        rows[chance.randrange(4)] += [hostile.text(chance)] if chance.random() < 0.3 else []
        written = io.StringIO()
        csv.writer(written).writerows(rows)
        content = written.getvalue().encode("utf-8", "replace")
    delimiter = "," if chance.random() < 0.9 else hostile.text(chance)[:1]
    try:
        hosts = read_accounts(content, delimiter, "user_name", "rotate_password_")
    except ValueError as error:
        check(error.__class__ is ValueError, f"an unexpected {type(error).__name__}: {error}")
        return REFUSED
    check_texts(list(hosts), "the names of hosts")
    return READ


def policy(chance: random.Random) -> str:
    """Check a password against the strings of a policy, or against random data in place of a policy."""
    names = ("passwordMinLength", "passwordHistory", "passwordMinSpecial", "checkPasswordsAgainstDictionary")
    if chance.random() < 0.5:
        given: Any = [f"{chance.choice(names)} is {chance.choice((hostile.text(chance), '8'))}" for _number in range(3)]
        given += [hostile.text(chance)]
    else:
        given = hostile.mutated(chance, {"min_length": 8, "max_length": 20, "checks": ["a"], "unknown": []})
    password = hostile.password(chance)
    try:
        found = violations(password, as_policy(given))
    except PolicyError as error:
        check_line(str(error), "the message")
        return REFUSED
    for sentence in found:
        check_line(sentence, "a violation")
        check(password not in sentence, "the password is in a violation")
    return READ


def age(chance: random.Random) -> str:
    text = chance.choice(("30d", "5", "1e3h", hostile.text(chance), f"{hostile.text(chance)}m"))
    seconds = _read(parse_age, "max_age", text)
    check(seconds is None or 0 < seconds < math.inf, f"{text!r} is {seconds} s")
    return REFUSED if seconds is None else READ


PARSERS: dict[str, Callable[[random.Random], str]] = {
    f"parser of {each.__name__}": each
    for each in (response, claims, retry_after, base_url, receipt, record, journal, csv_accounts, policy, age)
}


def _mutated(chance: random.Random, content: Any) -> Any:
    """Return JSON with one or two changes, written and read again."""
    for _number in range(chance.choice((1, 1, 2))):
        content = hostile.mutated(chance, content)
    return json.loads(json.dumps(content))


def _read(read: Callable[..., Any], *given: Any) -> Any:
    """Return the result of a parser, or ``None`` if it raises an IscError."""
    try:
        return read(*given)
    except IscError as error:
        _check_error(error)
        return None


def _check_error(error: IscError) -> None:
    result = error.as_result()
    check_line(result["msg"], "the message")
    check_texts(result, "error")
    check(isinstance(error, InputError) or len(result["msg"]) < 60000, f"a message of {len(result['msg'])} characters")


def _check_delay(seconds: float | None) -> None:
    check(seconds is None or 0 <= seconds < math.inf, f"a delay of {seconds} s")
    error = RateLimitError("Refused.", status_code=429)
    error.retry_after = seconds
    check(0 < delay_before(2, error, lambda: 0.5) < math.inf or seconds == 0, "no delay")
