# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin isc_accounts against a tenant: hosts, their names, each option, and the cache."""

from __future__ import annotations

import importlib
import json

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.inventory import csv_accounts, isc_accounts
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import FoundAccount
from support.hostile_texts import TEXTS
from support.local_servers import LocalServer
from support.modules import AD, BACKUP

NAME = "community.sailpoint.isc_accounts"
PLUGINS = "ansible_collections.community.sailpoint.plugins"
ADMIN = "CN=Multi Account,OU=Admins,DC=acme,DC=com"


def documented_options():
    """Return the options with those of the fragments, as Ansible merges them."""
    documentation = yaml.safe_load(isc_accounts.DOCUMENTATION)
    options = dict(documentation["options"])
    for fragment in documentation["extends_documentation_fragment"]:
        parts = fragment.split(".")
        ours = parts[:2] == ["community", "sailpoint"]
        module = f"{PLUGINS}.doc_fragments.{parts[2]}" if ours else f"ansible.plugins.doc_fragments.{fragment}"
        name = parts[3].upper() if len(parts) == 4 else "DOCUMENTATION"
        text = getattr(importlib.import_module(module).ModuleDocFragment, name)
        for option, details in yaml.safe_load(text)["options"].items():
            options[option] = {**details, **options.get(option, {})}
    return options


def loaded():
    constants.config.initialize_plugin_configuration_definitions("inventory", NAME, documented_options())
    plugin = isc_accounts.InventoryModule()
    plugin._load_name, plugin._redirected_names = NAME, [NAME]
    return plugin


@pytest.fixture
def read(tmp_path, tenant, monkeypatch):
    """Write a configuration, and return what the plugin makes of it. The credentials come from the environment."""
    for name, value in tenant.environment().items():
        monkeypatch.setenv(name, value)

    def parse(refresh=False, into=None, again=False, **options):
        if not again:
            isc_accounts._recent.clear()
        config = tmp_path / "accounts.yml"
        given = {"plugin": NAME, "sources": [AD], **options}
        config.write_text(yaml.safe_dump({name: value for name, value in given.items() if value is not None}), "utf-8")
        inventory = into or InventoryData()
        plugin = loaded()
        assert plugin.verify_file(str(config))
        plugin.parse(inventory, DataLoader(), str(config), cache=not refresh)
        if hasattr(plugin, "_cache"):
            plugin.update_cache_if_changed()
        return inventory

    return parse


def variables(inventory):
    """Return the variables of each host, without those that Ansible adds."""
    return {
        name: {key: value for key, value in host.vars.items() if not key.startswith("inventory_")}
        for name, host in inventory.hosts.items()
    }


def ids(inventory):
    return {found["rotate_password_account_id"] for found in variables(inventory).values()}


def refusal(read, **options):
    with pytest.raises(AnsibleParserError) as caught:
        read(**options)
    text = getattr(caught.value, "message", "") or str(caught.value)
    return text.split("accounts.yml: ", 1)[-1]


def test_each_account_is_a_host_with_the_variables_of_the_role_and_all_else(read, tenant):
    inventory = read()
    (name,) = (name for name in inventory.hosts if name.startswith("svc-backup."))
    world = {user["user_name"]: user["identity_id"] for user in tenant.world()["users"]}
    sources = {source["name"]: source["id"] for source in tenant.world()["sources"]}
    found = variables(inventory)[name]
    assert found["isc_account"].pop("password_age_days") > 600
    assert found == {
        "rotate_password_user_name": "svc-backup",
        "rotate_password_source_name": AD,
        "rotate_password_account_id": BACKUP,
        "isc_account": {
            "account_name": "svc-backup",
            "uid": "svc-backup",
            "identity_id": world["svc-backup"],
            "source_id": sources[AD],
            "disabled": False,
            "locked": False,
            "privileged": False,
            "supports_password_change": True,
            "password_last_set": "2024-04-04T21:38:57Z",
        },
    }
    assert len(inventory.hosts) == 7
    assert {host.name for host in inventory.groups["accounts"].hosts} == set(inventory.hosts)
    assert tenant.counts() == {"login": 1, "search": 2}


