# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter matching_accounts."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.sailpoint.plugins.filter.matching_accounts import FilterModule
from jinja2 import Environment
from jinja2.runtime import Undefined

ADMIN = {"account_id": "CN=Admin,DC=acme", "account_name": "multi"}
ADMINS = {"account_id": "CN=Admins,DC=acme", "account_name": "adm-multi"}
TEST = {"account_id": "CN=Test,DC=acme", "account_name": "multi"}
MULTI = [ADMIN, ADMINS, TEST]
MALFORMED = "The input must be a list of accounts with an account_id"

matching_accounts = FilterModule().filters()["matching_accounts"]


@pytest.mark.parametrize(
    ("accounts", "arguments", "fitting"),
    [
        ([], {}, []),
        (MULTI, {}, MULTI),
        ((ADMIN,), {"account_id": "", "account_name": ""}, [ADMIN]),
        (MULTI, {"account_id": "cn=admins,dc=ACME"}, [ADMINS]),
        (MULTI, {"account_id": "cn=adm"}, []),
        (MULTI, {"account_name": "MULTI"}, [ADMIN, TEST]),
        (MULTI, {"account_id": TEST["account_id"], "account_name": "multi"}, [TEST]),
        (MULTI, {"account_id": TEST["account_id"], "account_name": "adm-multi"}, []),
        ([{"account_id": "a"}], {}, [{"account_id": "a", "account_name": ""}]),
        ([{"account_id": "a", "account_name": None, "more": 1}], {}, [{"account_id": "a", "account_name": ""}]),
    ],
)
def test_the_accounts_that_fit_are_returned(accounts, arguments, fitting):
    assert matching_accounts(accounts, **arguments) == fitting


def test_it_works_in_a_template():
    environment = Environment(autoescape=False)
    environment.filters.update(FilterModule().filters())
    template = environment.from_string("{{ (accounts | matching_accounts('cn=admins,dc=acme')).0.account_name }}")
    assert template.render(accounts=MULTI) == "adm-multi"


@pytest.mark.parametrize(
    ("accounts", "arguments", "problem"),
    [
        ("CN=x", {}, MALFORMED),
        ({"account_id": "a"}, {}, MALFORMED),
        (None, {}, MALFORMED),
        (["a"], {}, MALFORMED),
        ([{"account_name": "a"}], {}, MALFORMED),
        ([{"account_id": 7}], {}, MALFORMED),
        ([ADMIN], {"account_id": 7}, "account_id must be a string."),
        ([ADMIN], {"account_name": ["multi"]}, "account_name must be a string."),
    ],
)
def test_what_is_malformed_is_explained(accounts, arguments, problem):
    with pytest.raises(AnsibleFilterError) as refusal:
        matching_accounts(accounts, **arguments)
    assert problem in str(refusal.value)


def test_what_is_undefined_stays_undefined():
    missing = Undefined(name="info")
    assert matching_accounts(missing) is missing
    assert matching_accounts(MULTI, missing) is missing
    assert matching_accounts(MULTI, None, missing) is missing
