# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that are no text any more are refused by name."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.modules import isc_login, isc_password, isc_password_batch
from ansible_collections.community.sailpoint.plugins.plugin_utils._task_secrets import check_secrets_are_text


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (7, "a number"),
        (1.5, "a number"),
        (True, "true or false"),
        (["a"], "a list"),
        ({"a": 1}, "a dictionary"),
        (datetime.date(2026, 11, 24), "something else"),
    ],
)
def test_what_became_something_else_is_refused(value, kind):
    with pytest.raises(InputError) as refusal:
        check_secrets_are_text(isc_password.ARGUMENT_SPEC, {"password": value})
    assert refusal.value.message == (
        f"password is not text but {kind}: YAML or a template has changed it, and the original is lost (007 became 7)."
    )
    assert refusal.value.hint.startswith("Put it in quotes")


@pytest.mark.parametrize("option", ["client_secret", "access_token"])
def test_all_secrets_are_looked_at(option):
    with pytest.raises(InputError, match=f"^{option} is not text"):
        check_secrets_are_text(isc_login.ARGUMENT_SPEC, {option: 7})


def test_each_account_of_a_batch_is_looked_at():
    accounts = [{"password": "text"}, "no account", {"user_name": 7}, {"password": 7}]
    with pytest.raises(InputError, match=r"^accounts\[3\]\.password is not text but a number"):
        check_secrets_are_text(isc_password_batch.ARGUMENT_SPEC, {"accounts": accounts})


def test_text_and_what_is_no_secret_pass():
    good = {"password": "007", "client_secret": "", "access_token": None, "user_name": 7, "enforce_policy": True}
    check_secrets_are_text(isc_password.ARGUMENT_SPEC, good)
    check_secrets_are_text(isc_password_batch.ARGUMENT_SPEC, {"accounts": "nothing that is a list"})
