# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password policies of Identity Security Cloud (ISC): reading them and judging a password by them.

Pure: values in, values out, no Ansible and no network.

ISC sends a policy as strings of the form ``<name> is <value>``. Four names are published in its OpenAPI
description (``passwordMinLength``, ``passwordMinAlpha``, ``passwordMinNumeric``, ``passwordRepeatedChar``);
the others in ``RULES`` are those of SailPoint's sister product. What is not understood is kept as it came:
ISC is the judge, what is computed here is advice.

What the rules mean, and which characters a password may have, is from
https://documentation.sailpoint.com/saas/help/pwd/pwd_policies/pwd_reqs.html.

A *parsed policy* is a plain dictionary that JSON can carry. Each key of ``RULES`` is in it only when the policy
has that rule; its value is a whole number from 0 to ``MAX_VALUE``. Two keys hold lists of strings, and are always
there in what ``parse_policies`` returns: ``checks``, the names of the checks that are on and that only ISC can do
(such as ``checkPasswordsAgainstDictionary``), and ``unknown``, the strings that were not understood.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from itertools import groupby
from typing import Any, Callable, NamedTuple

UPPER = string.ascii_uppercase
LOWER = string.ascii_lowercase
DIGITS = string.digits
SPECIALS = string.punctuation.replace(":", "") + " "
"""Every special character that ISC accepts: the printable ASCII punctuation without the colon, and the blank."""

MAX_VALUE = 9999
"""No rule's value is larger. Larger numbers stand for "unlimited" or are mistakes, so they are not understood."""

