# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Repeats secrets in responses (quoted, wrapped, cut, in any field), and searches for them in all output.

There is no server: the session of requests is replaced, so that tens of thousands of cases take minutes.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import html
import io
import json
import random
import re
import string
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import requests
from ansible_collections.community.sailpoint.plugins.module_utils._batch.run import BatchProgress
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect
from ansible_collections.community.sailpoint.plugins.module_utils._password import fingerprint as _fingerprint
from ansible_collections.community.sailpoint.plugins.module_utils._task import execution as _execution
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_account_info,
    isc_digit_token,
    isc_login,
    isc_password,
    isc_password_batch,
    isc_password_change_info,
    isc_password_info,
    isc_password_policy,
    isc_password_settings_info,
    isc_source_credential,
    isc_source_password_policy,
    isc_tenant_info,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._report import batch as _page
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch_files import write_report
from soak.cases import FindingError, counted, run_cases
from support.flows import QUERIED
from support.modules import FakeTime, validated
from urllib3 import HTTPResponse

CASES = 100_000
"""The number of cases of ``make soak``, which take a quarter of an hour."""

FRAGMENT = 8
"""The number of consecutive characters of a secret that must not appear in output."""

OF_ID = 12
"""The minimum length of a fragment in an id, because ids share shorter ones with secrets by chance."""

BASE_URL = "http://127.0.0.1:9"
ADDRESS = "https://acme.example.com/"
NAMES = {"user_name": "abby", "source_name": "AD"}

_OF_PAGES = frozenset(Path(_page.__file__).with_name("batch.html").read_text("utf-8").splitlines())

DOCUMENTS: dict[str, Any] = {
    "login": {"access_token": "", "token_type": "bearer", "expires_in": 749, "scope": "sp:scopes:all"},
    "query": QUERIED,
    "set": {"requestId": "r1", "state": "IN_PROGRESS"},
    "status": {"requestId": "r1", "state": "FINISHED", "errors": [], "sourceIds": ["s"]},
    "digit_token": {"digitToken": "0123456789", "requestId": "r1"},
    "sync_groups": [{"id": "g", "name": "Group", "passwordPolicyId": "p", "sourceIds": ["s", "t"]}],
    "sources": [{"id": "t", "name": "HR", "features": ["PASSWORD"], "passwordPolicies": [{"id": "p", "name": "P"}]}],
    "source": {"id": "t", "name": "HR", "connectorAttributes": {"password": "2:ACP:x", "url": "ldaps://acme"}},
    "source_patch": {"id": "t", "name": "HR"},
    "policies": [{"id": "p", "name": "P", "description": "For all.", "minLength": 8, "sourceIds": ["t"]}],
    "policy": {"id": "p", "name": "P"},
    "source_policies": [
        {"policyId": "p", "policyName": "P", "selectors": {"identityAttr": [{"name": "country", "value": "Canada"}]}}
    ],
    "org_config": {"digitTokenEnabled": True, "digitTokenLength": 6, "customInstructionsEnabled": False},
    "check_connection": {"id": "t", "status": "FAILURE", "details": {"error": "The login failed.", "host": "acme"}},
    "search": [
        {
            "id": "i",
            "name": "abby",
            "attributes": {"uid": "abby"},
            "accounts": [
                {
                    "accountId": "CN=abby",
                    "name": "abby",
                    "passwordLastSet": "2026-01-01T00:00:00Z",
                    "source": {"id": "s", "name": "AD"},
                }
            ],
        }
    ],
    "activities": [],
}
REFUSAL = {
    "detailCode": "400.1 Bad Request Content",
    "trackingId": "e7eab60924f64aa284175b9fa3309599",
    "messages": [{"locale": "en-US", "localeOrigin": "DEFAULT", "text": "The request was refused."}],
    "causes": [{"locale": "en-US", "localeOrigin": "DEFAULT", "text": "It can't be said why."}],
    "error": "refused",
    "error_description": "It was refused",
    "message": "No",
}
FAILED = {"requestId": "r1", "state": "FAILED", "errors": ["The source said no."], "sourceIds": ["s", "t"]}
WITH_PASSWORDS = ("set", "status", "source_patch", "check_connection")
"""Operations that get a password, or follow one that does, so that their responses may repeat it."""

STATUSES = (200, 200, 200, 302, 400, 401, 403, 404, 409, 429, 500, 503)
HEADERS = ("Retry-After", "Location", "Content-Type", "WWW-Authenticate", "X-Deprecated", "Set-Cookie")
IDS = ("requestId", "identityId", "sourceId", "publicKeyId", "publicKey", "accountId", "id", "sourceIds", "uid", "name")

