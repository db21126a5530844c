# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning the result or error of an operation into a task's result."""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.modules import isc_login, isc_password_info
from support.modules import AD, access, validated


@pytest.fixture
def params(tenant):
    return validated(isc_login.ARGUMENT_SPEC, **access(tenant))


def test_a_result_is_returned(tenant, params):
    result = execute(isc_login.run, params, False)
    assert result["authority"] == "api_client"
    assert "failed" not in result and "warnings" not in result
    assert tenant.counts() == {"login": 1}


def test_warnings_are_part_of_the_result(tenant):
    given = {**access(tenant), "api_version": "beta", "user_name": "svc-backup", "source_name": AD}
    result = execute(isc_password_info.run, validated(isc_password_info.ARGUMENT_SPEC, **given), True)
    (warning,) = result["warnings"]
    assert "deprecated api_version beta" in warning


def test_parameters_and_check_mode_are_passed_on(params):
    seen = []
    execute(lambda *arguments: seen.extend(arguments) or {}, params, True)
    assert seen[0] is params and seen[1] is True


def test_an_error_becomes_a_failure(params):
    def run(params, check_mode, client):
        client.warnings.append("Careful.")
        raise IscError("No.", "Do this.", request_id="r")

    assert execute(run, params, False) == {
        "failed": True,
        "changed": False,
        "msg": "No. Do this.",
        "hint": "Do this.",
        "request_id": "r",
        "warnings": ["Careful."],
    }


def test_unusable_options_become_a_failure():
    result = execute(isc_login.run, validated(isc_login.ARGUMENT_SPEC, client_id="c"), False)
    assert result["failed"] and result["msg"].startswith("base_url is missing. Give the address")


def test_an_internal_error_shows_its_place_and_no_message(params):
    def run(params, check_mode, client):
        raise ValueError("Sesame")

    result = execute(run, params, False)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "has an internal error (ValueError at test_execution.py:" in result["msg"]
    assert "https://" in result["msg"]
    assert "Sesame" not in str(result)


@pytest.mark.parametrize("ending", [None, IscError("No."), ValueError("No."), KeyboardInterrupt()])
def test_connections_are_closed_however_it_ends(params, monkeypatch, ending):
    closed = []

    def run(params, check_mode, client):
        monkeypatch.setattr(client, "close", lambda: closed.append(True))
        if ending:
            raise ending
        return {}

    with contextlib.suppress(KeyboardInterrupt):
        execute(run, params, False)
    assert closed == [True]
