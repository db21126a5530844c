# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password_batch with max_age: only accounts that are due are set, by their age in ISC."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.ages import MAX_SINGLE_QUERIES
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError, InputError
from support.batch_runs import dn, outcomes, user, users
from support.modules import AD

DUE = 40
CROWD = "A crowd"


@pytest.fixture
def aged(batch, present):
    """Return a function that runs the module for accounts older than 90 days."""

    def run(accounts, check_mode=False, journalled=False, **options):
        perform = batch.journalled if journalled else batch
        return perform(accounts, check_mode, **{"max_age": "90d", **options})

    return run


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("age_from", [None, "isc"])
@pytest.mark.parametrize("count", [1, MAX_SINGLE_QUERIES, MAX_SINGLE_QUERIES + 1, 40])
def test_an_account_that_is_not_due_costs_no_request(batch, aged, count, age_from, check_mode):
    # Generated passwords are up to 40 days old.
    batch.tenant.add_account("user00001", AD, dn(1), facts={"passwordLastSet": 1e12})
    result = aged(users(count), check_mode, age_from=age_from, unknown_age="skip")
    assert outcomes(result) == ["finished"] + ["unchanged"] * (count - 1)
    counts = batch.tenant.counts()
    assert (counts["query"], counts.get("set", 0)) == (1, 0 if check_mode else 1)
    # One page and the empty one after it, per query.
    assert counts["search"] == (2 if count > MAX_SINGLE_QUERIES else 2 * count)
    assert result["summary"]["unchanged"] == count - 1
    if count > 1:
        second = result["results"][1]
        assert second["account_id"] == dn(2) and second["changed"] is False
        assert second["password_age"]["password_age_days"] == 2 and second["source_id"]
    assert batch.warnings == []


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("unknown_age", [None, "change", "skip", "fail"])
def test_unknown_age_decides_on_an_unknown_age(batch, aged, unknown_age, check_mode):
    result = aged([user(10), user(11)], check_mode, unknown_age=unknown_age)
    outcome = {"skip": "unchanged", "fail": "refused"}.get(unknown_age, "finished")
    assert outcomes(result) == [outcome, "unchanged"]
    first = result["results"][0]
    assert first["password_age"]["password_last_set"] is None
    if outcome == "refused":
        assert first["step"] == "query" and first["msg"].startswith("ISC doesn't know how old the password is.")
    assert (batch.warnings != []) is (outcome == "finished")
    if outcome == "finished":
        assert batch.warnings[0].startswith("ISC doesn't know how old the passwords of 1 of 2 accounts are.")


def test_an_account_that_search_cannot_identify_is_queried_first(batch, aged):
    # The identity has three accounts on this source, so only a query can tell which one is meant.
    named = {"user_name": "multi.account", "source_name": AD, "password": "Quiet-Harbour-42"}
    by_case = {**named, "account_id": "cn=multi account,ou=admins,dc=acme,dc=com"}
    result = aged([named, by_case, batch.by_id(1)], unknown_age="skip")
    assert outcomes(result) == ["refused", "finished", "unchanged"]
    assert "3 accounts on this source" in result["results"][0]["msg"]
    assert batch.tenant.counts()["query"] == 2


@pytest.mark.parametrize("isc_knows", ["at once", "after an aggregation", "never"])
def test_exactly_the_due_accounts_are_set_once(batch, aged, isc_knows):
    tenant, many = batch.tenant, 200
    tenant.settings(last_set_at_once=isc_knows == "at once")
    tenant.generate([CROWD], many, "many", old=DUE)
    accounts = [{**user(1), "user_name": f"many{number:05d}", "source_name": CROWD} for number in range(1, many + 1)]
    old = {account["user_name"] for account in accounts[:: many // DUE]}
    predicted = aged(accounts, check_mode=True)
    assert batch.sets() == 0
    result = aged(accounts, journalled=True)
    for each in (predicted, result):
        assert {entry["name"] for entry in each["results"] if entry["outcome"] == "finished"} == old
        assert each["summary"]["unchanged"] == many - DUE and each["summary"]["finished"] == DUE
    assert (batch.sets(), len(old)) == (DUE, DUE)
    # Search returned the whole source twice, each time one page and the empty one after it.
    assert tenant.counts()["search"] == 4
    # The journal remembers, whatever ISC knows.
    again = aged(accounts, journalled=True)
    assert (batch.sets(), again["changed"]) == (DUE, False)
    assert again["summary"]["from_earlier_run"] == DUE and again["summary"]["unchanged"] == many - DUE
    if isc_knows == "after an aggregation":
        tenant.aggregate(CROWD)
    if isc_knows != "never":
        # Without a journal, ISC has to know.
        assert aged(accounts)["summary"]["unchanged"] == many and batch.sets() == DUE


def test_a_journal_resumes_a_change_before_any_age_counts(batch, aged):
    batch.tenant.outcome("never")
    aged([user(1, name="a")], journalled=True, wait=False, max_age="1s")
    batch.tenant.clear_requests()
    result = aged([user(1, name="a")], journalled=True, wait_timeout=1)
    assert outcomes(result) == ["unknown"]
    assert "search" not in batch.tenant.counts() or batch.tenant.counts()["search"] == 1
    assert batch.sets() == 0


def test_the_journal_says_why_an_account_was_left(batch, aged):
    aged([user(1), user(10)], journalled=True, unknown_age="skip")
    reasons = [line["reason"] for line in batch.lines() if line.get("step") == "unchanged"]
    assert reasons == ["the password is younger than max_age", "the age of the password is not known"]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"max_age": None, "age_from": "isc"}, "age_from is isc, which has no effect without max_age"),
        ({"max_age": None, "unknown_age": "skip"}, "unknown_age is skip, which has no effect without max_age"),
        ({"max_age": "soon"}, "max_age is 'soon'"),
        ({"api_version": "beta"}, "max_age is given, and api_version beta has no Search"),
    ],
)
def test_unusable_options_are_refused(batch, aged, given, problem):
    with pytest.raises(InputError, match=f"^{problem}"):
        aged(users(2), **given)
    assert batch.tenant.counts() == {}


def test_a_token_that_may_not_search_is_explained_once(batch, aged):
    with pytest.raises(ApiError, match="^ISC refused to search") as error:
        aged(users(10), **batch.tenant.clients["api-client-passwords-only"])
    assert "sp:search:read" in error.value.hint
    assert (batch.tenant.counts()["search"], batch.sets()) == (1, 0)


def test_unusable_names_are_refused_one_by_one(aged):
    hostile = [{"user_name": name, "source_name": AD, "password": "Quiet-Harbour-42"} for name in ("a\nb", 'x" OR *')]
    result = aged([*hostile, user(1)], unknown_age="skip")
    assert outcomes(result) == ["refused", "refused", "unchanged"]