QUOTATIONS: dict[str, Callable[[str], str]] = {
    "URL": lambda text: quote(text, safe=""),
    "path": quote,
    "form": quote_plus,
    "every octet": lambda text: "".join(f"%{octet:02x}" for octet in text.encode()),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON of Java": lambda text: (
        json.dumps(text)[1:-1].replace("<", "\\u003c").replace("&", "\\u0026").replace("/", "\\/")
    ),
    "HTML": html.escape,
    "numbers of HTML": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "XML": lambda text: html.escape(text, quote=False).replace("'", "&apos;").replace('"', "&#34;"),
}
LAST_FORMS: dict[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of more": lambda text: base64.b64encode(f"svc:{text}, or not".encode()).decode(),
    "base64 of a URL": lambda text: base64.urlsafe_b64encode(f"x{text}".encode()).decode(),
    "base64 of JSON": lambda text: base64.b64encode(json.dumps({"password": text}).encode()).decode(),
    "base64 of UTF-16": lambda text: base64.b64encode(f'"{text}"'.encode("utf-16-le")).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "Hexadecimal": lambda text: text.encode().hex().upper(),
}
CASES_OF_LETTERS: tuple[Callable[[str], str], ...] = (str, str, str.upper, str.lower)


class PlayedTime(FakeTime):
    """A clock that moves only by sleeping, which takes no real time."""

    def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 0.001)


class Echo:
    """The secrets that a response repeats, and their places.

    :ivar story: a description of them.
    """

    def __init__(self, chance: random.Random, operation: str) -> None:
        self._chance = chance
        self.operation = operation
        self.status = chance.choice(STATUSES)
        self.story: list[str] = []

    def body(self, document: Any, secrets: list[str]) -> Any:
        """Return *document* with secrets in some of its fields."""
        if self.status >= 300:
            document = REFUSAL
        elif self.operation == "status" and self._chance.random() < 0.6:
            document = FAILED
        for _number in range(self._chance.choice((1, 1, 2, 3))):
            places = list(_places(document))
            document = self._replaced(document, self._chance.choice(places), secrets)
        return document

    def headers(self, secrets: list[str]) -> dict[str, str]:
        """Return headers, some of which repeat secrets."""
        found = {"Location": ADDRESS} if self.status == 302 else {}
        for name in HEADERS:
            if self._chance.random() < 0.15 or (name == "Location" and self.status == 302):
                said = self._said(secrets, "", (name,)).replace("\n", "").replace("\r", "")
                found[name] = f"https://{said.replace('/', '')}.example.com/" if name == "Location" else said
        return found

    def claims(self, secrets: list[str]) -> dict[str, Any]:
        """Return the claims of a token."""
        claims: dict[str, Any] = {"org": "acme", "user_name": "abby", "identity_id": "i", "scope": ["sp:scopes:all"]}
        return self._replaced(claims, self._chance.choice(list(_places(claims))), secrets)

    def _replaced(self, document: Any, place: tuple[Any, ...], secrets: list[str]) -> Any:
        return _replaced(document, place, lambda text: self._said(secrets, text, place))

    def _said(self, secrets: list[str], text: str, place: tuple[Any, ...]) -> str:
        """Return the replacement of *text*, which contains a secret."""
        chance = self._chance
        secret, steps = chance.choice(secrets), []
        said = chance.choice(CASES_OF_LETTERS)(secret)
        for _number in range(chance.choice((0, 1, 1, 2))):
            name = chance.choice(list(QUOTATIONS))
            said = QUOTATIONS[name](said)
            steps.append(name)
        if chance.random() < 0.3 and len(steps) < 2:
            name = chance.choice(list(LAST_FORMS))
            said = LAST_FORMS[name](said if steps[-1:] != ["every octet"] else secret)
            steps.append(name)
        is_id = any(part in IDS for part in place)
        if chance.random() < 0.35:
            shortest = OF_ID if is_id else FRAGMENT
            first = chance.randrange(max(1, len(said) - shortest))
            cut = said[first : first + chance.randrange(shortest, max(shortest + 1, len(said)))]
            said = chance.choice(("", "...", "\u2026")) + cut + chance.choice(("", "...", "\u2026", "."))
            steps.append("cut")
        if chance.random() < 0.25 and not is_id:
            width = chance.randrange(2, 30)
            said = chance.choice(("\n", "\r\n ", " ", "  ", "\t", "\x00", "\u200b")).join(
                said[at : at + width] for at in range(0, len(said), width)
            )
            steps.append("wrapped")
        self.story.append(f"{place}: {', '.join(steps) or 'as it is'}")
        before, after = chance.choice(
            (("", ""), ("The value '", "' is not allowed."), ("Authorization=Bearer ", ""), (f"{text} ", f" {text}"))
        )
        return f"{before}{said}{after}"