def test_hosts_have_the_shape_of_those_of_csv_accounts(read):
    content = f'user_name,source_name,account_id\nsvc-backup,{AD},"{BACKUP}"\n'.encode()
    of_csv = csv_accounts.read_accounts(content, ",", "user_name", "rotate_password_")["svc-backup"]
    (ours,) = (each for each in variables(read()).values() if each["rotate_password_account_id"] == BACKUP)
    assert {name: value for name, value in ours.items() if name != "isc_account"} == of_csv


def test_names_of_hosts_are_the_same_whatever_else_is_there(read, tenant):
    before = {found["rotate_password_account_id"]: name for name, found in variables(read()).items()}
    tenant.add_account("multi.account", AD, "CN=One more")
    tenant.add_account("svc-backup", "Another source", BACKUP)
    inventory = read(sources=["Another source", "HR Database", AD])
    after = {}
    for name, found in variables(inventory).items():
        after[found["rotate_password_source_name"], found["rotate_password_account_id"]] = name
    assert len(after) == len(inventory.hosts) == 7 + 1 + 1 + 1
    assert all(after[AD, account_id] == name for account_id, name in before.items())


NAMES = {
    "svc-backup": "svc-backup",
    "zo\u00eb.o'neil": "zo\u00eb.o-neil",
    "all:!x,&y[0]~@*? {{ 1 }}/..\\": "all--x--y-0---------1",
    "-limit": "limit",
    "\u65e5\u672c": "\u65e5\u672c",
    "{{": "account",
    "x" * 100: "x" * 60,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_host_has_nothing_that_a_pattern_or_a_path_knows(name):
    account = FoundAccount("CN=a", "a", name, None, "i", "s", "Active Directory", False, False, False, None, None)
    made = isc_accounts.host_name(account)
    assert made.rpartition(".")[0] == f"{NAMES[name]}.Active-Directory"
    assert made == isc_accounts.host_name(account._replace(locked=True, last_set=7.0, identity_id="other"))
    others = [account._replace(account_id="cn=a"), account._replace(source_id="t")]
    assert len({made, *map(isc_accounts.host_name, others)}) == 3


def test_accounts_whose_names_of_hosts_would_be_the_same_are_both_there(read, monkeypatch):
    monkeypatch.setattr(isc_accounts, "_part", lambda _name: "x")
    monkeypatch.setattr(isc_accounts.host_name, "__defaults__", (0,))
    inventory = read(query="name:svc*")
    assert ids(inventory) == {BACKUP, "CN=svc-payroll,OU=Service Accounts,DC=acme,DC=com"}


# ---- options ----


def test_disabled_and_locked_accounts_are_left_out_unless_they_are_asked_for(read, tenant):
    tenant.add_account("svc-backup", AD, BACKUP, facts={"disabled": True})
    tenant.add_account("multi.account", AD, ADMIN, facts={"locked": True})
    all_of_them = ids(read(include_disabled=True, include_locked=True))
    assert len(all_of_them) == 7
    assert ids(read()) == all_of_them - {BACKUP, ADMIN}
    assert ids(read(include_disabled=True)) == all_of_them - {ADMIN}
    assert ids(read(include_locked=True)) == all_of_them - {BACKUP}


def test_an_age_and_a_query_choose(read):
    assert ids(read(older_than="90d", unknown_age="exclude")) == {BACKUP, ADMIN} | {
        each for each in ids(read()) if each.startswith("CN=Abby")
    }
    assert len(read(older_than="90d").hosts) == 7
    assert read(older_than="999999d", unknown_age="exclude").hosts == {}
    assert ids(read(query="name:svc-backup")) == {BACKUP}


def test_sources_are_asked_one_after_the_other_and_once(read, tenant):
    inventory = read(sources=[AD, "HR Database", AD])
    assert len(inventory.hosts) == 8
    assert tenant.counts()["search"] == 4


def test_the_group_has_the_name_that_is_given(read):
    assert len(read(group="services").groups["services"].hosts) == 7


def test_groups_and_variables_are_constructed(read, tenant):
    tenant.add_account("svc-backup", AD, BACKUP, facts={"privileged": True})
    inventory = read(
        sources=[AD, "HR Database"],
        compose={"rotate_password_user_name": "isc_account.uid ~ '@acme'"},
        groups={"privileged": "isc_account.privileged", "composed": "rotate_password_user_name is search('@acme')"},
        keyed_groups=[{"key": "rotate_password_source_name", "prefix": "on"}],
    )
    assert {host.vars["rotate_password_user_name"] for host in inventory.groups["privileged"].hosts} == {
        "svc-backup@acme"
    }
    assert len(inventory.groups["composed"].hosts) == 8
    groups = {name: len(group.hosts) for name, group in inventory.groups.items() if name.startswith("on_")}
    assert sorted(groups.values()) == [1, 7]


def test_strict_refuses_what_lenient_skips(read):
    wrong = {"groups": {"odd": "isc_account.nothing.at_all"}}
    assert len(read(**wrong).hosts) == 7
    with pytest.raises(AnsibleParserError):
        read(strict=True, **wrong)


def test_the_connection_comes_from_options_before_the_environment(read, tenant, monkeypatch):
    monkeypatch.setenv("SAIL_BASE_URL", "https://nowhere.invalid")
    monkeypatch.setenv("SAIL_CLIENT_SECRET", "wrong")
    monkeypatch.setenv("SAIL_API_VERSION", "v2024")
    assert len(read(base_url=tenant.base_url, **tenant.clients["api-client-search-only"]).hosts) == 7
    assert {(entry["api_version"], entry["client_id"]) for entry in tenant.requests("search")} == {
        ("v2024", "api-client-search-only")
    }
    tenant.clear_requests()
    assert len(read(base_url=f"{tenant.base_url}/v3", api_version="v3", **tenant.clients["api-client"]).hosts) == 7
    assert {entry["api_version"] for entry in tenant.requests("search")} == {"v3"}


def test_an_empty_option_counts_as_not_given(read, monkeypatch):
    monkeypatch.setenv("SAIL_ACCESS_TOKEN", "")
    monkeypatch.setenv("SAIL_API_VERSION", "")
    assert len(read(base_url="", client_id="", client_secret="", older_than="", query="").hosts) == 7


def test_retries_and_timeout_are_those_of_the_connection(read, tenant):
    tenant.fault("search", "status", status=503)
    assert "HTTP 503" in refusal(read, retries=0)
    assert refusal(read, retries=21).startswith("retries is 21.")
    assert refusal(read, request_timeout=0).startswith("request_timeout is 0.")
    assert "ca_path is given, but validate_certs is false" in refusal(read, validate_certs=False, ca_path="/ca.pem")


def test_tls_is_verified(read, tls_tenant):
    given = {"base_url": tls_tenant.base_url, **tls_tenant.clients["api-client"]}
    assert "certificate" in refusal(read, **given, retries=0)
    assert len(read(**given, ca_path=tls_tenant.ca_path).hosts) == 7
    assert len(read(**given, validate_certs=False).hosts) == 7


@pytest.mark.parametrize("secret", ["client_secret", "access_token"])
def test_who_writes_the_configuration_sends_no_secret_of_the_environment_elsewhere(read, monkeypatch, secret):
    with LocalServer() as thief:
        if secret == "access_token":
            monkeypatch.delenv("SAIL_CLIENT_SECRET")
            monkeypatch.setenv("SAIL_ACCESS_TOKEN", "of-the-environment")
        refused = refusal(read, base_url=thief.url)
        assert refused.startswith(f"base_url is {thief.url}, but {secret} comes from the environment, with the address")
        monkeypatch.delenv("SAIL_BASE_URL")
        # An address with the secret alone in the environment is what people write.
        assert "Nothing was sent" not in refusal(read, base_url=thief.url, retries=0)
        assert len(thief.requests) == 1


def test_a_token_is_used_before_the_credentials(read, tenant):
    assert len(read(access_token="opaque").hosts) == 7
    assert [entry["status"] for entry in tenant.requests("search")] == [401, 200, 200]


# ---- refusals ----


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sources": []}, "sources is empty. Name at least one source."),
        ({"sources": [" "]}, "sources is empty. Give sources."),
        ({"sources": ["Nowhere"]}, "The tenant has no source named 'Nowhere'. Check source_name."),
        ({"older_then": "90d"}, "There is no option older_then. Check its name: Ansible itself would ignore it."),
        ({"older_than": "90 days"}, "older_than is '90 days'."),
        ({"query": "a:b) OR (c:d"}, "query has a ) without its counterpart"),
        ({"query": "what"}, "ISC refused to search: The query is not understood"),
        ({"api_version": "beta"}, "api_version beta has no operation to search. Use api_version v1."),
        ({"base_url": "ftp://acme", "client_secret": "x"}, "base_url is not an https URL"),
    ],
)
def test_what_can_not_be_used_is_refused_with_a_sentence(read, options, message):
    assert refusal(read, **options).startswith(message)


