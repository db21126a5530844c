# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password_batch is given accounts that it can't use, or twice."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from support.batch_runs import IDS, outcomes, user
from support.modules import AD, PASSWORD

ADMINS = "CN=Multi Account,OU=Admins,DC=acme,DC=com"
MULTI = {"user_name": "multi.account", "source_name": AD, "password": PASSWORD}


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{}], r"^accounts\[0\] .*: Whose password to set is missing"),
        ([user(1), {"user_name": "u", "password": "x"}], r"^accounts\[1\] \(u\): source_name is missing"),
        ([user(1), user(2, password=None)], r"^accounts\[1\] \(user00002\): password is missing"),
        ([user(1, password=" ")], "password is empty"),
        ([user(1, discard=True)], "password and discard can.t be used together"),
        ([user(1), user(2), user(1, name="other")], r"^accounts\[2\] \(other\) is the same account as accounts\[0\]"),
        ([user(1, identity_id="i")], "can't be used together with identity_id"),
        ([{"identity_id": "i", "password": "x"}], "source_id, public_key_id, public_key missing"),
        ([{**dict.fromkeys(IDS, "i"), "password": "x"}], "account_id is missing"),
        (
            [{**dict.fromkeys(IDS, "i"), "account_id": "a", "account_name": "n", "password": "x"}],
            "account_name is given",
        ),
        ([user(1, policies=["x"])], "policies is given without"),
    ],
)
def test_what_is_wrong_with_an_account_is_told_before_anything_is_sent(batch, entries, message):
    accounts = [
        {key: value for key, value in {"password": PASSWORD, **entry}.items() if value is not None} for entry in entries
    ]
    with pytest.raises(InputError, match=message):
        batch(accounts)
    assert batch.tenant.counts() == {}


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", [None, "the same"])
def test_an_account_that_turns_out_to_be_given_twice_is_refused(batch, name, check_mode):
    named = {"name": name} if name else {}
    result = batch(
        [{**MULTI, "account_id": ADMINS, **named}, {**MULTI, "account_name": "adm-multi", **named}], check_mode
    )
    assert outcomes(result) == ["finished", "refused"]
    assert result["results"][1]["msg"].startswith(
        f"It is the same account as that of {name or 'multi.account'}: {ADMINS}."
    )
    assert batch.sets() == (0 if check_mode else 1)


def test_an_account_that_is_given_by_name_and_by_ids_is_refused_once(batch):
    result = batch([user(1), batch.by_id(1)])
    assert sorted(outcomes(result)) == ["finished", "refused"]
    assert batch.sets() == 1
