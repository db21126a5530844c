# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parsing policy strings, refusing malformed policies, and checking a password."""

from __future__ import annotations

import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._password.policy import (
    MAX_VALUE,
    RULES,
    SPECIALS,
    PolicyError,
    as_policy,
    parse_policies,
    violations,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

# Written out, to catch a typo in the table of rules.
NAMES = {
    "passwordMinLength": "min_length",
    "passwordMaxLength": "max_length",
    "passwordMinAlpha": "min_alpha",
    "passwordMinNumeric": "min_numeric",
    "passwordMinUpper": "min_upper",
    "passwordMinLower": "min_lower",
    "passwordMinSpecial": "min_special",
    "passwordMinCharType": "min_character_types",
    "passwordRepeatedChar": "max_repeated_characters",
    "passwordHistory": "history",
}
DOCUMENTED_SPECIALS = "~!@#$%^*()/_+-`={}\\|][;?,.&><'\" "


def test_the_table_holds_the_documented_names_and_characters():
    assert {rule.policy_name: rule.key for rule in RULES} == NAMES
    assert sorted(SPECIALS) == sorted(DOCUMENTED_SPECIALS)


def test_published_example_is_parsed():
    sent = ["passwordRepeatedChar is 3", "passwordMinAlpha is 1", "passwordMinLength is 5", "passwordMinNumeric is 1"]
    assert parse_policies(sent) == {
        "min_length": 5,
        "min_alpha": 1,
        "min_numeric": 1,
        "max_repeated_characters": 3,
        "checks": [],
        "unknown": [],
    }


@pytest.mark.parametrize(("name", "key"), NAMES.items())
def test_each_name_has_its_key_and_blanks_do_not_matter(name, key):
    for text in (f"{name} is 7", f"  {name}\t is   7 \n", f"{name} is 0007"):
        assert parse_policies([text]) == {key: 7, "checks": [], "unknown": []}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "passwordMinLength",
        "passwordMinLength is",
        "passwordMinLength 8",
        "passwordMinLength is -8",
        "passwordMinLength is +8",
        "passwordMinLength is 8.0",
        "passwordMinLength is eight",
        "passwordMinLength is \u0668",
        "passwordMinLength is \xb2",
        "passwordMinLength is 10000",
        "passwordMinLength is " + "9" * 5000,
        "passwordMaxLength is 0",
        "PASSWORDMINLENGTH is 8",
        "passwordMinLength IS 8",
        "passwordMinLengthis 8",
        "passwordMinLength\xa0is\xa08",
        "check is true",
        "checkers is true",
        "minHistoryUniqueChars is true",
        "min_length is 8",
        "checkPasswordsAgainstDictionary is 1",
    ],
)
def test_an_unknown_string_is_kept_unchanged(text):
    assert parse_policies([text]) == {"checks": [], "unknown": [text]}


def test_unknown_strings_keep_their_order_and_duplicates_beside_known_ones():
    parsed = parse_policies(["b is b", "passwordHistory is 3", "a is a", "b is b"])
    assert parsed == {"history": 3, "checks": [], "unknown": ["b is b", "a is a", "b is b"]}


def test_elements_that_are_not_strings_are_unknown():
    assert parse_policies([8, None, True, ["x"]])["unknown"] == ["8", "None", "True", "['x']"]


def test_the_stricter_of_two_equal_rules_counts():
    for name, key in NAMES.items():
        stricter = 3 if name in ("passwordMaxLength", "passwordRepeatedChar") else 9
        for values in ((3, 5, 9), (9, 5, 3), (5, 3, 9)):
            assert parse_policies([f"{name} is {value}" for value in values])[key] == stricter


def test_checks_that_are_on_are_listed_once():
    parsed = parse_policies(
        [
            "checkPasswordsAgainstDictionary is true",
            "checkPasswordsAgainstAccountAttributes is FALSE",
            "checkPasswordsAgainstIdentityAttributes is True",
            "checkPasswordsAgainstDictionary is true",
            "checkPasswordsAgainstDictionary is false",
        ]
    )
    assert parsed["checks"] == ["checkPasswordsAgainstDictionary", "checkPasswordsAgainstIdentityAttributes"]
    assert parsed["unknown"] == []


# A busy machine must not fail a test.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
STATEMENTS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from([*NAMES, "checkPasswordsAgainstDictionary", "other"]),
    st.sampled_from([" is ", " is", "is ", "\tis\n", " "]),
    st.one_of(st.integers().map(str), st.sampled_from(["true", "false", ""]), st.text(max_size=5)),
    st.sampled_from(["", " ", "\x00"]),
)


@CALM
@given(st.lists(st.one_of(st.text(), STATEMENTS, st.integers(), st.none())))
def test_parsing_never_raises_and_loses_no_unknown_string(policies):
    parsed = parse_policies(policies)
    assert json.loads(json.dumps(parsed)) == parsed
    assert set(parsed) <= {*NAMES.values(), "checks", "unknown"}
    assert not {key for key in parsed if hasattr(dict, key)}
    remaining = iter(map(str, policies))
    assert all(text in remaining for text in parsed["unknown"]), "unknown is not a subsequence of the input"
    assert as_policy(parsed) == parsed == as_policy(policies)