def test_an_unknown_version_in_the_environment_is_refused(read, monkeypatch):
    monkeypatch.setenv("SAIL_API_VERSION", "v9")
    assert "api_version" in refusal(read)


def test_no_host_is_added_where_a_later_source_fails(read):
    inventory = InventoryData()
    with pytest.raises(AnsibleParserError):
        read(into=inventory, sources=[AD, "Nowhere"])
    assert inventory.hosts == {}


def test_a_defect_is_told_without_its_text(read, monkeypatch):
    def broken(*_arguments, **_more):
        raise RuntimeError("a secret")

    monkeypatch.setattr(isc_accounts, "find_accounts", broken)
    message = refusal(read)
    assert "RuntimeError at test_isc_accounts.py" in message and "a secret" not in message


@pytest.mark.parametrize(("name", "expected"), [("a.yml", True), ("a.yaml", True), ("a.csv", False), ("a.ini", False)])
def test_only_yaml_files_are_its_configuration(tmp_path, name, expected):
    (tmp_path / name).touch()
    assert loaded().verify_file(str(tmp_path / name)) is expected


# ---- hostile names ----

SHOWN = {name: text for name, text in TEXTS.items() if text.isprintable() and text.strip() and len(text) < 300}


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_that_comes_from_isc_is_a_template(read, tenant, name):
    text = SHOWN[name]
    tenant.add_account(text, text, text, account_name=text)
    constructed = {"keyed_groups": [{"key": "rotate_password_user_name"}], "compose": {"copy": "isc_account"}}
    inventory = read(sources=[text], **constructed)
    ((host, found),) = variables(inventory).items()
    templar = Templar(loader=DataLoader(), variables=inventory.hosts[host].get_vars())
    for variable in ("user_name", "source_name", "account_id"):
        assert found[f"rotate_password_{variable}"] == text
        assert templar.template(found[f"rotate_password_{variable}"]) == text
    assert templar.template(found["isc_account"])["account_name"] == text
    assert templar.template(found["copy"])["account_name"] == text


