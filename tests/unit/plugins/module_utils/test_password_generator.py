# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every generated password satisfies its policy, and only unsatisfiable policies are refused.

The formulas in this file that decide both share no code with the generator.
"""

from __future__ import annotations

import itertools
import random
import re
import time
from collections import Counter

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._password import policy as _policy
from ansible_collections.community.sailpoint.plugins.module_utils._password.policy import (
    DEFAULT_SPECIALS,
    OptionError,
    PolicyConflictError,
    PolicyError,
    generate_password,
    length_warning,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TYPES = ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]")
TYPE_KEYS = ("min_upper", "min_lower", "min_numeric", "min_special")
KEYS = ("min_length", "max_length", "min_alpha", "min_character_types", *TYPE_KEYS)
NAMES = ("MinLength", "MaxLength", "MinAlpha", "MinCharType", "MinUpper", "MinLower", "MinNumeric", "MinSpecial")


class StuckSource(random.Random):
    """A source of randomness that always returns zeros, and fails a test that waits for anything else."""

    def __init__(self):
        super().__init__()
        self.left = 100_000

    def getrandbits(self, k):
        self.left -= 1
        assert self.left, "the generator does not end"
        return 0

    def random(self):
        return self.getrandbits(53) / 2**53


def fewest(policy, specials):
    """Return the length of the shortest password without equal neighbors that satisfies the minima, or infinity.

    It is the minimum over all sets of character types that may be forced to occur.
    """
    lengths = [float("inf")]
    for forced in itertools.product((0, 1), repeat=4):
        if sum(forced) < policy.get("min_character_types", 0):
            continue
        upper, lower, digit, special = (max(force, policy.get(key, 0)) for force, key in zip(forced, TYPE_KEYS))
        if special and not specials:
            continue
        total = max(upper + lower, policy.get("min_alpha", 0)) + digit + special
        lengths.append(max(total, 2 * special - 1) if len(set(specials)) == 1 else total)
    return min(lengths)


def satisfiable(policy, length, specials):
    """Return whether any password satisfies the policy and the options."""
    shortest = max(1, policy.get("min_length", 0), fewest(policy, specials))
    longest = policy.get("max_length", float("inf"))
    if length is None and longest < 8:
        return False
    return shortest < float("inf") and shortest <= longest and (length is None or shortest <= length <= longest)


def satisfies(password, policy, specials):
    """Return whether a password satisfies the policy, ISC's rules and the option specials."""
    count = {kind: len(re.findall(kind, password)) for kind in TYPES}
    upper, lower, digit, special = count.values()
    run = policy.get("max_repeated_characters")
    return all(
        (
            re.fullmatch("[!-9;-~ ]+", password),
            set(re.findall(TYPES[3], password)) <= set(specials),
            policy.get("min_length", 0) <= len(password) <= policy.get("max_length", len(password)),
            upper >= policy.get("min_upper", 0),
            lower >= policy.get("min_lower", 0),
            digit >= policy.get("min_numeric", 0),
            special >= policy.get("min_special", 0),
            upper + lower >= policy.get("min_alpha", 0),
            sum(map(bool, count.values())) >= policy.get("min_character_types", 0),
            run is None or not re.search(rf"(.)\1{{{max(run, 1)}}}", password),
        )
    )


SMALL = st.integers(0, 9)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "min_length": st.integers(0, 40),
        "max_length": st.integers(1, 40),
        "min_alpha": SMALL,
        "min_numeric": SMALL,
        "min_upper": SMALL,
        "min_lower": SMALL,
        "min_special": SMALL,
        "min_character_types": st.integers(0, 5),
        "max_repeated_characters": st.integers(0, 3),
        "history": SMALL,
        "checks": st.just(["checkX"]),
        "unknown": st.just(["x is y"]),
    },
)
LENGTHS = st.one_of(st.none(), st.integers(1, 50))
CHOSEN_SPECIALS = st.one_of(
    st.none(), st.sampled_from(["", "-", "--", " ", "_."]), st.text("-_. ~!{}\"'\\", max_size=9)
)
SOURCES = st.one_of(st.integers().map(random.Random), st.builds(StuckSource), st.just(random.SystemRandom()))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(POLICIES, LENGTHS, CHOSEN_SPECIALS, SOURCES)
def test_a_password_satisfies_the_policy_or_no_password_can(policy, length, specials, rng):
    allowed = DEFAULT_SPECIALS if specials is None else specials
    if satisfiable(policy, length, allowed):
        password = generate_password(policy, length, specials, rng)
        assert satisfies(password, policy, allowed)
        assert password.__class__ is str
        assert not re.search(r"(.)\1", password)
        assert_length(password, policy, length, allowed)
        assert_types(password, policy, allowed)
        assert_ends(password, policy, allowed)
    else:
        with pytest.raises(PolicyConflictError) as caught:
            generate_password(policy, length, specials, rng)
        assert_named_conflict(str(caught.value), policy, length, allowed)


