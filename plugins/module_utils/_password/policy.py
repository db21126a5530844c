# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password policies: what one of ISC says, what a password violates, and a password that violates nothing.

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

import random
import re
import secrets
import string
import typing as t
from itertools import groupby

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


def _counter(alphabet: str) -> t.Callable[[str], int]:
    return lambda password: sum(character in alphabet for character in password)


def _longest_repetition(password: str) -> int:
    """Return the length of the longest run of one character, or 0 where no character follows itself.

    A single character is not a repetition, so a limit of 0 means the same as a limit of 1.
    """
    runs = [len(list(run)) for _character, run in groupby(password)]
    return max((run for run in runs if run > 1), default=0)


def _character_types(password: str) -> int:
    return sum(any(character in alphabet for character in password) for alphabet in (UPPER, LOWER, DIGITS, SPECIALS))


class Rule(t.NamedTuple):
    """One numeric rule of a policy."""

    key: str
    """Its key in the parsed policy."""
    policy_name: str
    """Its name in ISC's policy strings."""
    noun: str = ""
    """What it counts, in the singular."""
    measure: t.Callable[[str], int] | None = None
    """Counts that in a password. Without it, only ISC can judge the rule."""
    at_most: bool = False
    """Whether the value is an upper limit, not a lower one."""
    least: int = 0
    """The smallest value that makes sense."""


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


def parse_policies(policies: list[str]) -> dict[str, t.Any]:
    """Parse the strings that ISC sends as ``policies``.

    :param policies: for example ``["passwordMinLength is 8", "checkPasswordsAgainstDictionary is true"]``.
        Of a rule given twice, the stricter value counts. A check that is ``false`` leaves no trace.
    :returns: the parsed policy (see the head of this file); ``{"checks": [], "unknown": []}`` for an empty list.
        Keys come in the order of ``RULES``, so equal policies give equal text.
    :raises: nothing, whatever the strings hold. An element that is not a string is in ``unknown`` as ``str`` gives it.
    """
    numbers: dict[str, int] = {}
    checks: list[str] = []
    unknown: list[str] = []
    for text in map(str, policies):
        statement = _STATEMENT.fullmatch(text)
        name, value = statement.groups() if statement is not None else ("", "")
        rule, number = _RULE_OF_NAME.get(name), whole_number(value)
        if rule is not None and number is not None and number >= rule.least:
            numbers[rule.key] = (min if rule.at_most else max)(numbers.get(rule.key, number), number)
        elif _CHECK_NAME.fullmatch(name) and value.lower() in ("true", "false"):
            checks += [name] if value.lower() == "true" and name not in checks else []
        else:
            unknown.append(text)
    ordered = {rule.key: numbers[rule.key] for rule in RULES if rule.key in numbers}
    return {**ordered, "checks": checks, "unknown": unknown}


