# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup checked_pattern: the host patterns it accepts, and its messages about those that match nothing."""

from __future__ import annotations

import pytest
import yaml
from ansible import constants, context
from ansible.errors import AnsibleLookupError
from ansible.module_utils.common.collections import ImmutableDict
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.lookup import checked_pattern

NAME = "community.sailpoint.checked_pattern"
GROUPS = {"all": ["a", "b", "c", "old"], "accounts": ["a", "b", "c"], "retired": ["old"], "nobody": [], "ungrouped": []}


def look(pattern, groups=None, **more):
    """Run the lookup on a pattern. *more* are variables, and those of its options that aren't variables of AWX."""
    options = yaml.safe_load(checked_pattern.DOCUMENTATION)["options"]
    constants.config.initialize_plugin_configuration_definitions("lookup", NAME, options)
    arguments = {name: more.pop(name) for name in ("option", "sliced", "serial", "serial_option") if name in more}
    known = {"groups": GROUPS if groups is None else groups, **more}
    plugin = checked_pattern.LookupModule(loader=DataLoader(), templar=Templar(DataLoader(), known))
    plugin._load_name, plugin._redirected_names = NAME, [NAME]
    return plugin.run([pattern], known, **arguments)


def refusal(pattern, **more):
    """Return the message of a refusal without its constant last sentence."""
    with pytest.raises(AnsibleLookupError) as caught:
        look(pattern, **more)
    message = getattr(caught.value, "message", "") or str(caught.value)
    assert message.endswith(" Nothing was sent to ISC.")
    return message.removesuffix(" Nothing was sent to ISC.")


@pytest.mark.parametrize(
    "pattern",
    [
        *("all", "a", "a,b", "accounts:!a", "accounts:&a", "acc*", "~^[ab]$", "accounts[0:1]"),
        ["a", "accounts"],
        # Excluding an empty group may be intended.
        "all:!nobody",
    ],
)
def test_a_pattern_that_matches_is_returned_as_it_was_given(pattern):
    assert look(pattern) == [pattern]


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("acounts", "acounts"),
        ("a,acounts", "acounts"),
        ("accounts:!retierd", "!retierd"),
        ("accounts:&nobody", "&nobody"),
        ("accounts:&d", "&d"),
        ("nobody", "nobody"),
        ("b*,x*", "x*"),
        ("~^x$", "~^x$"),
    ],
)
def test_each_part_must_match(pattern, part):
    assert refusal(pattern) == (
        f"hosts is {pattern}, and its part {part} matches no host. Correct it, or leave it out."
    )


def test_digits_after_a_colon_are_a_port_to_ansible():
    assert refusal("a:007") == (
        "hosts is a:007, and its part a:007 matches no host. Ansible takes the number behind the colon for a port. Put "
        "a comma between the names of hosts."
    )


@pytest.mark.parametrize("pattern", ["accounts:!accounts", "accounts:&retired", "all:!a:!b:!c:!old"])
def test_a_pattern_that_excludes_every_host_is_refused(pattern):
    assert refusal(pattern) == f"hosts is {pattern}, which matches no host. Check the inventory."


@pytest.mark.parametrize(
    ("pattern", "text"), [(12345, "12345"), (0, "0"), ([12345, "a"], ["12345", "a"]), ("007", "007"), (True, "True")]
)
def test_a_name_that_yaml_reads_as_another_type_is_a_name(pattern, text):
    assert look(pattern, groups={"all": ["12345", "0", "007", "True", "a"]}) == [text]
    assert "matches no host" in refusal(pattern)


def test_a_number_that_may_have_lost_its_zeros_is_refused():
    for hosts in (["007", "7"], ["007"]):
        assert refusal(7, groups={"all": hosts}, option="rotate_accounts_hosts") == (
            "rotate_accounts_hosts has become the number 7, and may have been 007, which is a host. "
            "Write ~^007$ or ~^7$ instead."
        )
    assert look("7", groups={"all": ["007", "7"]}) == ["7"]


@pytest.mark.parametrize("serial", [None, 2, "2", "10%", 0, [1, "5", "50%"]])
def test_a_size_of_batches_that_ansible_takes(serial):
    assert look("a", serial=serial) == ["a"]


@pytest.mark.parametrize(
    ("serial", "size"),
    [("abc", "abc"), ("-1", "-1"), ([1, "5 hosts"], "5 hosts"), (1.5, "1.5"), ("2.5%", "2.5%"), ("%", "%")],
)
def test_another_size_of_batches_is_refused(serial, size):
    assert refusal("a", serial=serial, serial_option="rotate_accounts_serial") == (
        f"rotate_accounts_serial is {size}, and must be a number of hosts, or a percentage such as 10%."
    )


def test_the_message_names_the_variable_of_the_playbook_and_has_no_control_characters():
    assert refusal("x", option="rotate_accounts_hosts").startswith("rotate_accounts_hosts is x, ")
    assert "\x1b" not in refusal("x\x1b[2J") + refusal("a", ansible_limit="old,\x1bx")
    for missing in ("", None, []):
        assert refusal(missing, option="rotate_accounts_hosts") == (
            "rotate_accounts_hosts is not set. Set it to the hosts, which stand for accounts."
        )


