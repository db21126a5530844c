# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables that count as given, on every ansible-core, and values without the tags of Ansible."""

from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils._arguments import plain
from ansible_collections.community.sailpoint.plugins.plugin_utils._variables import given_options, is_given
from support.templates import WITH_OMIT, template

NAMES = ("value", "length", "wait")


def given(**variables):
    """Return the given options among these variables, and messages about the others."""
    known = {**WITH_OMIT, "other": "x", **variables}
    return given_options(NAMES, known, Templar(DataLoader(), known), "role_")


def options(**variables):
    return given(**variables).check()


def test_own_variables_are_options_and_templates_are_evaluated():
    assert options(role_value="a", value="b", role_other="c") == {"value": "a"}
    assert options(role_value=template("{{ other }}{{ 1 + 1 }}")) == {"value": "x2"}
    assert options(role_value=template("{{ other }}"))["value"].__class__ is str


@pytest.mark.parametrize(
    "nothing",
    [
        *("", None, "{{ none }}", "{{ '' }}", "{{ missing | default('') }}", "{{ omit }}"),
        *("{{ missing | default(omit) }}", "{{ omit if true else 'x' }}", "{{ other if false else omit }}"),
    ],
)
def test_an_empty_string_null_and_omit_count_as_missing(nothing):
    assert options(role_value=template(nothing), role_length=7) == {"length": 7}


@pytest.mark.parametrize("value", [False, 0, "0", "none", "null", " ", [], {}])
def test_other_empty_values_count_as_given(value):
    assert options(role_value=value) == {"value": value}


def test_a_variable_that_cant_be_evaluated_is_named_and_the_others_are_read():
    read = given(role_value=template("{{ missing }}"), role_length=7, role_wait=template("{{ 1 / 0 }}"))
    assert read.options == {"length": 7}
    with pytest.raises(InputError) as error:
        read.check()
    first, second = error.value.message.split(" role_wait ")
    assert first.startswith("role_value can't be evaluated: ") and first.endswith("'missing' is undefined.")
    assert second.startswith("can't be evaluated: ") and second.endswith(".")
    assert error.value.hint == "Nothing was sent to ISC."


def test_the_placeholder_of_omit_in_older_cores_counts_as_missing():
    placeholder = "__omit_place_holder__4f2a"
    assert not is_given(placeholder, placeholder)
    assert is_given("a password", placeholder)
    assert is_given("a password", None)


class Tagged(str):
    """Text with a tag attached, as ansible-core passes it on."""


def test_tags_of_ansible_are_removed():
    given = {Tagged("accounts"): [{Tagged("name"): Tagged("zo\u00eb"), "discard": True}, (Tagged("a"), 1, 2.5, None)]}
    made = plain(given)
    assert made == {"accounts": [{"name": "zo\u00eb", "discard": True}, ["a", 1, 2.5, None]]}
    texts = [*made, *made["accounts"][0], made["accounts"][0]["name"], made["accounts"][1][0]]
    assert {type(text) for text in texts} == {str}
    for other in (b"bytes", 1, True, None):
        assert plain(other) is other