def as_policy(policy: t.Any) -> dict[str, t.Any]:
    """Return the parsed policy for either form in which callers have one.

    :param policy: the strings as ISC sends them (a list or tuple), or a parsed policy (a mapping). All keys of the
        latter are optional, so that a policy can also be written by hand. It is checked and copied.
    :raises PolicyError: it is neither, has a key that no policy has, or a value of the wrong type or range.
    """
    if isinstance(policy, (list, tuple)):
        return parse_policies(list(policy))
    if not isinstance(policy, t.Mapping):
        raise PolicyError("The policy must be a list of policy strings or a parsed policy, which is a dictionary.")
    for key in policy:
        if not isinstance(key, str) or key not in RULE_OF_KEY and key not in _LISTS:
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
    """Say what is wrong with a password: by ISC's rules for every password, then by the policy.

    :param password: the password in clear text.
    :param policy: either form that ``as_policy`` takes. ``history``, ``checks`` and ``unknown`` are not judged,
        because only ISC can.
    :returns: one sentence for each violated rule, in the order of ``RULES``; empty when none is violated. A
        sentence holds counts, never the password.
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


DEFAULT_LENGTH = 24  # Characters, where neither the caller nor the policy says otherwise.

SHORTEST = 8
"""Characters, where a policy allows only so few. Shorter ones are for somebody who asks for that length to decide."""

ADVISED = 12
"""Characters below which a generated password is warned of. Whoever can set a policy could make it easy to guess."""

DEFAULT_SPECIALS = "-._~"
"""What RFC 3986, section 2.3 calls unreserved: inside a word, none of these needs quoting in a URL, a shell, a CSV
file, a distinguished name, an LDAP filter, XML, JSON or YAML."""

_TYPES = ("upper", "lower", "digit", "special")
_ALNUM = UPPER + LOWER + DIGITS


class PolicyConflictError(PolicyError):
    """No password can satisfy the rules and options together. The text is one sentence that names them."""


class OptionError(PolicyError):
    """An option of the generator is malformed. The text is one sentence that names it."""


class _Demand(t.NamedTuple):
    """The fewest characters that satisfy a policy."""

    counts: dict[str, int]
    """Characters of each kind: the four types, and ``letter`` for a letter of either case."""
    least: int
    """The shortest password that has room for them."""
    causes: str
    """The rules that need so many characters, for a sentence."""


def generate_password(
    policy: t.Any, length: int | None = None, specials: str | None = None, rng: random.Random | None = None
) -> str:
    """Return a random password that satisfies the policy and ISC's rules for every password.

    It has an upper-case letter, a lower-case letter, a digit and a special character wherever its length has room
    for them beside what the policy demands; never the same character twice in a row; and a letter or digit at both
    ends wherever there are two to put there.

    :param policy: either form that ``as_policy`` takes. ``history``, ``checks`` and ``unknown`` have no influence.
    :param length: characters, 1 to ``MAX_VALUE``. By default ``DEFAULT_LENGTH``, more where the policy needs more,
        less where it allows only less, but never below ``SHORTEST``. A password of over 245 characters can't be
        encrypted for ISC with an RSA key of 2048 bits (501 with 4096 bits).
    :param specials: the special characters to choose from, out of ``SPECIALS``; duplicates do not count. By default
        ``DEFAULT_SPECIALS``; an empty string makes a password without any.
    :param rng: the source of randomness, for tests. By default that of the operating system.
    :returns: the password, a plain ``str`` of printable ASCII.
    :raises PolicyConflictError: no password satisfies the policy together with the options.
    :raises OptionError: an option has the wrong type or holds what it may not.
    :raises PolicyError: the policy is malformed.
    """
    rules = as_policy(policy)
    chosen = DEFAULT_SPECIALS if specials is None else specials
    if not isinstance(chosen, str) or not set(chosen) <= set(SPECIALS):
        raise OptionError(
            "The option specials must be a string of printable ASCII punctuation without the colon, or blanks."
        )
    chosen = "".join(dict.fromkeys(chosen))
    demand = _demand(rules, chosen)
    if length is not None and (isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= MAX_VALUE):
        raise OptionError(f"The option length must be a whole number from 1 to {MAX_VALUE}.")
    total = _total_length(rules, demand, length)
    source = rng or secrets.SystemRandom()
    return _draw(_arranged(_slots(demand, total, chosen), chosen, source), chosen, source)


def length_warning(password: str) -> str | None:
    """Return a sentence about a generated password that is short because its policy allows no more, or ``None``."""
    if len(password) >= ADVISED:
        return None
    return (
        f"The generated password has only {len(password)} characters, because the policy allows no more. With fewer "
        f"than {ADVISED} it is easier to guess: check passwordMaxLength of the policy in ISC."
    )


def _named(rules: dict[str, t.Any], key: str) -> str:
    return f"{RULE_OF_KEY[key].policy_name} {rules[key]}"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _demand(rules: dict[str, t.Any], specials: str) -> _Demand:
    """Return the fewest characters that satisfy the minima; PolicyConflictError where no number of them can."""
    _check_types(rules, specials)
    keys = dict(zip(_TYPES, ("min_upper", "min_lower", "min_numeric", "min_special")))
    counts = {kind: rules.get(key, 0) for kind, key in keys.items()}
    letters = rules.get("min_alpha", 0) - counts["upper"] - counts["lower"]
    causes = ["min_alpha", "min_numeric", "min_special"] if letters > 0 else list(keys.values())

    # Letters of either case are first spent on a case that is missing: a type gained for nothing.
    for kind in ("upper", "lower"):
        if letters > 0 and not counts[kind]:
            counts[kind] = 1
            letters -= 1
    types = sum(map(bool, counts.values()))
    for kind in [kind for kind in _TYPES if not counts[kind]][: max(rules.get("min_character_types", 0) - types, 0)]:
        counts[kind] = 1
        causes = list(dict.fromkeys([*causes, "min_character_types"]))
    counts["letter"] = max(letters, 0)

    least = sum(counts.values())
    apart = 2 * counts["special"] - 1
    if len(specials) == 1 and apart > least:
        cause = f"{_named(rules, 'min_special')} with one character in the option specials, never beside itself"
        return _Demand(counts, apart, cause)
    return _Demand(counts, least, _listed([_named(rules, key) for key in causes if rules.get(key)]))


def _check_types(rules: dict[str, t.Any], specials: str) -> None:
    """Raise PolicyConflictError where the policy asks for types of character that can't occur."""
    types = rules.get("min_character_types", 0)
    if types > len(_TYPES):
        raise PolicyConflictError(
            f"{_named(rules, 'min_character_types')} is more than the {len(_TYPES)} character types that exist."
        )
    for key, asks in (("min_special", rules.get("min_special", 0) > 0), ("min_character_types", types == len(_TYPES))):
        if asks and not specials:
            raise PolicyConflictError(
                f"{_named(rules, key)} asks for special characters, the option specials is empty."
            )


