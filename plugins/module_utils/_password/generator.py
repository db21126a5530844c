# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a random password that satisfies a password policy of Identity Security Cloud (ISC).

Pure: no Ansible, no network; the source of randomness is a parameter.

A password is constructed, never drawn until one fits: the kinds of its characters are counted, put in a random
order, and each place is filled from its kind's alphabet without the character before it. So every call ends after
one pass, whatever the policy and whatever the random source gives.
"""

from __future__ import annotations

import random
import secrets
from typing import Any, NamedTuple

from .policy import DIGITS, LOWER, MAX_VALUE, RULE_OF_KEY, SPECIALS, UPPER, PolicyError, as_policy

DEFAULT_LENGTH = 24
"""Characters, where neither the caller nor the policy says otherwise."""

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


class _Demand(NamedTuple):
    """The fewest characters that satisfy a policy."""

    counts: dict[str, int]
    """Characters of each kind: the four types, and ``letter`` for a letter of either case."""
    least: int
    """The shortest password that has room for them."""
    causes: str
    """The rules that need so many characters, for a sentence."""


def generate_password(
    policy: Any,
    length: int | None = None,
    specials: str | None = None,
    rng: random.Random | None = None,
) -> str:
    """Return a random password that satisfies the policy and ISC's rules for every password.

    It has an upper-case letter, a lower-case letter, a digit and a special character wherever its length has room
    for them beside what the policy demands; never the same character twice in a row; and a letter or digit at both
    ends wherever there are two to put there.

    :arg policy: either form that ``as_policy`` takes. ``history``, ``checks`` and ``unknown`` have no influence.
    :arg length: characters, 1 to ``MAX_VALUE``. By default ``DEFAULT_LENGTH``, more where the policy needs more,
        less where it allows only less, but never below ``SHORTEST``. A password of over 245 characters can't be
        encrypted for ISC with an RSA key of 2048 bits (501 with 4096 bits).
    :arg specials: the special characters to choose from, out of ``SPECIALS``; duplicates do not count. By default
        ``DEFAULT_SPECIALS``; an empty string makes a password without any.
    :arg rng: the source of randomness, for tests. By default that of the operating system.
    :returns: the password, a plain ``str`` of printable ASCII.
    :raises PolicyConflictError: no password satisfies the policy together with the options.
    :raises OptionError: an option has the wrong type or holds what it may not.
    :raises PolicyError: the policy is malformed.
    """
    rules = as_policy(policy)
    chosen = _checked_specials(specials)
    demand = _demand(rules, chosen)
    total = _total_length(rules, demand, _checked_length(length))
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


def _checked_specials(specials: Any) -> str:
    """Return the special characters to choose from, each once; OptionError where they are not allowed."""
    if specials is None:
        return DEFAULT_SPECIALS
    if not isinstance(specials, str) or not set(specials) <= set(SPECIALS):
        raise OptionError(
            "The option specials must be a string of printable ASCII punctuation without the colon, or blanks."
        )
    return "".join(dict.fromkeys(specials))


def _checked_length(length: Any) -> int | None:
    """Return the option length; OptionError where it is no sensible number."""
    if length is None:
        return None
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= MAX_VALUE:
        raise OptionError(f"The option length must be a whole number from 1 to {MAX_VALUE}.")
    return int(length)


def _named(rules: dict[str, Any], key: str) -> str:
    """Return a rule's name in the policy strings with its value, for a sentence."""
    return f"{RULE_OF_KEY[key].policy_name} {rules[key]}"


def _listed(words: list[str]) -> str:
    """Return words as a sentence enumerates them."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _demand(rules: dict[str, Any], specials: str) -> _Demand:
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


def _check_types(rules: dict[str, Any], specials: str) -> None:
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


def _total_length(rules: dict[str, Any], demand: _Demand, length: int | None) -> int:
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
