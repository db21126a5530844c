# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two filters as playbooks use them: arguments, errors, documentation, and one run through Ansible."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.community.sailpoint.plugins.filter import generate_password as generate_plugin
from ansible_collections.community.sailpoint.plugins.filter import password_violations as violations_plugin
from ansible_collections.community.sailpoint.plugins.module_utils._password.policy import DEFAULT_SPECIALS, RULES
from jinja2 import StrictUndefined

generate_password = generate_plugin.FilterModule().filters()["generate_password"]
password_violations = violations_plugin.FilterModule().filters()["password_violations"]

SECRET = "Tr0ub4dor-and-3"
PLAYBOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    policies: [passwordMinLength is 10, passwordMinSpecial is 2, other is 1]
    policy: {max_length: 12, min_numeric: 3, checks: [], unknown: []}
    nested: ["{{ missing }}"]
  tasks:
    - ansible.builtin.set_fact:
        one: "{{ policies | community.sailpoint.generate_password }}"
        two: "{{ policy | community.sailpoint.generate_password(length='12', specials='-_.') }}"
      no_log: true
    - ansible.builtin.assert:
        that:
          - one | length == 24
          - one | community.sailpoint.password_violations(policies) == []
          - two | length == 12
          - two is match('^[A-Za-z0-9_.-]+$')
          - two | community.sailpoint.password_violations(policy) == []
          - "'abc' | community.sailpoint.password_violations(policies) | length == 2"
          - missing | community.sailpoint.generate_password is undefined
          - missing | community.sailpoint.password_violations([]) | default('none') == 'none'
    - ansible.builtin.debug:
        msg: "{{ nested | community.sailpoint.generate_password }}"
      register: undefined_inside
      ignore_errors: true
    - ansible.builtin.assert:
        that:
          - undefined_inside is failed
          - "'missing' in undefined_inside.msg"
"""


def test_ansible_finds_the_filters_and_templates_with_them(tmp_path):
    home = tmp_path / "ansible_collections" / "community"
    home.mkdir(parents=True)
    (home / "sailpoint").symlink_to(Path(generate_plugin.__file__).resolve().parents[2])
    (tmp_path / "play.yml").write_text(PLAYBOOK, encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "playbook", "play.yml"]
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(tmp_path), "ANSIBLE_NOCOLOR": "1"}
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_both_forms_of_a_policy_work():
    assert len(generate_password(["passwordMinLength is 30"])) == 30
    assert len(generate_password({"min_length": 30})) == 30
    assert len(generate_password([])) == 24
    assert password_violations("abc", ["passwordMinLength is 4"]) == password_violations("abc", {"min_length": 4}) != []
    assert password_violations("abc", []) == []


@pytest.mark.parametrize(("policy", "length", "warned"), [("8", None, True), ("12", None, False), ("8", 8, False)])
def test_a_password_that_the_policy_makes_short_is_a_warning(monkeypatch, policy, length, warned):
    warnings = []
    monkeypatch.setattr(generate_plugin.Display, "warning", lambda _self, text: warnings.append(text))
    generate_password([f"passwordMaxLength is {policy}"], length)
    assert ["only 8 characters" in text for text in warnings] == [True] * warned


def test_length_may_be_a_string_of_digits():
    assert len(generate_password([], length="32")) == 32
    for length in ("", "8.0", "-8", "eight", "99999"):
        with pytest.raises(AnsibleFilterError, match="The option length must be a whole number"):
            generate_password([], length=length)


@pytest.mark.parametrize("policy", ["passwordMinLength is 8", SECRET, None, 8, {"min_lenght": 8}, {"min_length": "8"}])
def test_a_malformed_policy_is_an_error_of_one_sentence(policy):
    for call in (generate_password, lambda policy: password_violations(SECRET, policy)):
        with pytest.raises(AnsibleFilterError, match="policy") as caught:
            call(policy)
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("password", [123456, None, [SECRET], {SECRET: SECRET}, SECRET.encode()])
def test_a_password_that_is_not_a_string_is_an_error_that_hides_it(password):
    with pytest.raises(AnsibleFilterError, match="The password must be a string") as caught:
        password_violations(password, [])
    assert SECRET not in str(caught.value) and "123456" not in str(caught.value)


def test_undefined_arguments_come_back_undefined():
    missing = StrictUndefined(name="missing")
    assert generate_password(missing) is missing
    assert generate_password([], length=missing) is missing
    assert generate_password([], specials=missing) is missing
    assert password_violations(missing, []) is missing
    assert password_violations("x", missing) is missing


def test_the_documentation_is_complete():
    assert "P(community.sailpoint.generate_password#filter)" in violations_plugin.DOCUMENTATION
    text = generate_plugin.DOCUMENTATION
    for rule in RULES:
        assert f"C({rule.key})" in text and f"(C({rule.policy_name}))" in text
    documented = yaml.safe_load(generate_plugin.DOCUMENTATION)
    assert documented["options"]["specials"]["default"] == DEFAULT_SPECIALS
    assert documented["positional"] == "length, specials"
    assert set(documented["options"]) == {"_input", "length", "specials"}
    assert set(yaml.safe_load(violations_plugin.DOCUMENTATION)["options"]) == {"_input", "policy"}
