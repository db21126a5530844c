# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password with max_age and the age from ISC."""

from __future__ import annotations

import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.age import RELOAD_PAUSES
from ansible_collections.community.sailpoint.plugins.module_utils._errors import AgeUnknownError, ApiError, InputError
from support.modules import AD
from support.receipt_runs import OTHER

PAYROLL = {"user_name": "svc-payroll"}
"""A user on the same source. ISC doesn't know when the password was set."""

ASKING = {"max_age": "90d", "age_from": "isc"}


@pytest.fixture
def ask(present, change):
    """Return a function that runs the module, by default without a receipt."""

    def run(check_mode=False, **given):
        return change(check_mode, **{"receipt_file": None, **ASKING, **given})

    return run


@pytest.mark.parametrize("check_mode", [True, False])
def test_an_old_password_is_set(ask, change, check_mode):
    result = ask(check_mode)
    assert (result["decision"], result["changed"], result["outcome"]) == ("set", True, "finished")
    assert change.sets == (not check_mode)
    age = result["password_age"]
    assert (age["age_from"], age["password_last_set"]) == ("isc", "2024-04-04T21:38:57Z")
    assert age["password_age_days"] > 365 and "as far as" not in age["explanation"]
    assert "last aggregation of the source" in age["explanation"]
    assert change.warnings == []


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_young_password_is_left(ask, change, check_mode):
    ask()
    result = ask(check_mode, password=OTHER)
    assert (result["decision"], result["changed"], result["outcome"]) == ("young", False, "unchanged")
    assert (result["state"], result["request_id"], result["duration"]) == (None, None, None)
    assert result["password_age"]["password_age_days"] == 0
    assert change.sets == 1


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("unknown_age", [None, "change", "skip", "fail"])
def test_unknown_age_decides_on_an_unknown_age(ask, change, unknown_age, check_mode):
    if unknown_age == "fail":
        with pytest.raises(AgeUnknownError) as error:
            ask(check_mode, unknown_age=unknown_age, **PAYROLL)
        assert (error.value.details["outcome"], error.value.details["step"]) == ("refused", "query")
        assert change.sets == 0
        return
    result = ask(check_mode, unknown_age=unknown_age, **PAYROLL)
    assert result["password_age"]["password_last_set"] is None
    if unknown_age == "skip":
        assert (result["decision"], result["changed"], change.warnings) == ("unknown_age", False, [])
    else:
        assert (result["decision"], result["changed"]) == ("set", True)
        assert change.warnings == [
            "ISC doesn't know how old the password is, so it is set, because unknown_age is change."
        ]
    assert change.sets == (result["changed"] and not check_mode)


@pytest.mark.parametrize("with_receipt", [True, False])
@pytest.mark.parametrize("isc_knows", ["at once", "after an aggregation", "never"])
def test_a_second_run_sends_nothing_if_isc_or_a_receipt_knows_the_change(ask, change, tenant, isc_knows, with_receipt):
    tenant.settings(last_set_at_once=isc_knows == "at once")
    more = {"receipt_file": str(change.path)} if with_receipt else {}
    assert ask(**more)["decision"] == "set"
    # Until an aggregation of the source, only the receipt knows.
    known = with_receipt or isc_knows == "at once"
    assert ask(**more, password=OTHER)["decision"] == ("young" if known else "set")
    if isc_knows == "after an aggregation":
        tenant.aggregate(AD)
        assert ask(**more)["decision"] == "young"
    assert change.sets == (1 if known else 2)


def test_the_later_of_receipt_and_isc_counts(ask, change, tenant, fake_time):
    more = {"receipt_file": str(change.path)}
    ask(**more)
    fake_time.now += 100 * 86400
    # Somebody else has set the password since.
    last_set = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(fake_time.time() - 86400))
    tenant.add_account("svc-backup", AD, change.receipt["account_id"], facts={"passwordLastSet": last_set})
    result = ask(**more)
    assert (result["decision"], result["password_age"]["age_from"]) == ("young", "isc")
    assert change.warnings == ["The given password was not set: another one was set less than max_age ago."]
    tenant.add_account("svc-backup", AD, change.receipt["account_id"], facts={"passwordLastSet": None})
    result = ask(**more, unknown_age="fail", password=OTHER)
    assert (result["decision"], result["password_age"]["age_from"]) == ("set", "receipt")


def test_an_account_is_reloaded_before_it_counts_as_old(ask, change, tenant):
    tenant.settings(last_set_at_once=False)
    ask()
    result = ask(reload=True)
    assert result["decision"] == "young"
    assert "asked to read the account again" in result["password_age"]["explanation"]
    assert tenant.counts()["reload"] == 1 and change.sets == 1


def test_a_young_account_is_not_reloaded(ask, tenant):
    ask()
    assert ask(reload=True)["decision"] == "young"
    assert "reload" not in tenant.counts()


def test_search_has_half_a_minute_to_index_a_reloaded_account(ask, fake_time):
    assert ask(reload=True)["decision"] == "set"
    # The pause after them is that before the first read of the status.
    assert fake_time.naps[: len(RELOAD_PAUSES) + 1] == [*RELOAD_PAUSES, 1.5]


def test_check_mode_reloads_no_account(ask, change, tenant):
    assert ask(True, reload=True)["decision"] == "set"
    assert "reload" not in tenant.counts()
    assert change.warnings[0].startswith("In check mode ISC isn't asked to read the account again")


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_token_that_may_not_reload_is_explained(ask, change, check_mode):
    change.tenant.fault("reload", "status", status=403, body={"detailCode": "403 Forbidden"}, times=None)
    if check_mode:
        # The token has the scope, so check mode can't predict the refusal.
        assert ask(True, reload=True)["changed"]
        return
    with pytest.raises(ApiError, match="^ISC refused to read an account again") as error:
        ask(reload=True)
    assert "idn:accounts-state:manage" in error.value.hint
    assert error.value.hint.endswith("Or leave reload out to use the age that ISC already has.")
    assert change.sets == 0


def test_an_account_unknown_to_search_cannot_be_reloaded(ask, change, tenant):
    tenant.fault("search", "status", status=200, body=[], times=None)
    assert ask(reload=True, unknown_age="skip")["decision"] == "unknown_age"
    assert change.warnings == ["ISC can't read the account again, because its Search doesn't know the account."]


def test_beta_has_no_search(ask, tenant):
    with pytest.raises(InputError, match="^age_from is isc, and api_version beta has no Search") as error:
        ask(api_version="beta")
    assert error.value.hint == "Use api_version v1."
    assert tenant.counts() == {}
