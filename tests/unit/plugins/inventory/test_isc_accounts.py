# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin isc_accounts against a tenant: hosts and their names, each option, and the cache."""

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
    """Return the options, including those of the fragments, as Ansible merges them."""
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


def load_plugin():
    constants.config.initialize_plugin_configuration_definitions("inventory", NAME, documented_options())
    plugin = isc_accounts.InventoryModule()
    plugin._load_name, plugin._redirected_names = NAME, [NAME]
    return plugin


@pytest.fixture
def read(tmp_path, tenant, monkeypatch):
    """Write a configuration, and return the inventory made of it. Credentials come from the environment."""
    for name, value in tenant.environment().items():
        monkeypatch.setenv(name, value)

    def parse(refresh=False, into=None, again=False, **options):
        if not again:
            isc_accounts._recent.clear()
        config = tmp_path / "accounts.yml"
        given = {"plugin": NAME, "sources": [AD], **options}
        config.write_text(yaml.safe_dump({name: value for name, value in given.items() if value is not None}), "utf-8")
        inventory = into or InventoryData()
        plugin = load_plugin()
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
    return {values["rotate_password_account_id"] for values in variables(inventory).values()}


def refusal(read, **options):
    with pytest.raises(AnsibleParserError) as caught:
        read(**options)
    text = getattr(caught.value, "message", "") or str(caught.value)
    return text.split("accounts.yml: ", 1)[-1]