class PlayedIsc:
    """Responds to requests as ISC does, except that the responses to one operation repeat secrets.

    :ivar secrets: the secrets in requests, except passwords.
    """

    def __init__(self, chance: random.Random, echo: Echo, secrets: list[str], passwords: list[str]) -> None:
        self._chance, self._echo = chance, echo
        self.secrets, self.passwords = secrets, passwords
        self.created = "".join(chance.choices(string.digits, k=12))
        self.asked: list[str] = []

    def send(self, request: Any, **_options: Any) -> requests.Response:
        operation = _operation(request.method, request.path_url)
        self.asked.append(operation)
        status = {"set": 202}.get(operation, 200)
        headers: dict[str, str] = {}
        document = DOCUMENTS[operation]
        if operation == "search" and "searchAfter" in json.loads(request.body):
            document = []
        if operation == self._echo.operation and document:
            known = [*self.secrets, *(self.passwords if operation in WITH_PASSWORDS else [])]
            known += [self.created] if operation == "digit_token" else []
            status = self._echo.status if self._echo.status != 200 else status
            document = self._echo.body(document, known)
            headers = self._echo.headers(known)
        if operation == "login" and status == 200:
            document = {**document, "access_token": self._token()}
        if operation == "digit_token" and status == 200:
            document = {**document, "digitToken": self.created}
        return _response(status, headers, json.dumps(document).encode())

    def _token(self) -> str:
        claims = {"org": "acme"} if self._echo.operation != "login" else self._echo.claims(self.secrets)
        payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        token = f"e30.{payload}.{''.join(self._chance.choices(string.ascii_letters + string.digits, k=40))}"
        self.secrets.append(token.rpartition(".")[2])
        return token


def run_case(seed: int, folder: Path) -> str:
    """Run the case of a seed, and return its kind.

    :raises FindingError: a secret is in the output.
    """
    chance = random.Random(seed)
    kind = list(KINDS)[seed % len(KINDS)]
    module, operations, options_of = KINDS[kind]
    echo = Echo(chance, chance.choice(operations))
    client_secret, passwords = _secret(chance), [_secret(chance) for _number in range(2)]
    isc = PlayedIsc(chance, echo, [client_secret], passwords)
    given = {"base_url": BASE_URL, "client_id": "c", "client_secret": client_secret, "retries": chance.choice((0, 1))}
    if chance.random() < 0.2:
        given["access_token"] = "".join(chance.choices(string.ascii_letters, k=30))
        isc.secrets.append(given["access_token"])
    given.update(options_of(chance, passwords, folder))
    messages: list[str] = []
    options = validated(module.ARGUMENT_SPEC, **given)
    progress = {"progress": BatchProgress(messages.append, messages.append)} if module is isc_password_batch else {}
    with _playing(isc, PlayedTime()):
        result = _execution.execute(lambda *each: module.run(*each, **progress), options, False)
    shown = {name: value for name, value in result.items() if name not in module.SECRET_KEYS}
    (shown.get("receipt") or {}).pop("fingerprint", None)
    texts = ["\n".join((json.dumps(shown, ensure_ascii=False), *messages)), *_files(folder)]
    secrets = [*isc.secrets, *passwords, *([isc.created] if "digit_token" in isc.asked else [])]
    for text in texts:
        found = fragment_of(secrets, text)
        if found:
            raise FindingError(
                f"Seed {seed}, {kind}, HTTP {echo.status} to {echo.operation}, {echo.story}: "
                f"{found!r} is in\n{text[:3000]}"
            )
    if "internal error" in str(result.get("msg")):
        raise FindingError(f"Seed {seed}, {kind}: {result['msg']}")
    return kind


def fragment_of(secrets: list[str], text: str) -> str | None:
    """Return FRAGMENT characters of a secret that are in a text, however they are quoted, or None.

    This shares no code with the redaction. It decodes everything in the text that can be decoded.
    """
    folded = {_folded(secret) for secret in secrets}
    pieces = {each[at : at + FRAGMENT] for each in folded for at in range(max(1, len(each) - FRAGMENT + 1))}
    readings = map(_folded, _readings(text))
    return next((piece for reading in readings for piece in pieces if piece in reading), None)