def assert_length(password, policy, length, specials):
    """Check that the length is the given one, or else 24 moved into the bounds of the policy."""
    needed = max(24, policy.get("min_length", 0), fewest(policy, specials))
    assert len(password) == (length or min(needed, policy.get("max_length", needed)))


def assert_types(password, policy, specials):
    """Check that no other character type would have fitted in."""
    present = sum(bool(re.search(kind, password)) for kind in TYPES)
    if present < (4 if specials else 3):
        more = {**policy, "min_character_types": present + 1}
        for kind, key in zip(TYPES, TYPE_KEYS):
            more[key] = max(policy.get(key, 0), int(bool(re.search(kind, password))))
        assert fewest(more, specials) > len(password)


def assert_ends(password, policy, specials):
    """Check that letters or digits stand at both ends if the required specials leave two of them."""
    demanded = policy.get("min_special", 0)
    others = len(password) - demanded
    single = len(set(specials)) == 1
    assert password[0].isalnum() or not others or single and others < demanded
    assert password[-1].isalnum() or others < 2 or single and others <= demanded


def assert_named_conflict(sentence, policy, length, specials):
    """Check that the named rules and options alone contradict each other."""
    named = {key: policy[key] for name, key in zip(NAMES, KEYS) if f"password{name} " in sentence}
    assert named
    assert sentence.count(".") == 1 and sentence.endswith(".")
    length = length if "option length" in sentence else None
    assert not satisfiable(named, length, specials if "option specials" in sentence else DEFAULT_SPECIALS)


CONFLICTS = """
passwordMinLength 20 is more than passwordMaxLength 16.
At least 20 characters are needed for passwordMinUpper 5, passwordMinLower 5, passwordMinNumeric 5 and \
passwordMinSpecial 5, but passwordMaxLength allows 16.
At least 9 characters are needed for passwordMinAlpha 9, but passwordMaxLength allows 8.
At least 9 characters are needed for passwordMinUpper 7 and passwordMinCharType 3, but passwordMaxLength allows 8.
passwordMinCharType 5 is more than the 4 character types that exist.
passwordMinCharType 4 asks for special characters, the option specials is empty.
passwordMinSpecial 1 asks for special characters, the option specials is empty.
At least 7 characters are needed for passwordMinSpecial 4 with one character in the option specials, \
never beside itself, but passwordMaxLength allows 6.
The option length 8 is less than passwordMinLength 12.
The option length 16 is more than passwordMaxLength 12.
At least 9 characters are needed for passwordMinNumeric 9, but the option length allows 8.
"""
CAUSES = [
    ({"min_length": 20, "max_length": 16}, {}),
    ({**dict.fromkeys(TYPE_KEYS, 5), "max_length": 16}, {}),
    ({"min_alpha": 9, "min_upper": 2, "max_length": 8}, {}),
    ({"min_upper": 7, "min_character_types": 3, "max_length": 8}, {}),
    ({"min_character_types": 5}, {}),
    ({"min_character_types": 4}, {"specials": ""}),
    ({"min_special": 1}, {"specials": ""}),
    ({"min_special": 4, "max_length": 6}, {"specials": "--"}),
    ({"min_length": 12}, {"length": 8}),
    ({"max_length": 12}, {"length": 16}),
    ({"min_numeric": 9}, {"length": 8}),
]


def test_each_conflict_has_its_sentence():
    sentences = []
    for policy, options in CAUSES:
        with pytest.raises(PolicyConflictError) as caught:
            generate_password(policy, **options)
        sentences.append(str(caught.value))
    assert sentences == CONFLICTS.strip().splitlines()


MALFORMED = {"length": (0, -1, True, "8", 8.0, 10000), "specials": (":", "-a", "1", "\xa3", "\n", ["-"], 1)}


