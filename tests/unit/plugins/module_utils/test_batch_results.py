# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results that a batch returns."""

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
    """Return an account whose change ended with the given outcome."""
    account = BatchAccount({**ENTRY, **options})
    account.flow = ChangeFlow(account.options, password, Settings(None, 0), VirtualTime().runtime)
    account.flow.change = change
    account.flow.end(outcome, error=error, step="set")
    return account


def result(*args, **more):
    return result_of(ended_account(*args, **more), NOW)


def test_a_result_holds_all_that_is_known():
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


def test_the_result_of_an_account_that_was_not_sent_is_empty():
    entry = result("not_sent", error=IscError("No."))
    assert (entry["request_id"], entry["state"], entry["errors"], entry["source_ids"]) == (None, None, [], [])
    assert (entry["duration"], entry["sent_at"], entry["from_earlier_run"]) == (None, None, False)
    assert (entry["msg"], entry["outcome"], entry["changed"]) == (
        "Not sent, because the run stopped first.",
        "not_sent",
        False,
    )
    assert not {"sync_group", "warnings", "step"} & entry.keys()


def test_a_failure_has_a_step_and_keeps_its_own_outcome():
    assert "step" not in result("finished")
    entry = result(error=IscError("No.", outcome="refused", changed=True, status_code=400))
    assert (entry["outcome"], entry["changed"], entry["status_code"]) == ("failed", False, 400)
    assert entry["step"] == "set"


def test_the_ids_of_isc_replace_those_that_were_given():
    account = ended_account("refused", account_id="cn=ABBY")
    assert result_of(account, NOW)["account_id"] == "cn=ABBY"
    account.ids = ("s", "CN=Abby")
    entry = result_of(account, NOW)
    assert (entry["source_id"], entry["account_id"]) == ("s", "CN=Abby")


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"name": "n", "user_name": "u", "account_id": "a"}, "n"),
        ({"user_name": "u", "account_id": "a"}, "u"),
        ({"account_id": "a"}, "a"),
        ({"name": "", "user_name": "u"}, "u"),
    ],
)
def test_the_name_of_an_account(options, name):
    assert BatchAccount(options).name == name


def test_an_account_is_identified_by_its_options():
    given = {"user_name": "u", "source_name": "s", "account_id": "a", "account_name": "n", "identity_id": "i"}
    account = BatchAccount({**given, "source_id": None, "password": "p", "name": "x", "public_key_id": "k"})
    assert account.identified_by() == given


def test_accounts_with_different_options_are_different():
    entries = [ENTRY, {**ENTRY, "account_id": "a"}, {**ENTRY, "account_name": "a"}, {**ENTRY, "source_name": "HR"}]
    assert len(read_accounts(entries)) == 4


def ended(*counted):
    return [{"name": f"n{place}", "outcome": each, "msg": f"m{place}"} for place, each in enumerate(counted)]


@pytest.mark.parametrize(
    ("counted", "parts"),
    [
        (("failed", "refused", "unknown", "not_sent"), "1 failed, 1 refused, 1 of unknown outcome, 1 not sent"),
        (("unknown", "finished", "unknown"), "2 of unknown outcome"),
    ],
)
def test_the_sentence_counts_what_went_wrong(counted, parts):
    results = ended(*counted)
    assert parts in sentence_of(results, summary_of(results))


def test_the_sentence_names_the_first_failure_if_there_is_one():
    results = ended("not_sent", "finished", "unknown", "failed")
    assert sentence_of(results, summary_of(results)).endswith(" First n2: m2")
    results = ended("not_sent", "finished")
    assert "First" not in sentence_of(results, summary_of(results))
    results = ended("finished", "accepted", "unchanged")
    assert sentence_of(results, summary_of(results)) == ""
