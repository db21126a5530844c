# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses password policies, checks passwords against them, and generates passwords that comply.

ISC sends a policy as strings of the form ``<name> is <value>``. Four names are published in its OpenAPI description
(``passwordMinLength``, ``passwordMinAlpha``, ``passwordMinNumeric``, ``passwordRepeatedChar``). The other names in
``RULES`` are those of SailPoint's sister product. Strings that are not understood are preserved. ISC alone decides
whether it accepts a password; all results of this module are advice.

The meaning of the rules and the characters that a password may contain are from
https://documentation.sailpoint.com/saas/help/pwd/pwd_policies/pwd_reqs.html.

A *parsed policy* is a dictionary that JSON can represent. It has a key of ``RULES`` only if the policy has that rule;
the value is an integer from 0 to ``MAX_VALUE``. ``parse_policies`` always adds two keys with lists of strings:
``checks``, the names of enabled checks that only ISC can perform (such as ``checkPasswordsAgainstDictionary``), and
``unknown``, the strings that were not understood.
"""

from __future__ import annotations

import random
import re
import secrets
import string
import typing as t
from itertools import groupby

from .._text import listed

UPPER = string.ascii_uppercase
LOWER = string.ascii_lowercase
DIGITS = string.digits
SPECIALS = string.punctuation.replace(":", "") + " "
"""Every special character that ISC accepts: printable ASCII punctuation except the colon, and the blank."""

MAX_VALUE = 9999
"""The largest value of a rule. Larger numbers mean "unlimited" or are mistakes, so they count as not understood."""

_STATEMENT = re.compile(r"\s*(?P<name>[A-Za-z]\w*)\s+is\s+(?P<value>\S+)\s*", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")
_CHECK_NAME = re.compile(r"check[A-Z]\w*", re.ASCII)
_LISTS = ("checks", "unknown")


class PolicyError(ValueError):
    """A policy or an option is malformed. The message is one sentence that names the key and contains no value."""


def _counter(alphabet: str) -> t.Callable[[str], int]:
    return lambda password: sum(character in alphabet for character in password)


def _longest_run(password: str) -> int:
    """Return the length of the longest run of one character, or 0 if no character follows itself.

    A single character is not a repetition, so a limit of 0 means the same as a limit of 1.
    """
    runs = [len(list(run)) for _character, run in groupby(password)]
    return max((run for run in runs if run > 1), default=0)


def _character_types(password: str) -> int:
    return sum(any(character in alphabet for character in password) for alphabet in (UPPER, LOWER, DIGITS, SPECIALS))


class Rule(t.NamedTuple):
    """A numeric rule of a policy.

    :ivar key: the rule's key in the parsed policy.
    :ivar policy_name: its name in ISC's policy strings.
    :ivar noun: what the rule counts, in the singular.
    :ivar measure: counts it in a password. ``None`` if only ISC can check the rule.
    :ivar at_most: whether the value is an upper limit rather than a lower one.
    :ivar least: the smallest value that makes sense.
    """

    key: str
    policy_name: str
    noun: str = ""
    measure: t.Callable[[str], int] | None = None
    at_most: bool = False
    least: int = 0


# In SailPoint's own example, "Maximum consecutive characters" of 2 refuses `passsword`. So the value is the longest
# allowed run, although the text beside it ("after the first occurrence") could mean a run longer by one.
RULES = (
    Rule("min_length", "passwordMinLength", "character", len),
    Rule("max_length", "passwordMaxLength", "character", len, at_most=True, least=1),
    Rule("min_alpha", "passwordMinAlpha", "letter", _counter(UPPER + LOWER)),
    Rule("min_numeric", "passwordMinNumeric", "digit", _counter(DIGITS)),
    Rule("min_upper", "passwordMinUpper", "upper-case letter", _counter(UPPER)),
    Rule("min_lower", "passwordMinLower", "lower-case letter", _counter(LOWER)),
    Rule("min_special", "passwordMinSpecial", "special character", _counter(SPECIALS)),
    Rule("min_character_types", "passwordMinCharType", "character type", _character_types),
    Rule("max_repeated_characters", "passwordRepeatedChar", "consecutive equal character", _longest_run, at_most=True),
    Rule("history", "passwordHistory"),
)
"""The only table of rules. Parser, checker, generator and the test of the documentation use it."""

_RULES_BY_KEY = {rule.key: rule for rule in RULES}
_RULES_BY_NAME = {rule.policy_name: rule for rule in RULES}


def whole_number(text: str) -> int | None:
    """Return the number that one to four ASCII digits represent, or ``None`` for any other text."""
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def parse_policies(policies: list[str]) -> dict[str, t.Any]:
    """Parse the strings that ISC sends as ``policies``. Never raises.

    :param policies: for example ``["passwordMinLength is 8", "checkPasswordsAgainstDictionary is true"]``. If a rule
        occurs twice, the stricter value counts. A check that is ``false`` is dropped.
    :returns: the parsed policy (see the top of this file); ``{"checks": [], "unknown": []}`` for an empty list. Its
        keys are in the order of ``RULES``, so equal policies serialize to equal text. An element that is not a string
        is converted with ``str`` and added to ``unknown``.
    """
    numbers: dict[str, int] = {}
    checks: list[str] = []
    unknown: list[str] = []
    for text in map(str, policies):
        statement = _STATEMENT.fullmatch(text)
        name, value = statement.groups() if statement is not None else ("", "")
        rule, number = _RULES_BY_NAME.get(name), whole_number(value)
        if rule is not None and number is not None and number >= rule.least:
            numbers[rule.key] = (min if rule.at_most else max)(numbers.get(rule.key, number), number)
        elif _CHECK_NAME.fullmatch(name) and value.lower() in ("true", "false"):
            checks += [name] if value.lower() == "true" and name not in checks else []
        else:
            unknown.append(text)
    ordered = {rule.key: numbers[rule.key] for rule in RULES if rule.key in numbers}
    return {**ordered, "checks": checks, "unknown": unknown}


def as_policy(policy: t.Any) -> dict[str, t.Any]:
    """Return a parsed policy, whether *policy* is already parsed or not.

    :param policy: a list or tuple of strings as ISC sends them, or a parsed policy, which is validated and copied. All
        keys of a parsed policy are optional, so that it can also be written by hand.
    :raises PolicyError: *policy* is neither, has an unknown key, or has a value of the wrong type or range.
    """
    if isinstance(policy, (list, tuple)):
        return parse_policies(list(policy))
    if not isinstance(policy, t.Mapping):
        raise PolicyError("The policy must be a list of policy strings or a parsed policy, which is a dictionary.")
    for key in policy:
        if not isinstance(key, str) or key not in _RULES_BY_KEY and key not in _LISTS:
            raise PolicyError(f"The policy has the key {str(key)!r}, which is not a rule of a password policy.")
    checked: dict[str, t.Any] = {}
    for rule in RULES:
        value = policy.get(rule.key, rule.least)
        if isinstance(value, bool) or not isinstance(value, int) or not rule.least <= value <= MAX_VALUE:
            raise PolicyError(f"The policy's {rule.key} must be a whole number from {rule.least} to {MAX_VALUE}.")
        if rule.key in policy:
            checked[rule.key] = int(value)
    for key in _LISTS:
        value = policy.get(key, [])
        if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
            raise PolicyError(f"The policy's {key} must be a list of strings.")
        checked[key] = [str(text) for text in value]
    return checked


def violations(password: str, policy: t.Any) -> list[str]:
    """Return how a password violates ISC's rules for every password and the policy.

    :param password: the password in clear text.
    :param policy: either form that ``as_policy`` takes. ``history``, ``checks`` and ``unknown`` are ignored, because
        only ISC can check them.
    :returns: one sentence per violated rule, in the order of ``RULES``. A sentence contains counts, never the password.
    :raises PolicyError: the policy is malformed.
    """
    rules = as_policy(policy)
    sentences = []
    if not password:
        sentences.append("It is empty.")
    foreign = sum(not " " <= character <= "~" for character in password)
    if foreign:
        sentences.append(f"It has {_counted(foreign, 'character')} outside printable ASCII, which ISC refuses.")
    if ":" in password:
        sentences.append("It has a colon, which ISC refuses in every password.")
    for rule in RULES:
        if rule.measure is None or rule.key not in rules:
            continue
        count, limit = rule.measure(password), rules[rule.key]
        if count > limit if rule.at_most else count < limit:
            demand = "allows at most" if rule.at_most else "asks for at least"
            sentences.append(f"It has {_counted(count, rule.noun)}, the policy {demand} {limit} ({rule.policy_name}).")
    return sentences


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


DEFAULT_LENGTH = 24  # Characters, unless the caller or the policy demands something else.
MIN_DEFAULT_LENGTH = 8  # Characters. A shorter password is generated only if the caller asks for its length.

RECOMMENDED_LENGTH = 12
"""Characters. ``length_warning`` warns of a shorter password: a policy could be set to make passwords easy to guess."""

DEFAULT_SPECIALS = "-._~"
"""The unreserved characters of RFC 3986, section 2.3. Inside a word, none of them needs quoting in a URL, a shell, a
CSV file, a distinguished name, an LDAP filter, XML, JSON or YAML."""

_TYPES = ("upper", "lower", "digit", "special")
_ALNUM = UPPER + LOWER + DIGITS


class PolicyConflictError(PolicyError):
    """No password can satisfy the rules and options together. The message is one sentence that names them."""


class OptionError(PolicyError):
    """An option of the generator is malformed. The message is one sentence that names it."""


class _Minimum(t.NamedTuple):
    """The smallest set of characters that satisfies a policy.

    :ivar counts: characters by kind: the four types, and ``letter`` for a letter of either case.
    :ivar length: the length of the shortest password that has room for them.
    :ivar causes: the rules that require this length, as words for a sentence.
    """

    counts: dict[str, int]
    length: int
    causes: str


def generate_password(
    policy: t.Any, length: int | None = None, specials: str | None = None, rng: random.Random | None = None
) -> str:
    """Return a random password that satisfies the policy and ISC's rules for every password.

    If the length leaves room beside the characters that the policy requires, the password has an upper-case letter, a
    lower-case letter, a digit and a special character. It never has the same character twice in a row. It starts and
    ends with a letter or digit if it has two of them.

    :param policy: either form that ``as_policy`` takes. ``history``, ``checks`` and ``unknown`` are ignored.
    :param length: characters, from 1 to ``MAX_VALUE``. The default is ``DEFAULT_LENGTH``, raised or lowered to fit the
        policy, but never below ``MIN_DEFAULT_LENGTH``. ISC's keys can't encrypt passwords of more than 245 characters
        (RSA with 2048 bits) or 501 characters (4096 bits).
    :param specials: the special characters to choose from, a subset of ``SPECIALS``. Duplicates are ignored. The
        default is ``DEFAULT_SPECIALS``; with an empty string, the password has no special characters.
    :param rng: the source of randomness, for tests. The default is the operating system's.
    :returns: the password in printable ASCII.
    :raises PolicyConflictError: no password satisfies the policy and the options.
    :raises OptionError: an option has the wrong type or an invalid value.
    :raises PolicyError: the policy is malformed.
    """
    rules = as_policy(policy)
    chosen = DEFAULT_SPECIALS if specials is None else specials
    if not isinstance(chosen, str) or not set(chosen) <= set(SPECIALS):
        raise OptionError(
            "The option specials must be a string of printable ASCII punctuation without the colon, or blanks."
        )
    chosen = "".join(dict.fromkeys(chosen))
    minimum = _minimum(rules, chosen)
    if length is not None and (isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= MAX_VALUE):
        raise OptionError(f"The option length must be a whole number from 1 to {MAX_VALUE}.")
    counts = _count_kinds(minimum, _total_length(rules, minimum, length), chosen)
    rng = rng or secrets.SystemRandom()
    return _draw(_arrange(counts, chosen, rng), chosen, rng)


def length_warning(password: str) -> str | None:
    """Return a warning if a generated password is short because its policy allows no more, or ``None``."""
    if len(password) >= RECOMMENDED_LENGTH:
        return None
    return (
        f"The generated password has only {len(password)} characters, because the policy allows no more. With fewer "
        f"than {RECOMMENDED_LENGTH} it is easier to guess: check passwordMaxLength of the policy in ISC."
    )


def _named(rules: dict[str, t.Any], key: str) -> str:
    return f"{_RULES_BY_KEY[key].policy_name} {rules[key]}"


def _minimum(rules: dict[str, t.Any], specials: str) -> _Minimum:
    """Return the smallest set of characters that satisfies the lower limits.

    :raises PolicyConflictError: no set of characters can satisfy them.
    """
    _check_types(rules, specials)
    keys = dict(zip(_TYPES, ("min_upper", "min_lower", "min_numeric", "min_special")))
    counts = {kind: rules.get(key, 0) for kind, key in keys.items()}
    letters = rules.get("min_alpha", 0) - counts["upper"] - counts["lower"]
    causes = ["min_alpha", "min_numeric", "min_special"] if letters > 0 else list(keys.values())

    # Letters of either case first provide a missing case, which adds a character type at no cost.
    for kind in ("upper", "lower"):
        if letters > 0 and not counts[kind]:
            counts[kind] = 1
            letters -= 1
    types = sum(map(bool, counts.values()))
    for kind in [kind for kind in _TYPES if not counts[kind]][: max(rules.get("min_character_types", 0) - types, 0)]:
        counts[kind] = 1
        causes = list(dict.fromkeys([*causes, "min_character_types"]))
    counts["letter"] = max(letters, 0)

    length = sum(counts.values())
    separated = 2 * counts["special"] - 1
    if len(specials) == 1 and separated > length:
        cause = f"{_named(rules, 'min_special')} with one character in the option specials, never beside itself"
        return _Minimum(counts, separated, cause)
    return _Minimum(counts, length, listed([_named(rules, key) for key in causes if rules.get(key)]))


def _check_types(rules: dict[str, t.Any], specials: str) -> None:
    """Raise PolicyConflictError if the policy requires character types that can't occur."""
    types = rules.get("min_character_types", 0)
    if types > len(_TYPES):
        raise PolicyConflictError(
            f"{_named(rules, 'min_character_types')} is more than the {len(_TYPES)} character types that exist."
        )
    if specials:
        return
    for key, smallest in (("min_special", 1), ("min_character_types", len(_TYPES))):
        if rules.get(key, 0) >= smallest:
            raise PolicyConflictError(
                f"{_named(rules, key)} asks for special characters, the option specials is empty."
            )


