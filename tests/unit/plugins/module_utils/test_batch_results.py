# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a batch returns of its accounts."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._batch.account import BatchAccount, read_accounts
from ansible_collections.community.sailpoint.plugins.module_utils._batch.results import (
    result_of,
    sentence_of,
    summary_of,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError

ENTRY = {"user_name": "abby", "source_name": "AD", "password": "Quiet-Harbour-42", "discard": False}


def result(error=None, change=None, **options):
    return result_of(BatchAccount({**ENTRY, **options}), "failed", False, change, error)


@pytest.mark.parametrize(
    ("password", "text", "shown"),
    [
        ("Quiet-Harbour-42", "no Quiet-Harbour-42, no", "no ********, no"),
        ("abcd", "xabcdx", "x********x"),
        ("abc", "abc", "abc"),
        (None, "None", "None"),
    ],
)
def test_a_password_is_masked_in_all_that_isc_said(password, text, shown):
    error = IscError(text, text, messages=[text], detail_code=text, tracking_id=text)
    told = result(error, Change("r", text, (text,), ("s",)), password=password)
    assert told["msg"] == f"{shown} {shown}" and told["hint"] == shown
    assert (told["messages"], told["errors"]) == ([shown], [shown])
    assert (told["detail_code"], told["tracking_id"], told["state"]) == (shown, shown, shown)


def test_a_password_that_is_a_word_of_ours_leaves_the_keys_and_outcomes_as_they_are():
    told = result(IscError("It failed."), password="failed")
    assert told["outcome"] == "failed"
    assert told["msg"] == "It ********."
    assert told["user_name"] == "abby"


def test_an_error_changes_neither_outcome_nor_changed():
    told = result(IscError("No.", outcome="unchanged", changed=True, status_code=400))
    assert (told["outcome"], told["changed"], told["status_code"]) == ("failed", False, 400)


def test_where_an_account_is_comes_from_isc_once_it_is_known():
    account = BatchAccount({**ENTRY, "account_id": "cn=ABBY"})
    assert result_of(account, "refused", False)["account_id"] == "cn=ABBY"
    account.place = ("s", "CN=Abby")
    told = result_of(account, "finished", True, duration=1.23456)
    assert (told["source_id"], told["account_id"], told["duration"]) == ("s", "CN=Abby", 1.235)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"name": "n", "user_name": "u", "account_id": "a"}, "n"),
        ({"user_name": "u", "account_id": "a"}, "u"),
        ({"account_id": "a"}, "a"),
        ({"name": "", "user_name": "u"}, "u"),
    ],
)
def test_what_an_account_is_called(options, name):
    assert BatchAccount(options).name == name


def test_what_identifies_an_account_is_what_was_given():
    given = {"user_name": "u", "source_name": "s", "account_id": "a", "account_name": "n", "identity_id": "i"}
    account = BatchAccount({**given, "source_id": None, "password": "p", "name": "x", "public_key_id": "k"})
    assert account.identified_by() == given
    assert account.given_by_id


def test_accounts_that_differ_in_what_chooses_them_are_different():
    entries = [ENTRY, {**ENTRY, "account_id": "a"}, {**ENTRY, "account_name": "a"}, {**ENTRY, "source_name": "HR"}]
    assert len(read_accounts(entries)) == 4


def ended(*counted):
    return [{"name": f"n{place}", "outcome": each, "msg": f"m{place}"} for place, each in enumerate(counted)]


def test_a_summary_counts_each_outcome():
    summary = summary_of(ended("finished", "failed", "failed", "not_sent"), requests={"set": 3})
    assert summary == {
        "total": 4,
        "finished": 1,
        "accepted": 0,
        "failed": 2,
        "refused": 0,
        "unknown": 0,
        "not_sent": 1,
        "requests": {"set": 3},
    }


@pytest.mark.parametrize(
    ("counted", "parts"),
    [
        (("failed", "refused", "unknown", "not_sent"), "1 failed, 1 refused, 1 of unknown outcome, 1 not sent"),
        (("unknown", "finished", "unknown"), "2 of unknown outcome"),
        (("not_sent",), "1 not sent"),
    ],
)
def test_what_went_wrong_is_counted(counted, parts):
    results = ended(*counted)
    assert parts in sentence_of(results, summary_of(results))


def test_the_first_that_failed_is_told():
    results = ended("not_sent", "finished", "unknown", "failed")
    assert sentence_of(results, summary_of(results)).endswith(" First n2: m2")
    results = ended("not_sent", "finished")
    assert "First" not in sentence_of(results, summary_of(results))


def test_where_all_went_well_there_is_nothing_to_say():
    results = ended("finished", "accepted")
    assert sentence_of(results, summary_of(results)) == ""
