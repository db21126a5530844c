# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which variables count as given: not an empty string, null or omit, on every ansible-core."""

from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils._variables import given_options, is_given
from support.templates import WITH_OMIT, template

NAMES = ("value", "length", "wait")


def given(**variables):
    """Return what counts as given of these variables, among others, and sentences about the rest."""
    known = {**WITH_OMIT, "other": "x", **variables}
    return given_options(NAMES, known, Templar(DataLoader(), known), "role_")


def options(**variables):
    return given(**variables).check()


def test_only_its_own_variables_are_options():
    assert options(role_value="a", value="b", role_other="c") == {"value": "a"}


@pytest.mark.parametrize("nothing", ["", None, "{{ none }}", "{{ '' }}", "{{ missing | default('') }}"])
def test_an_empty_string_and_null_count_as_not_given(nothing):
    assert options(role_value=template(nothing), role_length=7) == {"length": 7}


@pytest.mark.parametrize(
    "nothing",
    ["{{ omit }}", "{{ missing | default(omit) }}", "{{ omit if true else 'x' }}", "{{ other if false else omit }}"],
)
def test_omit_counts_as_not_given(nothing):
    assert options(role_value=template(nothing), role_length=7) == {"length": 7}


@pytest.mark.parametrize("value", [False, 0, "0", "none", "null", " ", [], {}])
def test_what_only_looks_empty_is_given(value):
    assert options(role_value=value) == {"value": value}


def test_templates_are_evaluated_and_plain():
    assert options(role_value=template("{{ other }}{{ 1 + 1 }}")) == {"value": "x2"}
    assert options(role_value=template("{{ other }}"))["value"].__class__ is str


def test_what_cant_be_evaluated_is_named_and_the_rest_is_still_read():
    read = given(role_value=template("{{ missing }}"), role_length=7, role_wait=template("{{ 1 / 0 }}"))
    assert read.options == {"length": 7}
    with pytest.raises(InputError) as error:
        read.check()
    first, second = error.value.message.split(" role_wait ")
    assert first.startswith("role_value can't be evaluated: ") and first.endswith("'missing' is undefined.")
    assert second.startswith("can't be evaluated: ") and second.endswith(".")
    assert error.value.hint == "Nothing was sent to ISC."


def test_what_omit_stands_for_in_older_cores_counts_as_not_given():
    placeholder = "__omit_place_holder__4f2a"
    assert not is_given(placeholder, placeholder)
    assert is_given("a password", placeholder)
    assert is_given("a password", None)