def test_each_account_is_a_host_with_the_variables_of_the_role_and_its_attributes(read, tenant):
    inventory = read()
    (name,) = (name for name in inventory.hosts if name.startswith("svc-backup."))
    world = {user["user_name"]: user["identity_id"] for user in tenant.world()["users"]}
    sources = {source["name"]: source["id"] for source in tenant.world()["sources"]}
    values = variables(inventory)[name]
    assert values["isc_account"].pop("password_age_days") > 600
    assert values == {
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
    # The variables of the role are those of csv_accounts.
    content = f'user_name,source_name,account_id\nsvc-backup,{AD},"{BACKUP}"\n'.encode()
    del values["isc_account"]
    assert csv_accounts.read_accounts(content, ",", "user_name", "rotate_password_") == {"svc-backup": values}
    assert len(inventory.hosts) == 7
    assert {host.name for host in inventory.groups["accounts"].hosts} == set(inventory.hosts)
    assert tenant.counts() == {"login": 1, "search": 2}


def test_host_names_do_not_depend_on_other_accounts(read, tenant):
    before = {values["rotate_password_account_id"]: name for name, values in variables(read()).items()}
    tenant.add_account("multi.account", AD, "CN=Extra")
    tenant.add_account("svc-backup", "Another source", BACKUP)
    inventory = read(sources=["Another source", "HR Database", AD])
    after = {}
    for name, values in variables(inventory).items():
        after[values["rotate_password_source_name"], values["rotate_password_account_id"]] = name
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
def test_a_host_name_has_no_character_that_is_special_in_a_pattern_or_path(name):
    account = FoundAccount("CN=a", "a", name, None, "i", "s", "Active Directory", False, False, False, None, None)
    made = isc_accounts.host_name(account)
    assert made.rpartition(".")[0] == f"{NAMES[name]}.Active-Directory"
    assert made == isc_accounts.host_name(account._replace(locked=True, last_set=7.0, identity_id="other"))
    others = [account._replace(account_id="cn=a"), account._replace(source_id="t")]
    assert len({made, *map(isc_accounts.host_name, others)}) == 3


def test_accounts_with_colliding_host_names_are_both_included(read, monkeypatch):
    monkeypatch.setattr(isc_accounts, "_part", lambda _name: "x")
    monkeypatch.setattr(isc_accounts.host_name, "__defaults__", (0,))
    inventory = read(query="name:svc*")
    assert ids(inventory) == {BACKUP, "CN=svc-payroll,OU=Service Accounts,DC=acme,DC=com"}


# ---- options ----


def test_disabled_and_locked_accounts_are_excluded_by_default(read, tenant):
    tenant.add_account("svc-backup", AD, BACKUP, facts={"disabled": True})
    tenant.add_account("multi.account", AD, ADMIN, facts={"locked": True})
    everyone = ids(read(include_disabled=True, include_locked=True))
    assert len(everyone) == 7
    assert ids(read()) == everyone - {BACKUP, ADMIN}
    assert ids(read(include_disabled=True)) == everyone - {ADMIN}
    assert ids(read(include_locked=True)) == everyone - {BACKUP}


def test_age_and_query_select_and_sources_are_searched_once(read, tenant):
    assert ids(read(older_than="90d", unknown_age="exclude")) == {BACKUP, ADMIN} | {
        each for each in ids(read()) if each.startswith("CN=Abby")
    }
    assert len(read(older_than="90d").hosts) == 7
    assert read(older_than="999999d", unknown_age="exclude").hosts == {}
    assert ids(read(query="name:svc-backup")) == {BACKUP}
    before = tenant.counts()["search"]
    assert len(read(sources=[AD, "HR Database", AD], group="services").groups["services"].hosts) == 8
    assert tenant.counts()["search"] == before + 4


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
    # Only with strict, an error is fatal.
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
    tenant.clear_requests()
    assert len(read(base_url=tenant.base_url, access_token="opaque", **tenant.clients["api-client"]).hosts) == 7
    assert [entry["status"] for entry in tenant.requests("search")] == [401, 200, 200]
    monkeypatch.setenv("SAIL_API_VERSION", "v9")
    assert "api_version" in refusal(read)


def test_an_empty_option_counts_as_missing(read, monkeypatch):
    for name in ("SAIL_ACCESS_TOKEN", "SAIL_API_VERSION", "ISC_ACCOUNTS_OLDER_THAN", "ISC_ACCOUNTS_QUERY"):
        monkeypatch.setenv(name, "")
    assert len(read().hosts) == 7
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
def test_the_configuration_cannot_send_a_secret_of_the_environment_elsewhere(read, monkeypatch, secret):
    with LocalServer() as thief:
        if secret == "access_token":
            monkeypatch.delenv("SAIL_CLIENT_SECRET")
            monkeypatch.setenv("SAIL_ACCESS_TOKEN", "of-the-environment")
        message = refusal(read, base_url=thief.url)
        assert message.startswith(f"base_url is {thief.url}, but {secret} comes from the environment, with the address")
        monkeypatch.delenv("SAIL_BASE_URL")
        # An address in the configuration with only the secret in the environment is a usual setup.
        assert "Nothing was sent" not in refusal(read, base_url=thief.url, retries=0)
        assert len(thief.requests) == 1


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
def test_unusable_options_are_refused_with_a_reason(read, options, message):
    assert refusal(read, **options).startswith(message)


def test_no_host_is_added_if_a_later_source_fails(read):
    inventory = InventoryData()
    with pytest.raises(AnsibleParserError):
        read(into=inventory, sources=[AD, "Nowhere"])
    assert inventory.hosts == {}


def test_an_internal_error_is_reported_without_its_text(read, monkeypatch):
    def broken(*_arguments, **_more):
        raise RuntimeError("a secret")

    monkeypatch.setattr(isc_accounts, "find_accounts", broken)
    message = refusal(read)
    assert "RuntimeError at test_isc_accounts.py" in message and "a secret" not in message


@pytest.mark.parametrize(("name", "expected"), [("a.yml", True), ("a.yaml", True), ("a.csv", False), ("a.ini", False)])
def test_only_yaml_files_are_its_configuration(tmp_path, name, expected):
    (tmp_path / name).touch()
    assert load_plugin().verify_file(str(tmp_path / name)) is expected


# ---- hostile names ----

SHOWN = {name: text for name, text in TEXTS.items() if text.isprintable() and text.strip() and len(text) < 300}


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_that_comes_from_isc_is_a_template(read, tenant, name):
    text = SHOWN[name]
    tenant.add_account(text, text, text, account_name=text)
    constructed = {"keyed_groups": [{"key": "rotate_password_user_name"}], "compose": {"copy": "isc_account"}}
    inventory = read(sources=[text], **constructed)
    ((host, values),) = variables(inventory).items()
    templar = Templar(loader=DataLoader(), variables=inventory.hosts[host].get_vars())
    for variable in ("user_name", "source_name", "account_id"):
        assert values[f"rotate_password_{variable}"] == text
        assert templar.template(values[f"rotate_password_{variable}"]) == text
    assert templar.template(values["isc_account"])["account_name"] == text
    assert templar.template(values["copy"])["account_name"] == text


# ---- reading it again ----


def test_the_same_process_reuses_a_response_for_a_while(read, tenant, monkeypatch):
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


def test_a_response_is_reused_only_for_the_same_query_and_token(read, tenant):
    assert len(read().hosts) == 7
    assert len(read(again=True, query="name:svc*").hosts) == 2
    assert len(read(again=True, sources=["HR Database"]).hosts) == 1
    denied = {**tenant.clients["api-client-passwords-only"], "again": True}
    assert "The token lacks the scope sp:search:read" in refusal(read, **denied)


# ---- cache ----


@pytest.fixture
def cached(read, tmp_path):
    """Return ``read`` with a cache in files. Ansible doesn't read from it when the inventory is to be refreshed."""
    place = {"cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    return lambda refresh=False, **options: read(refresh=refresh, **{"cache": True, **place, **options})


@pytest.mark.parametrize("other", [{"sources": ["HR Database"]}, {"query": "name:svc*"}])
def test_a_cache_is_filled_used_and_refreshed(cached, tenant, other):
    first = variables(cached())
    assert tenant.counts()["search"] == 2
    assert variables(cached()) == first
    assert tenant.counts()["search"] == 2
    tenant.add_account("new", AD, "CN=new")
    assert len(cached().hosts) == 7
    assert len(cached(refresh=True).hosts) == 8
    assert len(cached().hosts) == 8
    assert tenant.counts()["search"] == 4
    # Another query has its own entry, and without the option nothing is cached.
    assert len(cached(**other).hosts) < 7
    assert len(cached().hosts) == 8
    before = tenant.counts()["search"]
    for _time in range(2):
        cached(cache=False)
    assert tenant.counts()["search"] == before + 4


def test_cached_accounts_are_filtered_when_they_are_read(cached, tenant):
    tenant.add_account("svc-backup", AD, BACKUP, facts={"disabled": True})
    assert len(cached().hosts) == 6
    assert len(cached(include_disabled=True).hosts) == 7
    assert len(cached(older_than="90d", unknown_age="exclude").hosts) == 2
    assert tenant.counts()["search"] == 2


@pytest.mark.parametrize("content", [{}, [], "text", 7, [["a"]], [[None] * 12], [[*"abcdefg", 1, 1, 1, 1, 1]]])
def test_a_malformed_cache_is_not_used(cached, tmp_path, content):
    cached()
    (file,) = (tmp_path / "cache").iterdir()
    stored = json.loads(file.read_text())
    wrapped = isinstance(stored, dict)
    file.write_text(json.dumps({**stored, "__payload__": json.dumps(content)} if wrapped else content))
    assert len(cached().hosts) == (0 if content == [] else 7)


def test_a_cache_holds_no_credentials(cached, tmp_path, tenant):
    cached()
    (file,) = (tmp_path / "cache").iterdir()
    text = file.read_text()
    assert BACKUP in text
    secrets = [value for client in tenant.clients.values() for value in client.values() if len(value) > 9]
    assert not any(secret in text for secret in secrets)


def test_the_examples_are_configurations():
    for example in yaml.safe_load_all(isc_accounts.EXAMPLES):
        options = documented_options()
        assert example.keys() <= options.keys()
        assert {name for name, option in options.items() if option.get("required")} <= example.keys()


def test_sources_age_and_query_may_come_from_the_environment(read, tenant, monkeypatch):
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


@pytest.mark.parametrize(
    ("name", "message"), [("SOURCES", "sources is empty"), ("UNKNOWN_AGE", "Invalid value '' for config")]
)
def test_an_empty_variable_for_sources_or_unknown_age_is_an_error(read, monkeypatch, name, message):
    monkeypatch.setenv(f"ISC_ACCOUNTS_{name}", "")
    with pytest.raises(AnsibleError) as caught:
        read(sources=None if name == "SOURCES" else [AD], older_than="1d")
    assert message in str(caught.value) or "unknown_age" in str(caught.value)
