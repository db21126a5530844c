# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin csv_accounts: the hosts it makes of a file, and its messages about unusable files."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.inventory import csv_accounts
from hypothesis import given
from hypothesis import strategies as st

NAME = "community.sailpoint.csv_accounts"
ACCOUNTS = "user_name,source_name,account_id\nsvc-backup,Active Directory,\nAbby.Smith,HR Database,abby\n"


def load_plugin():
    options = yaml.safe_load(csv_accounts.DOCUMENTATION)["options"]
    constants.config.initialize_plugin_configuration_definitions("inventory", NAME, options)
    plugin = csv_accounts.InventoryModule()
    plugin._load_name, plugin._redirected_names = NAME, [NAME]
    return plugin


@pytest.fixture
def read(tmp_path):
    """Write a CSV file and its configuration, and return the inventory that the plugin makes of them."""

    def parse(content=ACCOUNTS, **options):
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (tmp_path / "accounts.csv").write_bytes(data)
        config = tmp_path / "config.yml"
        config.write_text(yaml.safe_dump({"plugin": NAME, "path": "accounts.csv", **options}), "utf-8")
        inventory = InventoryData()
        plugin = load_plugin()
        assert plugin.verify_file(str(config))
        plugin.parse(inventory, DataLoader(), str(config))
        return inventory

    return parse


def variables(inventory):
    """Return the variables of each host, without those that Ansible adds."""
    return {
        name: {key: value for key, value in host.vars.items() if not key.startswith("inventory_")}
        for name, host in inventory.hosts.items()
    }


def refusal(read, content, **options):
    """Return the error message about a file, without the file's name that begins it."""
    with pytest.raises(AnsibleParserError) as caught:
        read(content, **options)
    text = getattr(caught.value, "message", "") or str(caught.value)
    file, message = text.split(": ", 1)
    assert file.endswith("accounts.csv")
    assert message.endswith(".")
    return message


def test_each_line_is_a_host_and_each_cell_with_text_a_variable(read):
    inventory = read()
    assert variables(inventory) == {
        "svc-backup": {"rotate_password_user_name": "svc-backup", "rotate_password_source_name": "Active Directory"},
        "Abby.Smith": {
            "rotate_password_user_name": "Abby.Smith",
            "rotate_password_source_name": "HR Database",
            "rotate_password_account_id": "abby",
        },
    }
    assert list(inventory.hosts) == ["svc-backup", "Abby.Smith"]
    assert {host.name for host in inventory.groups["accounts"].hosts} == set(inventory.hosts)


def test_the_options_set_host_column_delimiter_group_and_prefix(read):
    content = "name\tuser_name\nbackup\tsvc-backup\n"
    inventory = read(content, host_column="name", delimiter="\t", group="services", prefix="my_")
    assert variables(inventory) == {"backup": {"my_name": "backup", "my_user_name": "svc-backup"}}
    assert [host.name for host in inventory.groups["services"].hosts] == ["backup"]
    # Without a prefix, an account and the name of its host need no permission.
    content = "name,user_name,rotate_password_source_name\nbackup,svc-backup,AD\n"
    (found,) = variables(read(content, host_column="name", prefix="")).values()
    assert found == {"name": "backup", "user_name": "svc-backup", "rotate_password_source_name": "AD"}


def test_a_path_is_absolute_in_the_home_folder_or_relative_to_the_configuration(read, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert len(read(path=str(tmp_path / "accounts.csv")).hosts) == 2
    assert len(read(path="~/accounts.csv").hosts) == 2
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "accounts.csv").write_text("user_name\nwrong\n")
    monkeypatch.chdir(elsewhere)
    assert list(read().hosts) == ["svc-backup", "Abby.Smith"]