_STATEMENT = re.compile(r"\s*(?P<name>[A-Za-z]\w*)\s+is\s+(?P<value>\S+)\s*", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")
_CHECK_NAME = re.compile(r"check[A-Z]\w*", re.ASCII)
_LISTS = ("checks", "unknown")


class PolicyError(ValueError):
    """A policy or an option is malformed. The text is one sentence that names the key and holds no value."""


def _counter(alphabet: str) -> Callable[[str], int]:
    """Return the function that counts a password's characters of ``alphabet``."""
    return lambda password: sum(character in alphabet for character in password)


def _longest_repetition(password: str) -> int:
    """Return the length of the longest run of one character, or 0 where no character follows itself.

    A single character is no repetition: so a limit of 0 means the same as a limit of 1.
    """
    runs = [len(list(run)) for _character, run in groupby(password)]
    return max((run for run in runs if run > 1), default=0)


def _character_types(password: str) -> int:
    """Return how many of the four types (upper case, lower case, digit, special) occur."""
    return sum(any(character in alphabet for character in password) for alphabet in (UPPER, LOWER, DIGITS, SPECIALS))


class Rule(NamedTuple):
    """One numeric rule of a policy."""

    key: str
    """Its key in the parsed policy."""
    policy_name: str
    """Its name in ISC's policy strings."""
    noun: str = ""
    """What it counts, in the singular."""
    measure: Callable[[str], int] | None = None
    """Counts that in a password. Without it, only ISC can judge the rule."""
    at_most: bool = False
    """Whether the value is an upper limit, not a lower one."""
    least: int = 0
    """The smallest value that makes sense."""

    def is_met(self, count: int, limit: int) -> bool:
        """Tell whether a password of which ``measure`` gave ``count`` satisfies the value ``limit``."""
        return count <= limit if self.at_most else count >= limit

    def stricter(self, one: int, other: int) -> int:
        """Return the value that is harder to satisfy."""
        return min(one, other) if self.at_most else max(one, other)


# "Maximum consecutive characters" of 2 refuses `passsword` in SailPoint's own example, so the value is the longest
# run allowed, although the text beside it ("after the first occurrence") could be read as one more.
RULES = (
    Rule("min_length", "passwordMinLength", "character", len),
    Rule("max_length", "passwordMaxLength", "character", len, at_most=True, least=1),
    Rule("min_alpha", "passwordMinAlpha", "letter", _counter(UPPER + LOWER)),
    Rule("min_numeric", "passwordMinNumeric", "digit", _counter(DIGITS)),
    Rule("min_upper", "passwordMinUpper", "upper-case letter", _counter(UPPER)),
    Rule("min_lower", "passwordMinLower", "lower-case letter", _counter(LOWER)),
    Rule("min_special", "passwordMinSpecial", "special character", _counter(SPECIALS)),
    Rule("min_character_types", "passwordMinCharType", "character type", _character_types),
    Rule(
        "max_repeated_characters",
        "passwordRepeatedChar",
        "consecutive equal character",
        _longest_repetition,
        at_most=True,
    ),
    Rule("history", "passwordHistory"),
)
"""The one table of rules: parser, judge, generator and the test of the documentation read it."""

RULE_OF_KEY = {rule.key: rule for rule in RULES}
_RULE_OF_NAME = {rule.policy_name: rule for rule in RULES}


def whole_number(text: str) -> int | None:
    """Return the number that ``text`` writes in one to four ASCII digits, or None where it does not."""
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def parse_policies(policies: list[str]) -> dict[str, Any]:
    """Parse the strings that ISC sends as ``policies``.

    :arg policies: for example ``["passwordMinLength is 8", "checkPasswordsAgainstDictionary is true"]``.
        Of a rule given twice, the stricter value counts. A check that is ``false`` leaves no trace.
    :returns: the parsed policy (see the head of this file); ``{"checks": [], "unknown": []}`` for an empty list.
        Keys come in the order of ``RULES``, so equal policies give equal text.
    :raises: nothing, whatever the strings hold. An element that is no string is in ``unknown`` as ``str`` gives it.
    """
    numbers: dict[str, int] = {}
    checks: list[str] = []
    unknown: list[str] = []
    for text in map(str, policies):
        statement = _STATEMENT.fullmatch(text)
        understood = statement is not None and (
            _take_number(statement["name"], statement["value"], numbers)
            or _take_check(statement["name"], statement["value"], checks)
        )
        if not understood:
            unknown.append(text)
    ordered = {rule.key: numbers[rule.key] for rule in RULES if rule.key in numbers}
    return {**ordered, "checks": checks, "unknown": unknown}


def _take_number(name: str, value: str, numbers: dict[str, int]) -> bool:
    """Add a numeric rule to ``numbers``; return False where it is none or its value makes no sense."""
    rule = _RULE_OF_NAME.get(name)
    number = whole_number(value)
    if rule is None or number is None or number < rule.least:
        return False
    numbers[rule.key] = rule.stricter(numbers.get(rule.key, number), number)
    return True


def _take_check(name: str, value: str, checks: list[str]) -> bool:
    """Add a check that is on to ``checks``, once; return False where the statement is no check."""
    if not _CHECK_NAME.fullmatch(name) or value.lower() not in ("true", "false"):
        return False
    if value.lower() == "true" and name not in checks:
        checks.append(name)
    return True


def as_policy(policy: Any) -> dict[str, Any]:
    """Return the parsed policy for either form in which callers have one.

    :arg policy: the strings as ISC sends them (a list or tuple), or a parsed policy (a mapping). All keys of the
        latter are optional, so that a policy can also be written by hand. It is checked and copied.
    :raises PolicyError: it is neither, has a key that no policy has, or a value of the wrong type or range.
    """
    if isinstance(policy, (list, tuple)):
        return parse_policies(list(policy))
    if not isinstance(policy, Mapping):
        raise PolicyError("The policy must be a list of policy strings or a parsed policy, which is a dictionary.")
    for key in policy:
        if not isinstance(key, str) or key not in RULE_OF_KEY and key not in _LISTS:
            raise PolicyError(f"The policy has the key {str(key)!r}, which is no rule of a password policy.")
    numbers = {rule.key: _checked_number(rule, policy[rule.key]) for rule in RULES if rule.key in policy}
    return {**numbers, **{key: _checked_strings(key, policy.get(key, [])) for key in _LISTS}}


def _checked_number(rule: Rule, value: Any) -> int:
    """Return a rule's value as a plain integer; PolicyError where it is none or out of range."""
    if isinstance(value, bool) or not isinstance(value, int) or not rule.least <= value <= MAX_VALUE:
        raise PolicyError(f"The policy's {rule.key} must be a whole number from {rule.least} to {MAX_VALUE}.")
    return int(value)


def _checked_strings(key: str, value: Any) -> list[str]:
    """Return a copy of a list of strings; PolicyError where it is none."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise PolicyError(f"The policy's {key} must be a list of strings.")
    return [str(text) for text in value]


def violations(password: str, policy: Any) -> list[str]:
    """Say what is wrong with a password: by ISC's rules for every password, then by the policy.

    :arg password: the password in clear text.
    :arg policy: either form that ``as_policy`` takes. ``history``, ``checks`` and ``unknown`` are not judged,
        because only ISC can.
    :returns: one sentence for each violated rule, in the order of ``RULES``; empty when none is violated. A
        sentence holds counts, never the password.
    :raises PolicyError: the policy is malformed.
    """
    rules = as_policy(policy)
    judged = (_rule_violation(rule, password, rules[rule.key]) for rule in RULES if rule.measure and rule.key in rules)
    return _product_violations(password) + [sentence for sentence in judged if sentence]


def _product_violations(password: str) -> list[str]:
    """Return the sentences for the rules that ISC applies to every password."""
    sentences = []
    if not password:
        sentences.append("It is empty.")
    foreign = sum(not " " <= character <= "~" for character in password)
    if foreign:
        sentences.append(f"It has {_counted(foreign, 'character')} outside printable ASCII, which ISC refuses.")
    if ":" in password:
        sentences.append("It has a colon, which ISC refuses in every password.")
    return sentences


def _rule_violation(rule: Rule, password: str, limit: int) -> str | None:
    """Return the sentence for a violated rule that has a measure, or None where the password satisfies it."""
    count = rule.measure(password) if rule.measure else limit
    if rule.is_met(count, limit):
        return None
    demand = "allows at most" if rule.at_most else "asks for at least"
    return f"It has {_counted(count, rule.noun)}, the policy {demand} {limit} ({rule.policy_name})."


def _counted(count: int, noun: str) -> str:
    """Return a count with its noun, in the plural where that is due."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