# ---- reading it again ----


def test_what_reads_it_again_in_the_same_process_has_the_same_response(read, tenant, monkeypatch):
    assert len(read().hosts) == 7
    tenant.add_account("new", AD, "CN=new")
    assert len(read(again=True).hosts) == 7
    assert len(read(again=True, include_disabled=True).hosts) == 7
    assert tenant.counts()["search"] == 2
    assert len(read(again=True, refresh=True).hosts) == 8
    assert len(read(again=True).hosts) == 8
    assert tenant.counts()["search"] == 4
    tenant.add_account("newer", AD, "CN=newer")
    monkeypatch.setattr(isc_accounts, "REUSE_SECONDS", 0)
    assert len(read(again=True).hosts) == 9


def test_another_question_or_another_token_is_asked_for_itself(read, tenant):
    assert len(read().hosts) == 7
    assert len(read(again=True, query="name:svc*").hosts) == 2
    assert len(read(again=True, sources=["HR Database"]).hosts) == 1
    refused = {**tenant.clients["api-client-passwords-only"], "again": True}
    assert "The token lacks the scope sp:search:read" in refusal(read, **refused)


# ---- cache ----


@pytest.fixture
def cached(read, tmp_path):
    """Return ``read`` with a cache in files. Ansible does not read from it where the inventory is to be refreshed."""
    place = {"cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    return lambda refresh=False, **options: read(refresh=refresh, **{"cache": True, **place, **options})


def test_a_cache_is_used_and_filled_and_refreshed(cached, tenant):
    first = variables(cached())
    assert tenant.counts()["search"] == 2
    assert variables(cached()) == first
    assert tenant.counts()["search"] == 2
    tenant.add_account("new", AD, "CN=new")
    assert len(cached().hosts) == 7
    assert len(cached(refresh=True).hosts) == 8
    assert len(cached().hosts) == 8
    assert tenant.counts()["search"] == 4


def test_without_the_option_nothing_is_cached(cached, tenant):
    cached(cache=False)
    cached(cache=False)
    assert tenant.counts()["search"] == 4


def test_what_is_cached_is_filtered_when_it_is_read(cached, tenant):
    tenant.add_account("svc-backup", AD, BACKUP, facts={"disabled": True})
    assert len(cached().hosts) == 6
    assert len(cached(include_disabled=True).hosts) == 7
    assert len(cached(older_than="90d", unknown_age="exclude").hosts) == 2
    assert tenant.counts()["search"] == 2


@pytest.mark.parametrize("other", [{"sources": ["HR Database"]}, {"query": "name:svc*"}])
def test_other_questions_have_answers_of_their_own(cached, other):
    assert len(cached().hosts) == 7
    assert len(cached(**other).hosts) < 7
    assert len(cached().hosts) == 7


@pytest.mark.parametrize("content", [{}, [], "text", 7, [["a"]], [[None] * 12], [[*"abcdefg", 1, 1, 1, 1, 1]]])
def test_a_cache_that_holds_anything_else_is_not_used(cached, tmp_path, content):
    cached()
    (file,) = (tmp_path / "cache").iterdir()
    kept = json.loads(file.read_text())
    wrapped = isinstance(kept, dict)
    file.write_text(json.dumps({**kept, "__payload__": json.dumps(content)} if wrapped else content))
    assert len(cached().hosts) == (0 if content == [] else 7)


def test_a_cache_holds_no_credentials(cached, tmp_path, tenant):
    cached()
    (file,) = (tmp_path / "cache").iterdir()
    text = file.read_text()
    assert BACKUP in text
    assert not any(
        secret in text for client in tenant.clients.values() for secret in client.values() if len(secret) > 9
    )


def test_the_examples_are_configurations():
    for example in yaml.safe_load_all(isc_accounts.EXAMPLES):
        options = documented_options()
        assert example.keys() <= options.keys()
        assert {name for name, option in options.items() if option.get("required")} <= example.keys()


def test_what_is_asked_for_may_come_from_the_environment(read, tenant, monkeypatch):
    tenant.add_account("other", "Berlin", "CN=other", facts={"passwordLastSet": "2020-01-01T00:00:00Z"})
    monkeypatch.setenv("ISC_ACCOUNTS_SOURCES", f"{AD},Berlin")
    monkeypatch.setenv("ISC_ACCOUNTS_OLDER_THAN", "90d")
    monkeypatch.setenv("ISC_ACCOUNTS_UNKNOWN_AGE", "exclude")

    def users(**options):
        hosts = read(**options).hosts.values()
        return sorted(host.vars["rotate_password_user_name"] for host in hosts)

    assert users(sources=None) == ["Abby.Smith", "multi.account", "other", "svc-backup"]
    assert users() == ["Abby.Smith", "multi.account", "svc-backup"]
    assert users(sources=None, older_than="9999d") == []
    assert len(users(unknown_age="include")) == 7
    monkeypatch.setenv("ISC_ACCOUNTS_QUERY", "name:svc*")
    assert users(sources=None) == ["svc-backup"]
    assert users(sources=None, query="name:other") == ["other"]


@pytest.mark.parametrize("name", ["OLDER_THAN", "QUERY"])
def test_an_empty_variable_of_the_environment_is_not_given(read, monkeypatch, name):
    monkeypatch.setenv(f"ISC_ACCOUNTS_{name}", "")
    assert len(read().hosts) == 7


@pytest.mark.parametrize(
    ("name", "message"), [("SOURCES", "sources is empty"), ("UNKNOWN_AGE", "Invalid value '' for config")]
)
def test_no_sources_and_no_choice_are_errors(read, monkeypatch, name, message):
    monkeypatch.setenv(f"ISC_ACCOUNTS_{name}", "")
    with pytest.raises(AnsibleError) as caught:
        read(sources=None if name == "SOURCES" else [AD], older_than="1d")
    assert message in str(caught.value) or "unknown_age" in str(caught.value)
