# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ISC's own records tell, for people, where it is not known how a password change ended."""

from __future__ import annotations

import typing as t

from .._api.change_records import ChangedAccount, ChangeRecord, list_activities, search_events
from .._client.client import Client, Runtime
from .._errors import ApiError, InputError, IscError
from .._text import LONGEST_NAME, clean_text
from .._times import format_time
from .flow import ChangeFlow

SKEW = 60.0
"""Seconds by which the clocks of ISC and of this machine may differ: how much earlier a record may be."""

LONGEST = 15.0
"""Seconds that both requests take together, with all attempts, at most about."""

MOST = 5
"""Records that are told."""

_FORBIDDEN = (401, 403)
_KINDS: tuple[tuple[str, t.Callable[..., list[ChangeRecord]]], ...] = (
    ("account activities", list_activities),
    ("audit events", search_events),
)


def evidence(client: Client, account: ChangedAccount, since: float, only_events: bool = False) -> str:
    """Return sentences about what ISC has on record of password changes of an account. Never raises.

    :param since: when the password was staged or sent, in seconds since 1970.
    :param only_events: the account activities were told already.
    """
    deadline = client.runtime.clock() + LONGEST
    looked, problems = [], []
    found: list[ChangeRecord] = []
    for kind, read in _KINDS:
        if (account.user_name is None) if read is search_events else only_events:
            continue
        try:
            if client.runtime.clock() >= deadline:
                raise IscError("There was no time left.")
            found += read(client, account, since - SKEW, deadline)
            looked.append(kind)
        except IscError as error:
            problems.append(_problem(kind, error))
    sentences = [_told(found, since)] if found else [_nothing(looked, since)] if looked else []
    return " ".join([*sentences, *problems])


def sent_at(flow: ChangeFlow, runtime: Runtime) -> float:
    """Return when a change was sent, in seconds since 1970, also where no answer came."""
    return runtime.time() - (runtime.clock() - flow.requested_at) if flow.sent_at is None else flow.sent_at


def _told(found: t.Sequence[ChangeRecord], since: float) -> str:
    records = sorted(found, key=lambda record: -record.time)
    told = "; ".join(f"{each.name} {each.id} of {format_time(each.time)}, {each.status}" for each in records[:MOST])
    more = f"; and {len(records) - MOST} more" if len(records) > MOST else ""
    return (
        f"ISC has on record since {format_time(since)}: {told}{more}. That can be somebody else's change, so nothing "
        "is decided by it."
    )


def _nothing(looked: t.Sequence[str], since: float) -> str:
    return (
        f"ISC's {' and '.join(looked)} show no password change of this account since {format_time(since)}. They can "
        "come late, so that proves nothing."
    )


def _problem(kind: str, error: IscError) -> str:
    if isinstance(error, ApiError) and error.status_code in _FORBIDDEN:
        return f"The token may not read ISC's {kind}."
    if isinstance(error, InputError):
        return f"ISC's {kind} can't be read with this api_version."
    return f"ISC's {kind} could not be read: {clean_text(error.message, LONGEST_NAME)}"
