# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_digit_token against a tenant."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, IscError
from ansible_collections.community.sailpoint.plugins.modules import isc_digit_token
from support.modules import run


@pytest.fixture
def create(tenant, fake_time):
    def created(check_mode=False, **given):
        return run(isc_digit_token, tenant, fake_time, check_mode, **{"user_id": "Abby.Smith", **given})

    return created


def test_a_token_is_created_with_its_expiry(create, tenant):
    result = create(length=8, duration_minutes=10)
    (created,) = tenant.digit_tokens()
    assert result == {
        "changed": True,
        "digit_token": created["digit_token"],
        "request_id": created["request_id"],
        "expires_at": "2026-11-24T10:10:00Z",
    }
    assert result["digit_token"].startswith("0")
    assert created["duration_minutes"] == 10


def test_six_digits_for_five_minutes_are_the_default(create, tenant):
    assert len(create()["digit_token"]) == 6
    assert tenant.digit_tokens()[0]["duration_minutes"] == 5


def test_check_mode_creates_none(create, tenant):
    assert create(True) == {"changed": True, "digit_token": None, "request_id": None, "expires_at": None}
    assert tenant.counts() == {"login": 1}


def test_check_mode_fails_where_the_real_run_would(create, tenant):
    with pytest.raises(IscError, match="ISC would refuse to create digit token"):
        create(True, client="api-client-query-only")
    with pytest.raises(InputError, match="api_version v3 has no operation to create digit token"):
        create(True, api_version="v3")
    assert tenant.digit_tokens() == []


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("length", 5, "length is 5."),
        ("length", 19, "length is 19."),
        ("duration_minutes", 0, "duration_minutes is 0."),
        ("duration_minutes", 61, "duration_minutes is 61."),
        ("user_id", " ", "user_id is empty."),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_options_out_of_bounds_are_refused_before_anything_is_sent(create, tenant, option, value, problem, check_mode):
    with pytest.raises(InputError) as refusal:
        create(check_mode, **{option: value})
    assert refusal.value.message == problem
    assert tenant.counts() == {}


@pytest.mark.parametrize("length", [6, 18])
def test_the_bounds_are_inclusive(create, length):
    assert len(create(length=length, duration_minutes=60)["digit_token"]) == length