def _total_length(rules: dict[str, t.Any], minimum: _Minimum, length: int | None) -> int:
    """Return the length of the password.

    :raises PolicyConflictError: no length is possible.
    """
    shortest, longest = rules.get("min_length", 0), rules.get("max_length", MAX_VALUE * len(_TYPES) * 2)
    if shortest > longest:
        raise PolicyConflictError(f"{_named(rules, 'min_length')} is more than {_named(rules, 'max_length')}.")
    _check_room(minimum, longest, _RULES_BY_KEY["max_length"].policy_name)
    if length is None:
        if longest < MIN_DEFAULT_LENGTH:
            raise PolicyConflictError(
                f"{_named(rules, 'max_length')} allows fewer than {MIN_DEFAULT_LENGTH} characters, and such a password "
                "is only generated for an option length."
            )
        return min(max(DEFAULT_LENGTH, shortest, minimum.length), longest)
    if length > longest:
        raise PolicyConflictError(f"The option length {length} is more than {_named(rules, 'max_length')}.")
    if length < shortest:
        raise PolicyConflictError(f"The option length {length} is less than {_named(rules, 'min_length')}.")
    _check_room(minimum, length, "the option length")
    return length


def _check_room(minimum: _Minimum, limit: int, name: str) -> None:
    """Raise PolicyConflictError if more than *limit* characters are required, the maximum that *name* sets."""
    if minimum.length > limit:
        raise PolicyConflictError(
            f"At least {minimum.length} characters are needed for {minimum.causes}, but {name} allows {limit}."
        )


