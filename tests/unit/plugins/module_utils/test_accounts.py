# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing one of the accounts that an identity has on a source."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Account
from ansible_collections.community.sailpoint.plugins.module_utils._change.prepare import choose_account
from ansible_collections.community.sailpoint.plugins.module_utils._errors import AccountChoiceError
from hypothesis import given
from hypothesis import strategies as st

ADMIN = Account("CN=Multi Account,OU=Admin,DC=acme,DC=com", "multi.account")
ADMINS = Account("CN=Multi Account,OU=Admins,DC=acme,DC=com", "adm-multi")
TEST = Account("CN=Account\\, Multi,OU=Test,DC=acme,DC=com", "multi.account")
STREET = Account("STRASSE", "")
MULTI = (ADMIN, ADMINS, TEST)


@pytest.mark.parametrize(
    ("accounts", "account_id", "account_name", "chosen"),
    [
        ((ADMIN,), None, None, ADMIN),
        (MULTI, TEST.account_id.upper(), "multi.account", TEST),
        ((STREET, TEST), "stra\u00dfe", None, STREET),
    ],
)
def test_the_chosen_account_is_returned_as_isc_spells_it(accounts, account_id, account_name, chosen):
    assert choose_account(accounts, account_id, account_name) is chosen


def test_an_identity_without_an_account_is_refused():
    with pytest.raises(AccountChoiceError, match=r"^The identity has no account on this source\.$") as refusal:
        choose_account(())
    assert "aggregated and correlated" in refusal.value.hint


@pytest.mark.parametrize(
    ("account_id", "account_name", "problem", "listed"),
    [
        (None, None, "The identity has 3 accounts on this source and none was chosen.", MULTI),
        ("", None, "No account on this source matches account_id ''.", MULTI),
        ("CN=Multi", None, "No account on this source matches account_id 'CN=Multi'.", MULTI),
        (None, "Multi.Account", "2 accounts on this source match account_name 'Multi.Account'.", (ADMIN, TEST)),
        (
            ADMIN.account_id,
            "adm-multi",
            f"No account on this source matches account_id {ADMIN.account_id!r} and account_name 'adm-multi'.",
            MULTI,
        ),
    ],
)
def test_a_refusal_lists_the_accounts_to_choose_from(account_id, account_name, problem, listed):
    with pytest.raises(AccountChoiceError) as refusal:
        choose_account(MULTI, account_id, account_name)
    assert refusal.value.message == problem
    for account in MULTI:
        assert (repr(account.account_id) in refusal.value.hint) is (account in listed)


def test_a_single_account_is_not_taken_if_another_one_is_named():
    with pytest.raises(AccountChoiceError) as refusal:
        choose_account((ADMINS,), "CN=Other")
    assert refusal.value.hint == f"There is: account_id {ADMINS.account_id!r} (account_name 'adm-multi')."


LONG = Account(f"CN={'x' * 1000}", "y" * 1000)
ODD = Account("CN=Doe\\, John,OU=\u00dc", "a\n\u202e\ud800'\"")
SHORTENED = f"account_id 'CN={'x' * 294}...' (account_name '{'y' * 297}...')"


def test_very_long_names_are_cut_and_odd_ones_are_shown_on_one_line():
    assert str(LONG) == SHORTENED
    assert str(ODD) == f"account_id {ODD.account_id!r} (account_name {ODD.account_name!r})"
    with pytest.raises(AccountChoiceError) as refusal:
        choose_account((LONG, ODD), "i" * 1000, "n\n")
    assert refusal.value.message == (
        f"No account on this source matches account_id '{'i' * 297}...' and account_name 'n\\n'."
    )
    assert refusal.value.hint == f"There are: {SHORTENED}; {ODD}."


def test_names_that_only_look_alike_do_not_match():
    composed, decomposed = Account("CN=\u00e9", "caf\u00e9"), Account("CN=e\u0301", "cafe\u0301")
    assert choose_account((composed, decomposed), decomposed.account_id) == decomposed
    assert choose_account((composed, decomposed), None, composed.account_name) == composed
    for wanted in ("CN=\u00e9 ", " CN=\u00e9", "CN=e", "CN=\\\u00e9"):
        with pytest.raises(AccountChoiceError):
            choose_account((composed, decomposed), wanted)


def test_at_most_twenty_accounts_are_listed():
    with pytest.raises(AccountChoiceError) as refusal:
        choose_account([Account(f"id-{number}", "") for number in range(25)])
    assert "'id-19'" in refusal.value.hint
    assert "'id-20'" not in refusal.value.hint
    assert refusal.value.hint.endswith("; and 5 more.")


@given(
    st.lists(st.builds(Account, st.sampled_from("aAbB"), st.sampled_from("xXyY"))),
    st.none() | st.sampled_from("aAbBc"),
    st.none() | st.sampled_from("xXyYz"),
)
def test_an_account_is_chosen_only_if_exactly_one_matches(accounts, account_id, account_name):
    def matching(attribute, value):
        exact = [account for account in expected if getattr(account, attribute) == value]
        return exact or [account for account in expected if getattr(account, attribute).lower() == value.lower()]

    # An account that is listed twice counts once, as it is listed first.
    expected = list({account.account_id: account for account in accounts[::-1]}.values())[::-1]
    if account_id is not None:
        expected = matching("account_id", account_id)
    if account_name is not None:
        expected = matching("account_name", account_name)
    if len(expected) == 1:
        assert choose_account(accounts, account_id, account_name) is expected[0]
    else:
        with pytest.raises(AccountChoiceError):
            choose_account(accounts, account_id, account_name)
