# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd passwords arrive unchanged, or are refused before anything is sent, and no message contains them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._password import fingerprint as _fingerprint
from ansible_collections.community.sailpoint.plugins.modules import isc_password, isc_password_batch
from support.hostile_results import texts
from support.modules import AD, BACKUP, BY_NAME
from support.victim import Victim

PRINTABLE = "".join(map(chr, range(32, 127))).replace(":", "")

SET = {
    "all of printable ASCII": PRINTABLE,
    "all of it, the other way round": PRINTABLE[::-1],
    "the longest": "xY" * 122 + "1",
    "one character": "x",
    "quotes": "'\"`''\"\"\"'''",
    "a leading dash": "-rf",
    "an option": "--password=x",
    "blanks at both ends": "  two  blanks  ",
    "a shell's": "$(false) `false` ${HOME} && false | false > /dev/null; #",
    "backslashes": "\\n\\\\\\x00\\u0041\\",
    "a template": "{{ 6 * 7 }}{% raw %}{# x #}",
    "a lookup": "{{ lookup('pipe','false') }}",
    "a format": "%s%n%(x)s{0}{}{x!r}",
    "percent-encoded": "%41%00+%2B&a=b",
    "YAML": "!unsafe [a, {b, c}] # & *x | > @",
    "a boolean": "yes",
    "nothing": "null",
    "a number": "0123",
    "a large number": "1e999",
    "JSON": '{"password", "x"}',
    "HTML": "</script><b>&amp;",
    "a sheet's formula": "=cmd|' /C calc'!A0",
    "a path": "../../etc/passwd",
    "what hides secrets": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER ********",
}

SOME = {name: SET[name] for name in [*SET][::3]}

NOT_ASCII = "The password contains characters that are not printable ASCII."
REFUSED_BY_ISC = {
    "Latin": ("p\u00e4ssw\u00f6rd", NOT_ASCII),
    "NFD": ("e\u0301clair", NOT_ASCII),
    "beyond the basic plane": ("\U0001f511\U0001f511", NOT_ASCII),
    "a colon": ("Har:bour", "The password must not contain a colon."),
}
"""Passwords that arrive, and that ISC refuses."""

CONTROLS = "The password holds a line break or another control character."
PLACEHOLDER = "The password is a text that Ansible or AWX puts in place of a hidden value."

REFUSED = {
    "a newline at the end": ("Harbour\n", CONTROLS),
    "NUL": ("Har\x00bour", CONTROLS),
    "DEL and ESC": ("\x1b[1mHarbour\x7f", CONTROLS),
    "a tab": ("Har\tbour", CONTROLS),
    "a line separator": ("Har\u2028bour", CONTROLS),
    "a hidden value of AWX": ("$encrypted$", PLACEHOLDER),
    "a masked value": ("********", PLACEHOLDER),
    "an older masked value": ("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", PLACEHOLDER),
    "a vaulted value": ("$ANSIBLE_VAULT;1.1;AES256", PLACEHOLDER),
    "empty": ("", "password is empty."),
    "blank": ("   ", "password is empty."),
    "a line break": ("\r\n", "password is empty."),
    "half of a surrogate pair": ("Harbour\ud800", "password holds characters that UTF-8 can't express."),
    "one byte too long": ("x" * 246, "password is 246 bytes long in UTF-8; the 2048-bit key takes at most 245."),
    "too long in UTF-8": ("\u20ac" * 82, "password is 246 bytes long in UTF-8; the 2048-bit key takes at most 245."),
    "very long": ("x" * 100000, "password is 100000 bytes long in UTF-8; the 2048-bit key takes at most 245."),
}


@pytest.fixture
def lenient(victim: Victim, monkeypatch: pytest.MonkeyPatch) -> Victim:
    """Return a victim whose passwords follow no policy, with cheap fingerprints."""
    monkeypatch.setattr(_fingerprint, "_N", 2)
    victim.tenant.settings(policies={AD: [], "Payroll Database": []})
    return victim


def holds(result: dict[str, Any], password: str) -> bool:
    """Return whether a text of *result* contains *password*. A single character is in any text."""
    return len(password) > 1 and any(password in text for text in texts(result))


def held(victim: Victim) -> str | None:
    """Return the password that ISC has for the account."""
    found = victim.tenant.password(AD, BACKUP)
    return found and found["password"]


def single(victim: Victim, password: str, **given: Any) -> dict[str, Any]:
    return victim.run(isc_password, **{**BY_NAME, "password": password}, **given)


def batch(victim: Victim, password: str, **given: Any) -> dict[str, Any]:
    result = victim.run(isc_password_batch, accounts=[{**BY_NAME, "password": password}], **given)
    (of_account,) = result.get("results") or [result]
    return of_account


MODULES = pytest.mark.parametrize("perform", [single, batch])


@MODULES
def test_what_isc_takes_arrives_exactly(lenient: Victim, perform: Any) -> None:
    for name, password in SET.items():
        result = perform(lenient, password)
        assert (name, held(lenient)) == (name, password)
        assert (result["changed"], result["state"]) == (True, "FINISHED")
        assert "warnings" not in result or result["warnings"] == []
        assert not holds(result, password)
    assert lenient.tenant.counts()["set"] == len(SET)


@MODULES
def test_a_password_that_isc_refuses_is_sent_unchanged_and_not_shown(lenient: Victim, perform: Any) -> None:
    for name, (password, reason) in REFUSED_BY_ISC.items():
        result = perform(lenient, password)
        assert (name, result["errors"]) == (name, [reason])
        assert result["state"] == "FAILED"
        assert "which ISC refuses" in result["warnings"][0]
        assert not holds(result, password.strip())
    assert held(lenient) is None


@MODULES
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_can_not_be_sent_is_refused_with_a_sentence(lenient: Victim, perform: Any, check_mode: bool) -> None:
    for name, (password, problem) in REFUSED.items():
        result = perform(lenient, password, check_mode=check_mode)
        assert problem in result["msg"], name
        assert ('"{{ value | trim }}"' in result["msg"]) is (problem == CONTROLS)
        assert not password.strip() or not holds(result, password[:7])
    assert "set" not in lenient.tenant.counts()


def test_a_receipt_recognizes_each_password(lenient: Victim, tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    receipt = {"receipt_file": str(path), "update_password": "when_changed"}
    for number, (name, password) in enumerate(SOME.items(), 1):
        assert single(lenient, password, **receipt)["changed"], name
        assert not single(lenient, password, **receipt)["changed"], name
        assert lenient.tenant.counts()["set"] == number
        if len(password) > 8:
            assert password not in path.read_text()


def test_a_journal_never_holds_one(lenient: Victim, tmp_path: Path) -> None:
    for number, (name, password) in enumerate(SOME.items()):
        path = tmp_path / f"{number}.jsonl"
        assert batch(lenient, password, journal=str(path))["changed"], name
        assert not batch(lenient, password, journal=str(path))["changed"], name
        if len(password) > 8:
            assert password not in path.read_text()
            assert json.dumps(password)[1:-1] not in path.read_text()
    assert lenient.tenant.counts()["set"] == len(SOME)
