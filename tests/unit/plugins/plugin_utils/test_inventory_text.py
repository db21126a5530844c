# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts as variables of hosts: plain if nothing in them could be evaluated, otherwise marked as unsafe."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.plugin_utils._inventory_text import _HARMLESS, inventory_value
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, TemplateSyntaxError, nodes
from support.templates import template


def listed(value):
    """Return a value as ansible-inventory shows it and AWX stores it."""
    variables = {"x": inventory_value(value)}
    return json.loads(json.dumps(variables, cls=AnsibleJSONEncoder, preprocess_unsafe=True))["x"]


@pytest.mark.parametrize(
    "text",
    [
        *("svc-backup", "Active Directory", "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com", "ACME\\svc"),
        *("abby@acme.com", "zo\u00eb", "007", ""),
    ],
)
def test_a_text_without_anything_to_evaluate_stays_plain(text):
    assert listed(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            *("{{ 6 * 7 }}", "{% raw %}", "{# x #}", "lookup('pipe', 'id')", "x | b64decode", "x[0]", "CN='x'"),
            *("a\nb", "100%"),
        ),
        "#jinja2: variable_start_string: '[['",
    ],
)
def test_any_other_text_is_marked_and_unchanged(text):
    assert listed(text) == {"__ansible_unsafe": text}
    assert Templar(loader=DataLoader(), variables={"x": inventory_value(text)}).template(template("{{ x }}")) == text


def test_texts_in_lists_and_dictionaries_are_marked():
    assert listed({"a": ["b", "{{ c }}", None, 1]}) == {"a": ["b", {"__ansible_unsafe": "{{ c }}"}, None, 1]}


def test_a_call_in_a_condition_that_names_the_variable_is_not_carried_out(tmp_path):
    made = tmp_path / "made"
    text = f"lookup('pipe', 'touch {made}') is defined"
    templar = Templar(loader=DataLoader(), variables={"x": inventory_value(text)})
    with pytest.raises(AnsibleError):
        evaluate(templar, template("{{ x }}"))
    assert not made.exists()
    # The same text in a handwritten inventory is evaluated.
    templar.available_variables = {"x": template(text)}
    assert evaluate(templar, template("{{ x }}"))
    assert made.exists()


def evaluate(templar, condition):
    """Evaluate a condition as ``when`` does."""
    if hasattr(templar, "evaluate_conditional"):
        return templar.evaluate_conditional(condition)
    from ansible.playbook.conditional import Conditional  # noqa: PLC0415  only before ansible-core 2.19

    conditional = Conditional(loader=DataLoader())
    conditional.when = [condition]
    return conditional.evaluate_conditional(templar, templar.available_variables)


@given(st.from_regex(_HARMLESS, fullmatch=True))
def test_a_plain_text_contains_no_call(text):
    for form in (f"{{{{ {text} }}}}", f"{{% if {text} %}}{{% endif %}}"):
        try:
            tree = Environment(autoescape=False).parse(form)
        except TemplateSyntaxError:
            continue
        assert list(tree.find_all((nodes.Call, nodes.Filter, nodes.Getitem, nodes.Include, nodes.Import))) == []
