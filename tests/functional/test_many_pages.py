# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Thousands of accounts on many pages. The unit tests of Search cover small numbers."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import (
    AccountFilter,
    Source,
    find_accounts,
)
from support.modules import FakeTime, connected

SOURCE = "Many accounts"


# Pages of 10,000, the maximum of Search, or of ``page``. In that case, only an empty page is the last.
@pytest.mark.parametrize(("count", "page"), [(9999, 3333), (10001, 0)])
def test_no_account_is_lost_or_repeated_across_pages(tenant, count, page):
    tenant.generate([SOURCE, "Other", "A third one"], count, "many")
    tenant.settings(search_page=page)
    with connected(tenant, FakeTime()) as client:
        found = [account.account_id for account in find_accounts(client, AccountFilter(Source(name=SOURCE)))]
    assert len(found) == count
    assert set(found) == {f"CN=many{number:05d},OU=Generated,DC=acme,DC=com" for number in range(1, count + 1)}