@pytest.mark.parametrize(
    "content",
    [
        ACCOUNTS,
        "\ufeff" + ACCOUNTS,
        ACCOUNTS.replace("\n", "\r\n"),
        ACCOUNTS.replace("\n", "\r"),
        ACCOUNTS.rstrip("\n"),
        "\n" + ACCOUNTS.replace("\n", "\n\n,,\n"),
        ACCOUNTS.replace(",", " , "),
        ACCOUNTS.replace("HR Database", '"HR Database"'),
    ],
    ids=["plain", "byte order mark", "CRLF", "CR", "no last end", "lines without text", "blanks", "quotes"],
)
def test_other_forms_of_a_file_give_the_same_hosts(read, content):
    assert variables(read(content)) == variables(read())


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks(read):
    inventory = read('user_name,account_id\nzo\u00eb,"CN=O\'Neil, ""ZZ""\nnext"\n')
    assert variables(inventory)["zo\u00eb"]["rotate_password_account_id"] == 'CN=O\'Neil, "ZZ"\nnext'


def test_a_cell_is_never_a_template(read):
    inventory = read("user_name,source_name\n{{ 1 + 1 }},\"{{ lookup('pipe', 'id') }}\"\n")
    found = variables(inventory)["{{ 1 + 1 }}"]
    templar = Templar(loader=DataLoader(), variables=found)
    assert templar.template(found["rotate_password_source_name"]) == "{{ lookup('pipe', 'id') }}"
    assert templar.template(inventory.hosts["{{ 1 + 1 }}"].name) == "{{ 1 + 1 }}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "it is empty. Its first line must name the columns."),
        (ACCOUNTS + "svc-backup,HR Database,\n", "lines 2 and 4 have the same user_name, svc-backup. Remove one,"),
        (ACCOUNTS + ",HR Database,\n", "line 4 has no user_name, which is the name of the host."),
        (ACCOUNTS + "x,y\n", "line 4 has 2 cells, and the header has 3."),
        (ACCOUNTS + "x,y,z,\n", "line 4 has 4 cells, and the header has 3."),
        ('user_name,a\nx,"a\nb"\nx,"a\nb"\n', "lines 2 and 4 have the same user_name, x."),
        ('user_name\n"a\nb"\n', "line 2 has a control character or a line break in the column user_name. Remove it."),
        ("user_name\n\x1b[31mred\n", "line 2 has a control character or a line break in the column user_name."),
        ("user_name,a\nx,y\nz,1\x852\n", "line 3 has a control character in the column a. Remove it."),
        ("user_name\nx\u202e\nx\u202e\n", "lines 2 and 3 have the same user_name, x\\u202e."),
        ('user_name\nx\n"open\n', "line 3 is not CSV: unexpected end of data. Check the double quotes"),
        ('user_name\n"x"y\n', "line 2 is not CSV: "),
        ("user_name,\nx,\n", "column 2 has no name in line 1."),
        ("user_name,a,a\n", "two columns have the name a in line 1."),
        ("user_name;source_name\nx;y\n", "the column 'user_name;source_name' in line 1 makes the variable "),
        ("user_name,na\u00efve\n", "the column 'na\u00efve' in line 1 makes the variable"),
        ("name,source_name\n", "it has no column user_name, only name, source_name. Set host_column"),
        (b"user_name\nx\nzo\xeb\n", "line 3 is not UTF-8. Save the file as CSV in UTF-8."),
        (ACCOUNTS.encode("utf-16"), "line 1 is not UTF-8."),
        (b"user_name\nx\0\n", "line 2 has a null character."),
    ],
)
def test_a_file_that_cant_be_used_is_refused_with_a_sentence(read, content, message):
    assert refusal(read, content).startswith(message)


@pytest.mark.parametrize("column", ["password", "value", "Password", "store_key", "client_secret", "access_token"])
def test_secrets_are_refused(read, column):
    content = f"user_name,{column}\nsvc-backup,Sesame-1\n"
    message = refusal(read, content)
    assert message.startswith(f"it has a column {column}. Passwords and other secrets don't belong in an inventory")
    assert "Sesame-1" not in message
    assert refusal(read, content, prefix="my_").startswith("it has a column")
    assert refusal(read, content.replace(column, f"rotate_password_{column}"), prefix="").startswith("it has a column")


