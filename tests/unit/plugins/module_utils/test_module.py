# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An operation run as a module, with secrets inside an option."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils import basic
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connection_spec
from ansible_collections.community.sailpoint.plugins.module_utils._errors import BatchError
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import run_module
from ansible_collections.community.sailpoint.plugins.modules import isc_password, isc_password_batch
from support.modules import PASSWORD

SECRET = "client-secret-of-this-test"
SPEC = {
    **connection_spec(),
    "accounts": {"type": "list", "elements": "dict", "options": {"password": {"type": "str", "no_log": True}}},
}
GIVEN = {
    "base_url": "https://acme.api.identitynow.com",
    "client_id": "c",
    "client_secret": SECRET,
    "accounts": [{"password": PASSWORD}],
}


HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def shown_accounts(result):
    """Return the option as the invocation shows it. ansible-core 2.21 and later return no invocation."""
    return result.get("invocation", {"module_args": {"accounts": HIDDEN}})["module_args"]["accounts"]


@pytest.fixture
def ended(monkeypatch, capsys):
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": GIVEN}).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    logged = []
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda self, text, log_args=None: logged.append((text, log_args)))

    def ended(run):
        with pytest.raises(SystemExit):
            run_module(SPEC, run, (), unlogged="accounts")
        # Searching the text of a log for thousands of secrets would take minutes.
        assert logged == []
        return json.loads(capsys.readouterr().out)

    return ended


def test_the_option_with_the_secrets_is_not_returned(ended):
    result = ended(lambda params, check_mode, client: {"changed": True, "count": len(params["accounts"])})
    assert (result["changed"], result["count"]) == (True, 1)
    assert shown_accounts(result) == HIDDEN
    assert set(result.pop("_ansible_new_secrets", ())) <= {PASSWORD, SECRET}
    assert PASSWORD not in str(result) and SECRET not in str(result)


def test_a_result_that_contains_a_secret_by_chance_is_not_masked(ended):
    result = ended(lambda params, check_mode, client: {"changed": True, "account_id": f"CN={PASSWORD},O={SECRET}"})
    assert result["account_id"] == f"CN={PASSWORD},O={SECRET}"


def test_a_failure_returns_its_results(ended):
    def run(params, check_mode, client):
        raise BatchError("One failed.", "Try again.", changed=True, results=[1], summary={"total": 1})

    result = ended(run)
    assert result["failed"] and result["changed"]
    assert (result["msg"], result["results"], result["summary"]) == ("One failed. Try again.", [1], {"total": 1})
    assert shown_accounts(result) == HIDDEN


@pytest.mark.parametrize(("module", "option"), [(isc_password, "receipt"), (isc_password_batch, "accounts")])
def test_the_modules_name_the_option_whose_secrets_are_neither_logged_nor_returned(monkeypatch, module, option):
    given = []
    monkeypatch.setattr(module, "run_module", lambda *unused, **named: given.append(named))
    module.main()
    assert given == [{"unlogged": option}]
