# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a batch returns of its accounts."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._batch.account import (
    BatchAccount,
    read_accounts,
    result_of,
    sentence_of,
    summary_of,
)
from ansible_collections.community.sailpoint.plugins.module_utils._change.age import KnownAge
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import ChangeFlow, Settings
from ansible_collections.community.sailpoint.plugins.module_utils._change.sync_group import SyncGroup
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from support.flows import VirtualTime

NOW = 1773478900.0
ENTRY = {"user_name": "abby", "source_name": "AD", "password": "Quiet-Harbour-42", "discard": False}


def ended_account(outcome="failed", error=None, change=None, password=ENTRY["password"], **options):
    """Return an account whose change ended so."""
    account = BatchAccount({**ENTRY, **options})
    account.flow = ChangeFlow(account.options, password, Settings(None, 0), VirtualTime().runtime)
    account.flow.change = change
    account.flow.end(outcome, error=error, step="set")
    return account


def result(*args, **more):
    return result_of(ended_account(*args, **more), NOW)


def test_a_result_tells_all_that_is_known():
    account = ended_account("finished", change=Change("r", "FINISHED", ("note",), ("s", "t")), name="n")
    account.flow.changed, account.flow.sent_at, account.flow.duration = True, 1773478800.25, 1.23456
    account.flow.sync_group, account.flow.warnings = SyncGroup("Directory"), ["Weak."]
    account.from_earlier_run, account.ids = True, ("s", "CN=Abby")
    account.age = KnownAge("isc", NOW - 86400.0)
    assert result_of(account, NOW) == {
        "name": "n",
        "user_name": "abby",
        "source_name": "AD",
        "source_id": "s",
        "account_id": "CN=Abby",
        "request_id": "r",
        "state": "FINISHED",
        "errors": ["note"],
        "source_ids": ["s", "t"],
        "duration": 1.235,
        "sent_at": "2026-03-14T09:00:00.250Z",
        "from_earlier_run": True,
        "outcome": "finished",
        "changed": True,
        "password_age": account.age.as_result(NOW),
        "sync_group": {"name": "Directory", "sources": [], "problem": None},
        "warnings": ["Weak."],
    }


def test_of_what_was_not_sent_nothing_is_known():
    told = result("not_sent", error=IscError("No."))
    assert (told["request_id"], told["state"], told["errors"], told["source_ids"]) == (None, None, [], [])
    assert (told["duration"], told["sent_at"], told["from_earlier_run"]) == (None, None, False)
    assert (told["msg"], told["outcome"], told["changed"]) == (
        "Not sent, because the run stopped first.",
        "not_sent",
        False,
    )
    assert not {"sync_group", "warnings", "step"} & told.keys()


def test_a_failure_tells_its_step():
    assert result(error=IscError("No."))["step"] == "set"
    assert "step" not in result("finished")


def test_an_error_changes_neither_outcome_nor_changed():
    told = result(error=IscError("No.", outcome="refused", changed=True, status_code=400))
    assert (told["outcome"], told["changed"], told["status_code"]) == ("failed", False, 400)


def test_where_an_account_is_comes_from_isc_once_it_is_known():
    account = ended_account("refused", account_id="cn=ABBY")
    assert result_of(account, NOW)["account_id"] == "cn=ABBY"
    account.ids = ("s", "CN=Abby")
    told = result_of(account, NOW)
    assert (told["source_id"], told["account_id"]) == ("s", "CN=Abby")


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
        "unchanged": 0,
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
    results = ended("finished", "accepted", "unchanged")
    assert sentence_of(results, summary_of(results)) == ""
