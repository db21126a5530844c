# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that are refused before anything is sent: repeated ones, and those with a secret for another server."""

from __future__ import annotations

import types
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.action import (
    isc_digit_token,
    isc_login,
    isc_password,
    isc_password_batch,
    isc_password_change_info,
    isc_password_info,
    isc_source_credential,
    rotation_begin,
)
from support.actions import run_action
from support.modules import AD, BY_NAME, NAMES, PASSWORD, access

SENDING = {
    isc_password: BY_NAME,
    isc_password_batch: {"accounts": [BY_NAME]},
    isc_digit_token: {"user_id": "svc-backup"},
    isc_source_credential: {"source_name": AD, "value": PASSWORD},
}
OTHER = "http://127.0.0.1:9"


def run_task(plugin: Any, given: dict[str, Any], **task: Any) -> dict[str, Any]:
    """Run an action plugin in a task without keywords, except those given."""
    return run_action(plugin.ActionModule, given, **{"until": [], "retries": None, **task})


@pytest.mark.parametrize("plugin", SENDING, ids=lambda plugin: plugin.__name__.rpartition(".")[2])
@pytest.mark.parametrize("keywords", [{"until": ["c is succeeded"]}, {"retries": 3}, {"until": ["x"], "retries": 1}])
def test_a_task_that_ansible_repeats_is_refused_where_it_sends_a_change(tenant, plugin, keywords):
    tenant.fault("set", "lost_after", times=None)
    result = run_task(plugin, {**access(tenant), **SENDING[plugin]}, **keywords)
    assert result["failed"]
    assert result["msg"].startswith("The task has until or retries, with which Ansible would send again what ISC may")
    assert "poll with community.sailpoint.isc_password_change_info" in result["hint"]
    assert tenant.counts() == {}


def test_a_task_that_only_reads_may_be_repeated(tenant):
    assert run_task(isc_password_info, {**access(tenant), **NAMES}, until=["x"], retries=3)["accounts"]
    given = {**access(tenant), "request_id": "unknown", "wait": False}
    assert "until or retries" not in run_task(isc_password_change_info, given, until=["x"], retries=3)["msg"]


@pytest.fixture
def environment(tenant, monkeypatch):
    """Put the tenant and its client into the environment, as AWX does, and return the remaining options."""
    for name, value in tenant.environment().items():
        monkeypatch.setenv(name, value)
    return {"ca_path": tenant.ca_path}


def test_the_secret_of_the_environment_goes_to_the_address_of_the_environment_only(tenant, environment, monkeypatch):
    secret = tenant.environment()["SAIL_CLIENT_SECRET"]
    result = run_task(isc_login, {**environment, "base_url": OTHER})
    assert result["msg"].startswith(
        f"base_url is {OTHER}, but client_secret comes from the environment, with the address {tenant.base_url} in "
        "SAIL_BASE_URL. It is sent to that address only"
    )
    assert secret not in str(result)
    assert run_task(isc_login, {**environment, "base_url": f"{tenant.base_url}/v2025/"})["access_token"]
    assert run_task(isc_login, environment)["access_token"]
    assert run_task(isc_login, {**environment, "base_url": "", "client_secret": None})["access_token"]
    # The same holds for the access token.
    monkeypatch.delenv("SAIL_CLIENT_SECRET")
    monkeypatch.setenv("SAIL_ACCESS_TOKEN", "a.b.c")
    assert (
        "but access_token comes from the environment" in run_task(isc_login, {**environment, "base_url": OTHER})["msg"]
    )


def test_a_secret_goes_to_any_address_if_only_one_of_them_is_in_the_environment(tenant, environment, monkeypatch):
    monkeypatch.setenv("SAIL_BASE_URL", OTHER)
    assert run_task(isc_login, access(tenant))["access_token"]
    monkeypatch.delenv("SAIL_BASE_URL")
    assert run_task(isc_login, {**environment, "base_url": tenant.base_url})["access_token"]


def test_a_variable_of_a_host_does_not_redirect_the_role(tenant, environment):
    given = {**NAMES, "value": "Quiet-Harbour-42", "base_url": OTHER}
    result = run_action(rotation_begin.ActionModule, {}, {f"rotate_password_{name}": given[name] for name in given})
    assert result["has_failed"]
    assert "comes from the environment, with the address" in result["failure"]["message"]
    assert tenant.counts() == {}


LOOP = {"loop": ["x"], "loop_control": types.SimpleNamespace(loop_var="account")}


def set_in_loop(tenant: Any, item: Any, **given: Any) -> dict[str, Any]:
    """Set a password in a loop over *item*."""
    variables = {"account": item}
    arguments = {**access(tenant), **BY_NAME, "wait_sleep": 0.1, **given}
    return run_action(isc_password.ActionModule, arguments, variables, until=[], retries=None, **LOOP)


@pytest.mark.parametrize("item", [{"user": "svc-backup", "pw": PASSWORD}, [PASSWORD], PASSWORD, {PASSWORD: 1}])
def test_an_item_with_the_password_is_not_shown(tenant, item):
    assert set_in_loop(tenant, item)["_ansible_no_log"] is True
    assert "_ansible_no_log" not in set_in_loop(tenant, {"user": "svc-backup"})


def test_nor_is_an_item_with_a_password_of_a_batch(tenant):
    accounts = [{**BY_NAME, "password": PASSWORD}]
    for item, hidden in (({"some": accounts}, True), ("some", False)):
        given = {**access(tenant), "accounts": accounts, "wait": False}
        result = run_action(isc_password_batch.ActionModule, given, {"account": item}, until=[], retries=None, **LOOP)
        assert ("_ansible_no_log" in result) is hidden
        assert "failed" not in result


def test_nor_is_the_item_of_a_failed_task_but_its_message_is_shown(tenant, capsys):
    result = set_in_loop(tenant, {"pw": PASSWORD}, source_name="No such source", retries=0)
    assert result["failed"] and result["_ansible_no_log"]
    shown = capsys.readouterr()
    assert "No such source" in shown.err + shown.out
    assert PASSWORD not in shown.err + shown.out
    assert set_in_loop(tenant, {"pw": PASSWORD}, nonsense=1)["_ansible_no_log"]


def test_nor_is_an_item_with_the_fingerprint_of_a_receipt(tenant):
    fingerprint = {"scheme": "scrypt", "n": 2, "r": 1, "p": 1, "salt": "U2FsdA==", "digest": "RGlnZXN0"}
    given = {"receipt": {"format": 1, "fingerprint": fingerprint}, "source_name": "No such source", "retries": 0}
    assert set_in_loop(tenant, {"user": "svc-backup", **given}, **given)["_ansible_no_log"]
    assert "_ansible_no_log" not in set_in_loop(tenant, {"user": "svc-backup"}, **given)


def test_output_with_a_returned_receipt_is_hidden(tenant, tmp_path):
    result = run_task(isc_password, {**access(tenant), **BY_NAME, "receipt": {"x": 1}})
    assert "malformed" in result["msg"] and "_ansible_no_log" not in result
    returned = run_task(isc_password, {**access(tenant), **BY_NAME, "wait_sleep": 0.1, "receipt": {}})
    assert returned["receipt"]["fingerprint"] and returned["_ansible_no_log"]
    given = {**BY_NAME, "password": "Other-Harbour-43", "wait_sleep": 0.1, "receipt_file": str(tmp_path / "r.json")}
    in_file = run_task(isc_password, {**access(tenant), **given})
    assert in_file["receipt"]["state"] == "FINISHED"
    assert "fingerprint" not in in_file["receipt"] and "_ansible_no_log" not in in_file