def test_a_limit_must_leave_a_host():
    assert look("accounts", ansible_limit="a") == ["accounts"]
    assert look("accounts", ansible_limit="") == ["accounts"]
    assert refusal("accounts", ansible_limit="retired") == (
        "hosts is accounts, and none of its hosts is within the limit retired. Correct one of the two."
    )


@pytest.mark.parametrize(
    "of_a_slice", [{"awx_workflow_job_name": "Rotate", "awx_job_template_name": "Rotate"}, {"sliced": True}]
)
def test_a_slice_may_have_no_hosts(of_a_slice):
    assert look("accounts", groups={"all": ["old"], "retired": ["old"]}, **of_a_slice) == ["accounts"]
    # It still needs a pattern.
    assert refusal("", **of_a_slice).startswith("hosts is not set.")


@pytest.mark.parametrize(
    "of_a_job",
    [
        {},
        {"awx_job_template_name": "Rotate"},
        {"awx_workflow_job_name": "Nightly", "awx_job_template_name": "Rotate"},
        {"awx_workflow_job_name": "Rotate", "awx_job_template_name": "Rotate", "sliced": False},
    ],
)
def test_other_jobs_are_not_slices(of_a_job):
    assert "matches no host" in refusal("acounts", **of_a_job)


@pytest.fixture
def inventories(tmp_path):
    """Return a folder with a readable inventory and two that can't be read."""
    (tmp_path / "good.yml").write_text("all: {hosts: {a: {}}}\n", "utf-8")
    (tmp_path / "bad.yml").write_text("all: [\n", "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "bad.yml").write_text("all: [\n", "utf-8")
    return tmp_path


def test_an_inventory_that_was_refused_is_named(inventories, monkeypatch):
    good, bad, folder = (str(inventories / name) for name in ("good.yml", "bad.yml", "folder"))
    assert look("all", ansible_inventory_sources=[good]) == ["all"]
    assert look("all", ansible_inventory_sources=["a,b,"]) == ["all"]
    assert refusal("all", ansible_inventory_sources=[good, bad]) == (
        f"Ansible could not read the inventory {bad}, see its warnings. Correct it, or leave it out."
    )
    # Only the file, not also its folder.
    assert f"read the inventory {folder}/bad.yml, see" in refusal("all", ansible_inventory_sources=[folder])
    # Also in a slice, which is empty only for that reason.
    assert "could not read" in refusal("all", ansible_inventory_sources=[bad], sliced=True)
    # Only the default inventory may be missing.
    missing = str(inventories / "hosts")
    assert missing in refusal("all", ansible_inventory_sources=[missing])
    monkeypatch.setattr(checked_pattern, "_DEFAULT_INVENTORY", missing)
    assert look("all", ansible_inventory_sources=[missing]) == ["all"]


def test_a_syntax_check_checks_no_pattern(monkeypatch):
    monkeypatch.setattr(context, "CLIARGS", ImmutableDict(syntax=True))
    assert look("acounts") == ["acounts"]
    assert look("") == ["all"]


# The group that isc_accounts adds if no password of the source is due.
DUE = "accounts:\n  vars:\n    isc_accounts_nothing_is_due: true\n"
NONE = {"all": [], "accounts": [], "nobody": [], "ungrouped": []}


@pytest.mark.parametrize("pattern", ["all", "accounts", ["accounts", "all"]])
def test_an_empty_group_is_accepted_if_no_password_is_due(tmp_path, pattern):
    (tmp_path / "due.yml").write_text(DUE)
    assert look(pattern, NONE, ansible_inventory_sources=[str(tmp_path / "due.yml")]) == [pattern]
    (tmp_path / "due.yml").write_text(DUE.replace("true", "false"))
    assert "matches no host" in refusal(pattern, groups=NONE, ansible_inventory_sources=[str(tmp_path / "due.yml")])


@pytest.mark.parametrize("pattern", ["nobody", "accounts,nobody", "accounts:!a", "typo"])
def test_any_other_empty_part_is_refused_even_if_no_password_is_due(tmp_path, pattern):
    (tmp_path / "due.yml").write_text(DUE)
    assert "matches no host" in refusal(pattern, groups=NONE, ansible_inventory_sources=[str(tmp_path / "due.yml")])


def test_hosts_of_other_inventories_are_still_checked(tmp_path):
    (tmp_path / "due.yml").write_text(f"{DUE}other:\n  hosts:\n    a:\n")
    given = {"groups": {**NONE, "other": ["a"], "all": ["a"]}, "ansible_inventory_sources": [str(tmp_path / "due.yml")]}
    assert look("accounts", **given) == ["accounts"]
    assert "none of its hosts is within the limit" in refusal("all", **given, ansible_limit="other:!a")
