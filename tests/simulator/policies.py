# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The meaning of a source's policy strings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

_POLICY = re.compile(r"(\w+) is (.+)")
_SPECIALS = frozenset("~!@#$%^*()/_+-`={}\\|][;?,.&><'\" ")


def _minimum(what: str, count):
    def check(password: str, number: int) -> str | None:
        return None if count(password) >= number else f"The password must contain at least {number} {what}."

    return check


def _longest_run(password: str) -> int:
    return max((len(list(run)) for _character, run in groupby(password)), default=0)


def _kinds(password: str) -> int:
    return sum(
        (
            any(c.isupper() for c in password),
            any(c.islower() for c in password),
            any(c.isdigit() for c in password),
            any(c in _SPECIALS for c in password),
        )
    )


_NUMERIC = {
    "passwordMinLength": _minimum("characters", len),
    "passwordMinAlpha": _minimum("letters", lambda p: sum(c.isalpha() for c in p)),
    "passwordMinNumeric": _minimum("digits", lambda p: sum(c.isdigit() for c in p)),
    "passwordMinUpper": _minimum("upper-case letters", lambda p: sum(c.isupper() for c in p)),
    "passwordMinLower": _minimum("lower-case letters", lambda p: sum(c.islower() for c in p)),
    "passwordMinSpecial": _minimum("special characters", lambda p: sum(c in _SPECIALS for c in p)),
    "passwordMinCharType": _minimum("kinds of characters", _kinds),
    "passwordMaxLength": lambda p, n: None if len(p) <= n else f"The password must not exceed {n} characters.",
    "passwordRepeatedChar": lambda p, n: (
        None if _longest_run(p) <= n else f"The password must not repeat a character more than {n} times in a row."
    ),
}


def forbidden_characters(password: bytes) -> str | None:
    """Return a sentence if a character is forbidden, or None. Documented: printable ASCII only, and no colon."""
    if not password:
        return "The password must not be empty."
    if any(byte < 0x20 or byte > 0x7E for byte in password):
        return "The password contains characters that are not printable ASCII."
    if b":" in password:
        return "The password must not contain a colon."
    return None


def violations(policies: Sequence[str], password: str, account_id: str, history: Sequence[str]) -> list[str]:
    """Return a sentence for each policy that ``password`` violates.

    The four published names mean what they say. The others, and that "repeated" is counted in a row, are assumed.
    Policies with unknown names don't restrict anything.

    :param history: oldest first, including the present password.
    """
    found = []
    for policy in policies:
        match = _POLICY.fullmatch(policy)
        if not match:
            continue
        name, value = match.groups()
        sentence = None
        if name in _NUMERIC and value.isdigit():
            sentence = _NUMERIC[name](password, int(value))
        elif name == "passwordHistory" and value.isdigit():
            if int(value) and password in history[-int(value) :]:
                sentence = f"The password was used before; the last {value} passwords can't be used again."
        elif name == "checkPasswordsAgainstAccountId" and value == "true" and account_id.lower() in password.lower():
            sentence = "The password must not contain the account ID."
        if sentence:
            found.append(sentence)
    return found
