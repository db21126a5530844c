# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The surveys that configure_awx makes: their questions are the variables of the playbooks that they start."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.modules import isc_digit_token
from awx_controller import surveys
from support.awx_data import Template, Unsafe, templates

YES_OR_NO = ["false", "true"]
# Where a survey begins with another answer than the role's own default.
OTHER_DEFAULTS = {"rotate_password_store": "what a job keeps elsewhere goes with its container"}
# The choices that a survey offers where the role takes more.
OFFERED = {"rotate_password_store": ["kv2", "file", "none"]}
# The role says itself which of its options are secret.
SECRET = re.compile("secret|_key$|_clients$")

TEMPLATES = {template.name: template for template in templates()}
each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
each_question = pytest.mark.parametrize(
    ("template", "variable"),
    [(template, variable) for template in TEMPLATES.values() for variable in template.questions],
    ids=lambda value: value.name if isinstance(value, Template) else value,
)


def own_option(template: Template, variable: str) -> dict[str, Any]:
    """Return what is known of a playbook's own variable, as the option of the module that it becomes, or a text."""
    name = variable.removeprefix(f"{template.playbook.stem}_")
    known = {
        **{option: isc_digit_token.ARGUMENT_SPEC[option] for option in ("length", "duration_minutes")},
        "show": {"type": "bool", "default": False},
        **dict.fromkeys(("for_issue", "include_disabled", "include_locked"), {"type": "bool", "default": False}),
        "older_than": {"type": "str", "default": "90d"},
        "max_fail_percentage": {"type": "int", "default": 100},
    }
    return known.get(name, {"type": "str", "default": ""})


def option_of(template: Template, variable: str) -> dict[str, Any]:
    """Return the option of the role that a variable is, or what a variable of the playbook is worth."""
    return template.options().get(variable) or own_option(template, variable)


def kind_of(option: dict[str, Any]) -> str:
    """Return str, bool, int or float."""
    kind = str(option.get("type", "str"))
    return "str" if kind in ("path", "raw") else kind


@each_template
def test_awx_takes_it(template):
    assert template.values["survey_enabled"] is True
    assert surveys.problem(template.survey) == ""


@each_template
def test_awx_shows_it_as_it_was_given(template):
    """A password with a default would come back encrypted, and be a difference each time that the playbook runs."""
    assert surveys.displayed(template.survey) == template.survey


@each_template
def test_each_question_is_a_variable_of_the_playbook(template):
    known = template.own_variables() | set(template.options()) | template.read_by_extra_vars()
    assert set(template.questions) - known == set()


@each_template
def test_each_extra_variable_is_one_of_the_playbook(template):
    known = template.own_variables() | set(template.options()) | template.read_by_extra_vars()
    assert set(template.values["extra_vars"]) - known == set()


@each_template
def test_extra_variables_read_only_what_is_there(template):
    """Besides the template's own variables and questions, they read what each job has."""
    known = {*template.questions, *template.values["extra_vars"], "regex_replace"}
    assert template.read_by_extra_vars() - known == set()


@each_template
def test_nothing_is_asked_that_is_said_already(template):
    """An answer would win over the extra variable."""
    assert set(template.questions).isdisjoint(template.values["extra_vars"])


@each_template
def test_extra_variables_are_for_the_job_or_filled_in_here(template):
    for name, value in template.values["extra_vars"].items():
        assert isinstance(value, Unsafe) or re.fullmatch(r"{{ _configure_awx\.\w+ }}", value), name


@each_question
def test_its_type_is_that_of_the_option(template, variable):
    question, option = template.questions[variable], option_of(template, variable)
    kind = kind_of(option)
    if kind == "bool":
        assert (question["type"], question["choices"]) == ("multiplechoice", YES_OR_NO)
    elif kind in ("int", "float"):
        assert question["type"] in ("integer", kind.replace("int", "integer"))
    elif variable in OFFERED:
        assert (question["type"], question["choices"]) == ("multiplechoice", OFFERED[variable])
    elif option.get("choices"):
        _assert_same_choices(question, option["choices"])
    else:
        assert question["type"] in ("text", "textarea", "password")


def _assert_same_choices(question: dict[str, Any], choices: list[str]) -> None:
    if question["type"] == "multiplechoice":
        assert question["choices"] == choices
    else:
        # AWX has no way to leave a choice open, so one is typed that need not be made.
        assert (question["type"], question["required"]) == ("text", False)
        assert all(word in question["question_description"] for word in choices)


@each_question
def test_it_begins_with_the_default_of_the_option(template, variable):
    question, option = template.questions[variable], option_of(template, variable)
    if question["type"] == "password" or variable in OTHER_DEFAULTS:
        return
    default = option.get("default", "")
    expected = str(default).lower() if isinstance(default, bool) else default
    assert question["default"] == expected
    assert type(question["default"]) is type(expected)


@each_question
def test_a_secret_is_typed_unseen_and_kept_encrypted(template, variable):
    secret = option_of(template, variable).get("no_log", False) or bool(SECRET.search(variable))
    assert (template.questions[variable]["type"] == "password") == secret


@each_question
def test_only_what_has_no_default_has_to_be_answered(template, variable):
    """AWX's pages send an empty text, and for a choice or a number what stands there; its API fills in a default."""
    question = template.questions[variable]
    default = question.get("default", "")
    if question["required"]:
        assert default == ""
        assert surveys.problem_of_answer(question, "") == "too small"
    else:
        assert surveys.problem_of_answer(question, default) == ""


@each_question
def test_it_is_required_where_the_option_is(template, variable):
    option = option_of(template, variable)
    if option.get("required"):
        assert template.questions[variable]["required"]


@pytest.mark.parametrize(
    "template", [t for t in TEMPLATES.values() if "digit_token" in str(t.questions)], ids=lambda t: t.name
)
@pytest.mark.parametrize(("name", "least", "most"), [("length", 6, 18), ("duration_minutes", 1, 60)])
def test_the_limits_of_a_digit_token_are_those_of_the_module(template, name, least, most):
    question = template.questions[f"{template.playbook.stem}_{name}"]
    assert (question["min"], question["max"]) == (least, most)
    description = isc_digit_token.DOCUMENTATION.split(f"  {name}:\n", maxsplit=1)[1].split("type:", maxsplit=1)[0]
    assert re.search(rf"from {least} to {most}", description)