@pytest.mark.parametrize("options", [{name: value} for name, values in MALFORMED.items() for value in values])
def test_a_malformed_option_is_named(options):
    with pytest.raises(OptionError, match=f"^The option {next(iter(options))} must be "):
        generate_password([], **options)


def test_all_errors_are_policy_errors_and_value_errors():
    with pytest.raises(PolicyError, match="min_lenght"):
        generate_password({"min_lenght": 8})
    assert issubclass(PolicyConflictError, PolicyError) and issubclass(OptionError, PolicyError)
    assert issubclass(PolicyError, ValueError)


def test_all_characters_are_about_equally_frequent():
    rng = random.Random(1)
    drawn = Counter("".join(generate_password([], 400, rng=rng)[1:-1] for _each in range(200)))
    assert len(drawn) == 62 + len(DEFAULT_SPECIALS)
    expected = sum(drawn.values()) / len(drawn)
    assert all(0.85 * expected < count < 1.15 * expected for count in drawn.values())


def test_required_characters_are_drawn_from_their_whole_alphabet():
    rng = random.Random(4)
    sizes = {"min_upper": 26, "min_lower": 26, "min_numeric": 10, "min_special": len(DEFAULT_SPECIALS), "min_alpha": 52}
    for key, size in sizes.items():
        drawn = [generate_password({key: 9, "max_length": 9}, rng=rng) for _each in range(300)]
        assert len(set("".join(drawn))) == size


@pytest.mark.parametrize("longest", [1, 7])
def test_a_policy_alone_makes_no_password_that_anybody_guesses(longest):
    # Otherwise "passwordMaxLength is 1" would make the password "A".
    policies = [f"passwordMaxLength is {longest}"]
    with pytest.raises(PolicyConflictError) as refused:
        generate_password(policies)
    assert str(refused.value) == (
        f"passwordMaxLength {longest} allows fewer than 8 characters, and such a password is only generated for an "
        "option length."
    )
    assert len(generate_password(policies, longest)) == longest


def test_a_password_that_a_policy_makes_short_is_warned_of():
    warnings = [length_warning(generate_password({"max_length": longest})) for longest in (8, 11, 12, 24)]
    assert [text is not None for text in warnings] == [True, True, False, False]
    assert warnings[1].startswith("The generated password has only 11 characters, because the policy allows no more.")


def test_every_kind_of_character_reaches_every_place():
    rng = random.Random(2)
    drawn = [generate_password({"min_special": 2}, 10, rng=rng) for _each in range(1000)]
    for place in range(10):
        seen = {password[place] for password in drawn}
        assert all(any(re.match(kind, character) for character in seen) for kind in TYPES[:3])
        assert any(not character.isalnum() for character in seen) == (0 < place < 9)


def test_a_single_special_reaches_every_inner_place():
    rng = random.Random(3)
    drawn = [generate_password({"min_special": 2}, 6, "-", rng) for _each in range(200)]
    assert {match.start() for password in drawn for match in re.finditer("-", password)} == {1, 2, 3, 4}


@pytest.mark.parametrize("specials", [None, "-", ""])
def test_generation_ends_even_with_a_stuck_source(specials):
    policy = {"min_numeric": 100, "min_special": 100 if specials != "" else 0}
    for length in (200, 500, 2000):
        if satisfiable(policy, length, DEFAULT_SPECIALS if specials is None else specials):
            password = generate_password(policy, length, specials, StuckSource())
            assert satisfies(password, policy, DEFAULT_SPECIALS) and not re.search(r"(.)\1", password)


def test_the_default_source_is_that_of_the_operating_system(monkeypatch):
    assert generate_password([], rng=random.Random(5)) == generate_password([], rng=random.Random(5))
    assert len({generate_password([]) for _each in range(50)}) == 50
    made = []
    monkeypatch.setattr(_policy.secrets, "SystemRandom", lambda: made.append(1) or random.Random(5))
    assert generate_password([]) == generate_password([], rng=random.Random(5))
    assert made == [1]


@pytest.mark.parametrize(
    "policy", [{"min_length": 9999}, dict.fromkeys(("min_upper", "min_lower", "min_special"), 9999)]
)
def test_the_largest_policies_are_handled_quickly(policy):
    started = time.process_time()
    assert satisfies(generate_password(policy), policy, DEFAULT_SPECIALS)
    assert time.process_time() - started < 5