def _count_kinds(minimum: _Minimum, length: int, specials: str) -> dict[str, int]:
    """Return the number of characters of each kind: the required ones, missing types if there is room, and the rest.

    The kinds are those of ``_Minimum`` and ``any``, a character from the whole alphabet.
    """
    counts = dict(minimum.counts)
    room = length - sum(counts.values())
    # Many sources require all four types on their own without reporting that to ISC.
    for kind in _TYPES if specials else _TYPES[:-1]:
        if room and not counts[kind]:
            counts[kind] = 1
            room -= 1
    return {**counts, "any": room}


def _arrange(counts: dict[str, int], specials: str, rng: random.Random) -> list[str]:
    """Return the kinds in random order, without a special character at either end if there are two other characters.

    If *specials* is a single character, it never gets two adjacent places. ``_Minimum.length`` leaves room for that.
    """
    others = [kind for kind, count in counts.items() if kind != "special" for _each in range(count)]
    rng.shuffle(others)
    if len(specials) != 1:
        middle = others[2:] + ["special"] * counts["special"]
        rng.shuffle(middle)
        return others[:1] + middle + others[1:2]
    # Not `sample`, which may redraw any number of times to avoid duplicates.
    gaps = list(range(1, len(others)))
    rng.shuffle(gaps)
    for gap in sorted([*gaps, len(others), 0][: counts["special"]], reverse=True):
        others.insert(gap, "special")
    return others


def _draw(kinds: list[str], specials: str, rng: random.Random) -> str:
    """Return a password with a random character of each kind that is allowed at its place.

    There is always a character to draw. An alphabet has at least ten characters, from which at most two are excluded,
    or it is *specials*, from which at most the previous character is excluded. A single special character is never
    excluded from its own places, because the character before each of them is never the same.
    """
    alphabets = {"upper": UPPER, "lower": LOWER, "digit": DIGITS, "special": specials, "letter": UPPER + LOWER}
    password: list[str] = []
    for place, kind in enumerate(kinds):
        inner = 0 < place < len(kinds) - 1
        alphabet = alphabets.get(kind, _ALNUM + specials if inner else _ALNUM)
        excluded = set(password[-1:])
        if len(specials) == 1 and kinds[place + 1 : place + 2] == ["special"]:
            excluded.add(specials)
        password.append(rng.choice([character for character in alphabet if character not in excluded]))
    return "".join(password)