@pytest.mark.parametrize(
    "column",
    [
        *("base_url", "ca_path", "validate_certs", "store", "store_dir", "discard", "length", "clients"),
        *("before_change", "after_change", "on_failure"),
    ],
)
def test_whoever_writes_the_file_chooses_no_server_no_tasks_and_no_store(read, column):
    content = f"user_name,{column}\nsvc-backup,https://thief.example\n"
    message = refusal(read, content)
    assert message.startswith(f"the column {column} in line 1 would set rotate_password_{column}, which does more than")
    whole = content.replace(column, f"rotate_password_{column}")
    assert refusal(read, whole, prefix="").startswith(f"the column rotate_password_{column} in line 1 would set")
    parts = content.replace(column, f"password_{column}")
    assert refusal(read, parts, prefix="rotate_").startswith(f"the column password_{column} in line 1 would set")


@pytest.mark.parametrize(("prefix", "column"), [("", "ansible_connection"), ("ansible_", "host"), ("", "records_url")])
def test_the_file_sets_no_variable_of_ansible_or_of_a_play(read, prefix, column):
    content = f"user_name,{column}\nsvc-backup,local\n"
    message = refusal(read, content, prefix=prefix, allow_columns=["user_name"])
    assert message.startswith(f"the column {column} in line 1 would set {prefix}{column}, which does more")


def test_what_the_configuration_lists_is_taken(read):
    content = "user_name,max_age\nsvc-backup,30d\n"
    assert refusal(read, content, allow_columns=["base_url"]).startswith("the column max_age")
    (found,) = variables(read(content, allow_columns=["max_age"])).values()
    assert found == {"rotate_password_user_name": "svc-backup", "rotate_password_max_age": "30d"}
    secret = "user_name,client_secret\nsvc-backup,Sesame-1\n"
    assert refusal(read, secret, allow_columns=["client_secret"]).startswith("it has a column client_secret")


@pytest.mark.parametrize("delimiter", ["", ";;", '"', " ", "\n"])
def test_an_unusable_delimiter_is_refused(read, delimiter):
    assert refusal(read, ACCOUNTS, delimiter=delimiter).startswith(f"the delimiter can't be {delimiter!r}.")


def test_a_file_that_is_not_there_is_named(read, tmp_path):
    with pytest.raises(AnsibleParserError, match=re.escape(f"{tmp_path}/no.csv: it can't be read: no such file")):
        read(path="no.csv")


def test_a_mistake_in_the_last_line_leaves_the_inventory_empty(read, monkeypatch):
    added = []
    monkeypatch.setattr(InventoryData, "add_host", lambda _self, name, **_more: added.append(name))
    refusal(read, ACCOUNTS + "x\n")
    assert added == []


@pytest.mark.parametrize(("name", "expected"), [("a.yml", True), ("a.yaml", True), ("a.csv", False), ("a.ini", False)])
def test_only_yaml_files_are_its_configuration(tmp_path, name, expected):
    (tmp_path / name).touch()
    assert load_plugin().verify_file(str(tmp_path / name)) is expected


@given(st.binary(max_size=60) | st.text(st.sampled_from('user_name,;"\n\r x'), max_size=60).map(str.encode))
def test_any_file_is_read_or_refused(content):
    try:
        hosts = csv_accounts.read_accounts(b"user_name,a\n" + content, ",", "user_name", "p_")
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert all(variables["p_user_name"] == name for name, variables in hosts.items())


def test_the_examples_are_configurations():
    for example in yaml.safe_load_all(csv_accounts.EXAMPLES):
        options = yaml.safe_load(csv_accounts.DOCUMENTATION)["options"]
        assert example.keys() <= options.keys()
        assert {name for name, option in options.items() if option.get("required")} <= example.keys()
