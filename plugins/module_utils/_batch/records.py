# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ISC has on record of the first accounts of a batch whose outcome is not known."""

from __future__ import annotations

import math
import typing as t

from .._api.change_records import ChangedAccount
from .._change.evidence import evidence, sent_at
from .._client.client import Client
from .._outcomes import UNKNOWN
from .account import BatchAccount
from .rate_limit import RateLimiter

MOST_ACCOUNTS = 10
"""Accounts that ISC is asked about. Each takes two requests, and these come out of the batch's own budget."""

LONGEST = 60.0
"""Seconds after which it is asked about no further account."""

_REQUESTS = 2


def tell_of_records(
    client: Client,
    accounts: t.Iterable[BatchAccount],
    limiter: RateLimiter,
    since_of: t.Callable[[BatchAccount], float | None] = lambda account: None,
) -> None:
    """Add what ISC has on record to the errors of accounts whose outcome is not known. Never raises.

    :param since_of: tells when the password of an account was staged, in seconds since 1970, where that was before this
        run; otherwise the time counts at which it was sent.
    """
    runtime = client.runtime
    end = runtime.clock() + LONGEST
    unknown = [account for account in accounts if account.flow.outcome == UNKNOWN and account.ids is not None]
    for account in unknown[:MOST_ACCOUNTS]:
        flow, ids = account.flow, t.cast("tuple[str, str]", account.ids)
        if flow.error is None:
            continue
        delay = limiter.delay(runtime.clock())
        if not math.isfinite(delay) or runtime.clock() + delay >= end:
            return
        if delay > 0:
            runtime.sleep(delay)
        since = since_of(account)
        for _request in range(_REQUESTS):
            limiter.sent()
        found = evidence(client, _account(account, ids), sent_at(flow, runtime) if since is None else since)
        for _request in range(_REQUESTS):
            limiter.answered(runtime.clock())
        flow.error = flow.error.replaced(message=f"{flow.error.message} {found}")


def _account(account: BatchAccount, ids: tuple[str, str]) -> ChangedAccount:
    options, target = account.options, account.flow.target
    identity_id = options.get("identity_id") if target is None else target.info.identity_id
    return ChangedAccount(ids[1], ids[0], options.get("source_name"), options.get("user_name"), identity_id)