def test_a_policy_written_by_hand_is_checked_and_copied():
    mine = {"min_length": 8, "unknown": ["x"]}
    policy = as_policy(mine)
    assert policy == {"min_length": 8, "checks": [], "unknown": ["x"]}
    policy["unknown"].append("y")
    assert mine == {"min_length": 8, "unknown": ["x"]}
    assert as_policy({}) == as_policy([]) == as_policy(()) == {"checks": [], "unknown": []}


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        ({"min_lenght": 8}, "min_lenght"),
        ({8: 8}, "8"),
        ({"passwordMinLength": 8}, "passwordMinLength"),
        ({"min_length": True}, "min_length"),
        ({"min_upper": None}, "min_upper"),
        ({"min_lower": -1}, "min_lower"),
        ({"min_special": 1.0}, "min_special"),
        ({"max_length": 0}, "max_length"),
        ({"history": MAX_VALUE + 1}, "history"),
        ({"checks": "x"}, "checks"),
        ({"unknown": [1]}, "unknown"),
        ({"checks": None}, "checks"),
        (None, "list"),
        ("passwordMinLength is 8", "list"),
        (8, "list"),
    ],
)
def test_a_malformed_policy_is_refused_in_one_sentence(policy, named):
    for judge in (as_policy, lambda policy: violations("x", policy)):
        with pytest.raises(PolicyError) as caught:
            judge(policy)
        assert named in str(caught.value)
        assert str(caught.value).count(".") == 1 and str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("password", "policy", "sentences"),
    [
        ("abcd", {"min_length": 8}, ["It has 4 characters, the policy asks for at least 8 (passwordMinLength)."]),
        ("abcd", {"min_length": 4, "max_length": 4}, []),
        ("abcde", {"max_length": 4}, ["It has 5 characters, the policy allows at most 4 (passwordMaxLength)."]),
        ("a1B2", {"min_alpha": 3}, ["It has 2 letters, the policy asks for at least 3 (passwordMinAlpha)."]),
        ("a1B", {"min_numeric": 2}, ["It has 1 digit, the policy asks for at least 2 (passwordMinNumeric)."]),
        ("aB", {"min_upper": 2}, ["It has 1 upper-case letter, the policy asks for at least 2 (passwordMinUpper)."]),
        ("AB", {"min_lower": 1}, ["It has 0 lower-case letters, the policy asks for at least 1 (passwordMinLower)."]),
        (
            "a-",
            {"min_special": 2},
            ["It has 1 special character, the policy asks for at least 2 (passwordMinSpecial)."],
        ),
        ("a ", {"min_special": 1}, []),
        (
            "aB",
            {"min_character_types": 3},
            ["It has 2 character types, the policy asks for at least 3 (passwordMinCharType)."],
        ),
        ("aB1 ", {"min_character_types": 4}, []),
        ("password", {"max_repeated_characters": 2}, []),
        (
            "passsword",
            {"max_repeated_characters": 2},
            ["It has 3 consecutive equal characters, the policy allows at most 2 (passwordRepeatedChar)."],
        ),
        ("papapa", {"max_repeated_characters": 1}, []),
        ("a", {"max_repeated_characters": 0, "history": 9, "checks": ["checkX"], "unknown": ["x"]}, []),
        (
            "pp",
            {"max_repeated_characters": 0},
            ["It has 2 consecutive equal characters, the policy allows at most 0 (passwordRepeatedChar)."],
        ),
        (
            "pp",
            {"max_repeated_characters": 1},
            ["It has 2 consecutive equal characters, the policy allows at most 1 (passwordRepeatedChar)."],
        ),
        ("", [], ["It is empty."]),
        ("a:b", [], ["It has a colon, which ISC refuses in every password."]),
        ("\xe9a\x7f\n", [], ["It has 3 characters outside printable ASCII, which ISC refuses."]),
        (
            "\xc9\u0661\xdf",
            {"min_upper": 1, "min_numeric": 1},
            [
                "It has 3 characters outside printable ASCII, which ISC refuses.",
                "It has 0 digits, the policy asks for at least 1 (passwordMinNumeric).",
                "It has 0 upper-case letters, the policy asks for at least 1 (passwordMinUpper).",
            ],
        ),
        ("".join(map(chr, range(32, 127))).replace(":", ""), [], []),
        (
            "abc",
            ["passwordMinLength is 4", "nonsense"],
            ["It has 3 characters, the policy asks for at least 4 (passwordMinLength)."],
        ),
    ],
)
def test_the_violations_of_a_password(password, policy, sentences):
    assert violations(password, policy) == sentences


VIOLATED = {**dict.fromkeys(NAMES.values(), MAX_VALUE), "max_length": 1, "max_repeated_characters": 0}
FIXED_TEXT = " ".join(violations("", VIOLATED) + violations("::\xe9", VIOLATED))


@CALM
@given(st.one_of(st.text(min_size=6), st.text(alphabet="aB1-: ", min_size=6)))
def test_no_sentence_contains_the_password(password):
    assume(password not in FIXED_TEXT)
    sentences = violations(password, VIOLATED)
    assert len(sentences) >= 8
    assert not any(password in sentence for sentence in sentences)