def soak(seed: int | None, most: int | None = None) -> int:
    """Run cases, or the case of a seed, and return the exit code.

    :param most: the number of cases, by default CASES.
    """

    def run_in_folder(number: int) -> str:
        with tempfile.TemporaryDirectory(prefix="isc-soak-") as folder:
            return run_case(number, Path(folder))

    summary = functools.partial(counted, promise="no secret in the output")
    return run_cases("echoes", seed, run_in_folder, lambda number: number < (most or CASES), summary)


Options = Callable[[random.Random, list[str], Path], dict[str, Any]]


def _change(chance: random.Random, passwords: list[str], folder: Path) -> dict[str, Any]:
    options = {**NAMES, "password": passwords[0], "sync_group": chance.choice(("ignore", "allow", "warn", "refuse"))}
    passwords[1:] = []
    options["wait"] = chance.random() < 0.8
    if chance.random() < 0.4:
        options.update(update_password="when_changed", receipt_file=str(folder / "receipt.json"))
    return options


def _batch(chance: random.Random, passwords: list[str], folder: Path) -> dict[str, Any]:
    # A response doesn't repeat the password of another account.
    passwords[1:] = []
    accounts = [{**NAMES, "account_id": "CN=abby", "password": passwords[0], "sync_group": "ignore"}]
    return {"accounts": accounts, "journal": str(folder / "journal.jsonl")}


def _change_info(chance: random.Random, passwords: list[str], folder: Path) -> dict[str, Any]:
    passwords[1:] = []
    return {"request_id": "r1", "password": passwords[0], "wait": chance.random() < 0.7}


def _credential(chance: random.Random, passwords: list[str], folder: Path) -> dict[str, Any]:
    passwords[1:] = []
    options = {"source_id": "t", "value": passwords[0], "verify": chance.random() < 0.7}
    if chance.random() < 0.4:
        options.update(update_password="when_changed", receipt_file=str(folder / "receipt.json"))
    return options


def _tenant_info(chance: random.Random, passwords: list[str], folder: Path) -> dict[str, Any]:
    # It reads no status of a change.
    passwords.clear()
    return dict(NAMES if chance.random() < 0.7 else {})


_OF_SETTINGS = ("policies", "sources", "source_policies", "sync_groups")

KINDS: dict[str, tuple[Any, tuple[str, ...], Options]] = {
    "isc_login": (isc_login, ("login",), lambda *_given: {}),
    "isc_password_info": (isc_password_info, ("login", "query", "query"), lambda *_given: dict(NAMES)),
    "isc_password": (isc_password, ("login", "query", "set", "set", "status", "sync_groups", "sources"), _change),
    "isc_password_batch": (isc_password_batch, ("login", "query", "set", "status"), _batch),
    "isc_password_change_info": (isc_password_change_info, ("login", "status", "status"), _change_info),
    "isc_digit_token": (isc_digit_token, ("login", "digit_token", "digit_token"), lambda *_given: {"user_id": "abby"}),
    "isc_account_info": (
        isc_account_info,
        ("login", "search", "search", "sources"),
        lambda chance, *_given: {"source_name": "AD", **({"user_name": "nobody"} if chance.random() < 0.3 else {})},
    ),
    "isc_tenant_info": (
        isc_tenant_info,
        ("login", "query", "search", "status", "org_config", *_OF_SETTINGS),
        _tenant_info,
    ),
    "isc_password_settings_info": (
        isc_password_settings_info,
        ("login", "org_config", *_OF_SETTINGS),
        lambda *_given: {},
    ),
    "isc_password_policy": (
        isc_password_policy,
        ("login", "policies", "policy", *_OF_SETTINGS),
        lambda chance, *_given: {"name": chance.choice(("P", "Q")), "state": chance.choice(("present", "absent"))},
    ),
    "isc_source_password_policy": (
        isc_source_password_policy,
        ("login", "policies", "sources", "source_policies"),
        lambda *_given: {"source_name": "HR", "policies": [{"name": "P"}]},
    ),
    "isc_source_credential": (
        isc_source_credential,
        ("login", "source", "source_patch", "check_connection", "check_connection"),
        _credential,
    ),
}


def _secret(chance: random.Random) -> str:
    alphabet = chance.choice(
        (string.ascii_letters + string.digits, string.printable[:94].replace(":", "") + "  ", string.hexdigits)
    )
    return "".join(chance.choices(alphabet, k=chance.randrange(10, 40))).strip() + "".join(
        chance.choices(alphabet.strip(), k=2)
    ).replace(" ", "x")


