# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The surveys that configure_awx creates: their questions are the variables of the playbooks that they start."""

from __future__ import annotations

import re
from typing import Any

import jinja2
import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.modules import isc_digit_token
from awx_controller import surveys
from support.awx_data import Template, Unsafe, templates
from support.playbook import ROOT

YES_OR_NO = ["false", "true"]
# Defaults that differ from those of the role.
OTHER_DEFAULTS = {"rotate_password_store": "a store in the container of a job is lost with it"}
# Choices that a survey offers if the role takes more.
OFFERED = {"rotate_password_store": ["kv2", "file", "none"]}
# Only for variables that are not options: options know whether they are secret.
SECRET = re.compile("secret|_key$|_clients$")

TEMPLATES = {template.name: template for template in templates()}
each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
each_question = pytest.mark.parametrize(
    ("template", "variable"),
    [(template, variable) for template in TEMPLATES.values() for variable in template.questions],
    ids=lambda value: value.name if isinstance(value, Template) else value,
)


def own_option(template: Template, variable: str) -> dict[str, Any]:
    """Return the option that a playbook's own variable becomes, or one for text."""
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
    """Return the option of the role, or of the playbook, that a variable sets."""
    return template.options().get(variable) or own_option(template, variable)


def kind_of(option: dict[str, Any]) -> str:
    """Return str, bool, int or float."""
    kind = str(option.get("type", "str"))
    return "str" if kind in ("path", "raw") else kind


@each_template
def test_awx_takes_and_returns_it_unchanged(template):
    """A password with a default would be returned encrypted, and be a difference in each run of the playbook."""
    assert template.values["survey_enabled"] is True
    assert surveys.problem(template.survey) == ""
    assert surveys.displayed(template.survey) == template.survey


@each_template
def test_questions_and_extra_variables_are_variables_of_the_playbook(template):
    known = template.own_variables() | set(template.options()) | template.read_by_extra_vars()
    assert {*template.questions, *template.values["extra_vars"]} - known == set()
    # An answer would override the extra variable.
    assert set(template.questions).isdisjoint(template.values["extra_vars"])


@each_template
def test_extra_variables_read_only_existing_variables(template):
    """Besides the template's own variables and questions, they read variables that every job has."""
    known = {*template.questions, *template.values["extra_vars"], "regex_replace"}
    assert template.read_by_extra_vars() - known == set()
    for name, value in template.values["extra_vars"].items():
        assert isinstance(value, Unsafe) or re.fullmatch(r"{{ _configure_awx\.\w+ }}", value), name


@each_question
def test_a_question_has_the_type_of_its_option(template, variable):
    question, option = template.questions[variable], option_of(template, variable)
    kind = kind_of(option)
    if kind == "bool":
        assert (question["type"], question["choices"]) == ("multiplechoice", YES_OR_NO)
    elif kind in ("int", "float"):
        assert question["type"] in ("integer", kind.replace("int", "integer"))
    elif variable in OFFERED:
        assert (question["type"], question["choices"]) == ("multiplechoice", OFFERED[variable])
    elif option.get("choices") and question["type"] == "multiplechoice":
        assert question["choices"] == option["choices"]
    elif option.get("choices"):
        # An optional choice is typed, because AWX can't leave one open.
        assert (question["type"], question["required"]) == ("text", False)
        assert all(word in question["question_description"] for word in option["choices"])
    else:
        assert question["type"] in ("text", "textarea", "password")


@each_question
def test_a_question_has_the_default_of_its_option(template, variable):
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
def test_only_questions_without_default_are_required(template, variable):
    """AWX's pages send an empty text, or the displayed choice or number. Its API fills in a default."""
    question = template.questions[variable]
    default = question.get("default", "")
    assert question["required"] or not option_of(template, variable).get("required")
    if question["required"]:
        assert default == ""
        assert surveys.problem_of_answer(question, "") == "too small"
    else:
        assert surveys.problem_of_answer(question, default) == ""


@pytest.mark.parametrize(
    "template", [t for t in TEMPLATES.values() if "digit_token" in str(t.questions)], ids=lambda t: t.name
)
@pytest.mark.parametrize(("name", "least", "most"), [("length", 6, 18), ("duration_minutes", 1, 60)])
def test_the_limits_of_a_digit_token_are_those_of_the_module(template, name, least, most):
    question = template.questions[f"{template.playbook.stem}_{name}"]
    assert (question["min"], question["max"]) == (least, most)
    description = isc_digit_token.DOCUMENTATION.split(f"  {name}:\n", maxsplit=1)[1].split("type:", maxsplit=1)[0]
    assert re.search(rf"from {least} to {most}", description)


NAME = "rotate_accounts_max_fail_percentage"


@pytest.mark.parametrize(
    ("given", "percentage"), [({}, 100), ({NAME: ""}, 100), ({NAME: None}, 100), ({NAME: 0}, 0), ({NAME: "40"}, "40")]
)
def test_only_an_empty_answer_means_all(given, percentage):
    (play,) = yaml.safe_load((ROOT / "playbooks" / "rotate_accounts.yml").read_text("utf-8"))
    template = play["max_fail_percentage"].strip().removeprefix("{{").removesuffix("}}")
    assert jinja2.Environment().compile_expression(template)(**given) == percentage
