# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first task of a rotation: makes the options from the variables of a host, and logs in once for all tasks."""

from __future__ import annotations

import re

import pytest
from ansible_collections.community.sailpoint.plugins.action.rotation_begin import ActionModule
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connection_spec
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.modules import isc_password_info
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import BATCH_SPEC, SPEC
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import read_rotation
from support.actions import run_action
from support.modules import NAMES, access, validated
from support.templates import template

CLIENTS = [{"client_id": name, "client_secret": f"Secret-{name}"} for name in ("one", "two", "three")]
TENANT = "https://acme.api.identitynow.com"


def begin(arguments=None, environment=None, variables=None, **given):
    """Return the rotation that the task begins with these options of the role and further *variables*."""
    named = {f"rotate_password_{name}": value for name, value in {**NAMES, "value": "Given-1", **given}.items()}
    task = {"environment": [environment]} if environment else {}
    result = run_action(ActionModule, arguments, {**named, **(variables or {})}, **task)
    assert result["_ansible_no_log"] is True
    return read_rotation(result)


def batch(arguments=None, **more):
    return begin({"batch": True, **(arguments or {})}, **more)


def connection(**more):
    """Return the connection options of a host of a batch."""
    return batch(**more).options.connection


def test_the_options_are_the_variables_of_the_role():
    made = batch(length="20", store=template("{{ 'no' }}ne"), base_url=TENANT)
    assert (made.options["user_name"], made.options["length"], made.options["store"]) == ("svc-backup", 20, "none")
    assert made.options.connection["base_url"] == TENANT
    assert (made.problem, made.outcome) == (None, None)


@pytest.mark.parametrize("is_batch", [False, True])
def test_no_other_variable_is_an_option(is_batch):
    broken = dict.fromkeys((*SPEC, *BATCH_SPEC, *connection_spec(), "other"), template("{{ missing }}"))
    made = begin({"batch": is_batch}, variables={"client_secret": broken["value"]}, **broken)
    names = re.findall(r"(\w+) can't be evaluated", made.problem.message)
    expected = {*SPEC, *connection_spec(), *(BATCH_SPEC if is_batch else ())}
    assert sorted(names) == sorted(f"rotate_password_{name}" for name in expected)


def test_a_problem_with_the_options_names_the_account():
    made = batch(length="many")
    assert (made.outcome, made.problem.step) == ("refused", "options")
    assert made.problem.message == ("rotate_password_length must be a whole number. Leave it out if you don't need it.")
    assert made.options.identification == NAMES
    assert "rotate_password_store_dir is missing" in batch(store="file", value="").problem.message


def test_the_role_comes_before_the_play_and_the_play_before_the_environment(monkeypatch):
    monkeypatch.setenv("SAIL_CLIENT_ID", "of the process")
    assert connection()["client_id"] == "of the process"
    in_play = {"environment": {"SAIL_CLIENT_ID": "of the play"}}
    assert connection(**in_play)["client_id"] == "of the play"
    default = {"arguments": {"client_id": "of module_defaults"}}
    assert connection(**in_play, **default)["client_id"] == "of module_defaults"
    assert connection(**in_play, **default, client_id="of the role")["client_id"] == "of the role"
    assert connection(**default, client_id="")["client_id"] == "of module_defaults"


def test_a_default_equals_the_same_value_given():
    # Otherwise hosts that share a connection would seem to have different ones.
    assert connection() == {"validate_certs": True, "request_timeout": 30.0, "retries": 4}
    assert connection(validate_certs=True, request_timeout=30, retries=4) == connection()


@pytest.mark.parametrize(
    ("given", "variables", "client"),
    [
        ({"slice": 4}, {}, "two"),
        ({"slice": "0"}, {"awx_job_id": 4}, "one"),
        # Consecutive jobs take the clients in turn.
        ({}, {"awx_job_id": 4}, "two"),
        ({}, {"awx_job_id": "5"}, "three"),
        ({}, {}, "one"),
    ],
)
def test_each_slice_has_its_own_client(given, variables, client):
    made = batch(clients=CLIENTS, **given, variables=variables)
    assert made.options.connection["client_id"] == client
    assert made.options.connection["client_secret"] == f"Secret-{client}"
    # No other client is passed on.
    assert {"clients", "slice"}.isdisjoint(made.options.values)
    assert not any(f"Secret-{other['client_id']}" in str(made) for other in CLIENTS if other["client_id"] != client)


def test_the_client_of_a_slice_takes_precedence_but_only_in_a_batch():
    given = {"client_id": "x", "client_secret": "y", "access_token": "z"}
    made = connection(clients=CLIENTS, slice=1, **given)
    assert (made["client_id"], made["client_secret"], made["access_token"]) == ("two", "Secret-two", None)
    made = begin(clients=CLIENTS, slice=1, base_url="http://acme.example")
    assert "client_id" not in made.options.connection
    assert batch(clients=[{"client_id": "x"}]).problem.message.startswith("Entry 1 of rotate_password_clients")


def test_a_batch_records_the_connection_variables_of_each_store():
    variables = {"ansible_hashi_vault_url": template("{{ 'https://' }}vault"), "ansible_user": "me"}
    assert batch(variables=variables).store_variables == {}
    assert batch(store="kv2", value="", variables=variables).store_variables == {
        "ansible_hashi_vault_url": "https://vault"
    }


def test_one_account_logs_in_once_for_all_tasks_and_a_batch_later(tenant):
    batch(**access(tenant))
    assert tenant.counts() == {}
    made = begin(**access(tenant))
    assert made.problem is None
    assert made.options.connection["access_token"]
    assert tenant.counts() == {"login": 1}
    # Later tasks can log in again once the token has expired.
    tenant.expire_tokens()
    params = validated(isc_password_info.ARGUMENT_SPEC, **made.options.connection, **NAMES)
    assert execute(isc_password_info.run, params, False)["accounts"]
    assert tenant.counts()["login"] == 2


@pytest.mark.parametrize(
    ("given", "step"),
    [
        ({"client_secret": "wrong"}, "query"),
        ({"base_url": "http://acme.example"}, "options"),
        ({"retries": 99}, "options"),
    ],
)
def test_a_login_that_fails_is_the_rotation_s_problem(tenant, given, step):
    made = begin(**{**access(tenant), **given})
    assert (made.outcome, made.problem.step) == ("refused", step)