@contextlib.contextmanager
def _playing(isc: PlayedIsc, played: PlayedTime) -> Iterator[None]:
    """Send all requests of this process to *isc*."""
    with (
        patch.object(requests.Session, "send", lambda _session, request, **options: isc.send(request, **options)),
        patch.object(_execution, "connect", lambda given: connect(given, played.runtime)),
        # The real function intentionally takes a tenth of a second.
        patch.object(
            _fingerprint, "_scrypt", lambda password, salt, *_cost: hashlib.sha256(salt + password.encode()).digest()
        ),
    ):
        yield


def _operation(method: str, path: str) -> str:
    if "sources/v1/" in path and path.partition("?")[0].endswith("/password-policies"):
        return "source_policies"
    if method in ("POST", "PUT", "DELETE") and "-policies" in path:
        return "policy"
    names = {"check-connection": "check_connection", "sources/v1/": "source_patch" if method == "PATCH" else "source"}
    names |= {"/oauth/": "login", "query-": "query", "set-": "set", "-status": "status", "-reset-token": "digit_token"}
    names.update({"-sync-groups": "sync_groups", "sources": "sources", "/search": "search"})
    names |= {"-activities": "activities", "-org-config": "org_config", "password-policies": "policies"}
    return next(operation for part, operation in names.items() if part in path)


def _response(status: int, headers: dict[str, str], body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update({"Content-Type": "application/json", **headers})
    response.raw = HTTPResponse(io.BytesIO(body), preload_content=False)
    return response


def _files(folder: Path) -> Iterator[str]:
    """Yield the files that the case wrote, and the reports on a journal."""
    journal = folder / "journal.jsonl"
    if journal.exists() and len(journal.read_bytes()) % 4 == 0:
        write_report([str(journal)], {"json_path": str(folder / "r.json"), "html_path": str(folder / "r.html")})
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        if path.name == "receipt.json":
            text = json.dumps({name: value for name, value in json.loads(text).items() if name != "fingerprint"})
        # The constant part of each page is long.
        yield "\n".join(line for line in text.splitlines() if line not in _OF_PAGES)


def _places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of all texts in a document, and of an unknown field in each object."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from _places(value, (*path, name))
        yield (*path, "more")
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from _places(value, (*path, number))
        if not document or isinstance(document[0], str):
            yield (*path, len(document))
    elif isinstance(document, str):
        yield path


def _replaced(document: Any, path: tuple[Any, ...], change: Callable[[str], str]) -> Any:
    """Return *document* with the text at *path* changed or added."""
    if not path:
        return change(document or "")
    first, rest = path[0], path[1:]
    if isinstance(document, dict):
        return {**document, first: _replaced(document.get(first), rest, change)}
    present = document[first] if first < len(document) else ""
    return [*document[:first], _replaced(present, rest, change), *document[first + 1 :]]


def _folded(text: str) -> str:
    return _UNSEEN.sub("", text.lower())


_UNSEEN = re.compile("[\\s\\x00-\\x1f\\x7f\\u200b]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEXADECIMAL = re.compile("[0-9A-Fa-f]{16,}")


def _readings(text: str) -> Iterator[str]:
    """Yield a text, and everything that it contains after decoding it up to three times."""
    latest, seen = {text}, {text}
    yield text
    for _number in range(3):
        latest = {reading for each in latest for reading in _decoded(each)} - seen
        seen |= latest
        yield from latest


def _decoded(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text, errors="replace")
        yield unquote_plus(text, errors="replace")
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text:
        yield re.sub(
            r"\\u([0-9A-Fa-f]{4})|\\(.)",
            lambda match: (
                chr(int(match[1], 16)) if match[1] else {"n": "\n", "t": "\t", "r": "\r"}.get(match[2], match[2])
            ),
            text,
        )
    without_space = "".join(text.split())
    runs = [run for run in _BASE64.findall(without_space) if not run.isalpha() or len(run) > 20]
    for first in range(4):
        read = "\n".join(_from_base64(run[first:]) for run in runs)
        if read.strip():
            yield read
    runs = _HEXADECIMAL.findall(without_space)
    for first in range(2 if runs else 0):
        yield "\n".join(_from_hexadecimal(run[first:]) for run in runs)


def _from_base64(text: str) -> str:
    octets = base64.b64decode(text.replace("-", "+").replace("_", "/")[: len(text) // 4 * 4])
    # In UTF-16, every other octet is 0.
    return octets.replace(b"\0", b"").decode("utf-8", "replace")


def _from_hexadecimal(text: str) -> str:
    return bytes.fromhex(text[: len(text) // 2 * 2]).replace(b"\0", b"").decode("utf-8", "replace")