def _total_length(rules: dict[str, t.Any], demand: _Demand, length: int | None) -> int:
    """Return the password's length in characters; PolicyConflictError where none is possible."""
    shortest, longest = rules.get("min_length", 0), rules.get("max_length", MAX_VALUE * len(_TYPES) * 2)
    if shortest > longest:
        raise PolicyConflictError(f"{_named(rules, 'min_length')} is more than {_named(rules, 'max_length')}.")
    _check_room(demand, longest, RULE_OF_KEY["max_length"].policy_name)
    if length is None:
        if longest < SHORTEST:
            raise PolicyConflictError(
                f"{_named(rules, 'max_length')} allows fewer than {SHORTEST} characters, and such a password is only "
                "generated for an option length."
            )
        return min(max(DEFAULT_LENGTH, shortest, demand.least), longest)
    if length > longest:
        raise PolicyConflictError(f"The option length {length} is more than {_named(rules, 'max_length')}.")
    if length < shortest:
        raise PolicyConflictError(f"The option length {length} is less than {_named(rules, 'min_length')}.")
    _check_room(demand, length, "the option length")
    return length


def _check_room(demand: _Demand, limit: int, name: str) -> None:
    """Raise PolicyConflictError where the minima need more than ``limit`` characters, which ``name`` allows."""
    if demand.least > limit:
        raise PolicyConflictError(
            f"At least {demand.least} characters are needed for {demand.causes}, but {name} allows {limit}."
        )


def _slots(demand: _Demand, total: int, specials: str) -> dict[str, int]:
    """Return how many of ``total`` characters are of each kind: what is demanded, a type that is missing, the rest.

    Kinds are those of ``_Demand`` and ``any``, a character out of the whole alphabet.
    """
    counts = dict(demand.counts)
    room = total - sum(counts.values())
    # Many sources ask natively for all four types and do not tell ISC, so they are there where there is room.
    for kind in _TYPES if specials else _TYPES[:-1]:
        if room and not counts[kind]:
            counts[kind] = 1
            room -= 1
    return {**counts, "any": room}


def _arranged(counts: dict[str, int], specials: str, rng: random.Random) -> list[str]:
    """Return the kinds in a random order, with no special at either end where two others can stand there.

    A single special character never gets two neighbouring places; ``_Demand.least`` makes sure that it need not.
    """
    number = counts["special"]
    others = [kind for kind, count in counts.items() if kind != "special" for _each in range(count)]
    rng.shuffle(others)
    if len(specials) != 1:
        middle = others[2:] + ["special"] * number
        rng.shuffle(middle)
        return others[:1] + middle + others[1:2]
    # Not `sample`, which may draw again and again until it has something new.
    gaps = list(range(1, len(others)))
    rng.shuffle(gaps)
    for gap in sorted([*gaps, len(others), 0][:number], reverse=True):
        others.insert(gap, "special")
    return others


def _draw(kinds: list[str], specials: str, rng: random.Random) -> str:
    """Return a character for each kind, each drawn from all that its place allows.

    Every alphabet but that of a single special has ten characters or more, or two specials, and at most two
    characters are excluded where it has more than those, so there is always one to draw.
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
