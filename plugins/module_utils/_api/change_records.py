# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ISC has on record of password changes: account activities and audit events.

Such a record can be of anybody's change, it can come late, and it doesn't name the request that asked for the change.
So it is evidence for people where an outcome is unknown, and nothing is decided by it.
"""

from __future__ import annotations

import dataclasses
import math
import re
import typing as t

from .._client.client import Client
from .._client.operation import Operation, quoted_value
from .._client.responses import Fields
from .._errors import ApiError, InputError, IscError
from .._http.transport import LARGEST_RESPONSE
from .._text import LONGEST_NAME, clean_text
from .._times import format_time, parse_isc_time
from .accounts import SEARCH

LIST_ACTIVITIES = Operation("list account activities", "GET", "account-activities", scope="")
SEARCH_EVENTS = dataclasses.replace(SEARCH, name="search audit events", hints={}, largest_response=LARGEST_RESPONSE)

PAGE = 50  # Records of a response, the newest ones.
SKEW = 60.0  # Seconds by which the clocks of ISC and of this machine may differ: how much earlier a record may be.
LONGEST = 15.0  # Seconds that both requests take together, with all attempts, at most about.
MOST = 5  # Records that are shown.

_TYPE = "CloudPasswordRequest"
_NOT_ABOUT_PASSWORDS = ("TOKEN", "POLICY", "ORG_CONFIG", "INSTRUCTIONS")
"""What the names of events hold that have the type of a password change and are about something else."""

_REQUEST_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


class ChangedAccount(t.NamedTuple):
    """The account whose password was changed. What is ``None`` is not known."""

    account_id: str
    source_id: str | None = None
    source_name: str | None = None
    user_name: str | None = None
    identity_id: str | None = None


class ChangeRecord(t.NamedTuple):
    """One record.

    :ivar name: what ISC calls it. :ivar time: seconds since 1970.
    :ivar status: as ISC spells it. :ivar id: of the request where the record names one, otherwise the record's.
    """

    name: str
    time: float
    status: str
    id: str


def evidence(client: Client, account: ChangedAccount, since: float, only_events: bool = False) -> str:
    """Return sentences about what ISC has on record of password changes of an account. Never raises.

    :param since: when the password was staged or sent, in seconds since 1970.
    :param only_events: the account activities were shown already.
    """
    deadline = client.runtime.clock() + LONGEST
    looked, problems = [], []
    found: list[ChangeRecord] = []
    for kind, read, is_asked in (
        ("account activities", list_activities, not only_events),
        ("audit events", search_events, account.user_name is not None),
    ):
        if not is_asked:
            continue
        try:
            if client.runtime.clock() >= deadline:
                raise IscError("There was no time left.")
            found += (record for record in read(client, account, deadline) if record.time >= since - SKEW)
            looked.append(kind)
        except IscError as error:
            problem = f"could not be read: {clean_text(error.message, LONGEST_NAME)}"
            if isinstance(error, InputError):
                problem = "can't be read with this api_version."
            may = not (isinstance(error, ApiError) and error.status_code in (401, 403))
            problems.append(f"ISC's {kind} {problem}" if may else f"The token may not read ISC's {kind}.")
    sentences = []
    if found:
        found.sort(key=lambda record: -record.time)
        shown = "; ".join(f"{each.name} {each.id} of {format_time(each.time)}, {each.status}" for each in found[:MOST])
        more = f"; and {len(found) - MOST} more" if len(found) > MOST else ""
        sentences.append(
            f"ISC has on record since {format_time(since)}: {shown}{more}. That can be somebody else's change, so "
            "nothing is decided by it."
        )
    elif looked:
        sentences.append(
            f"ISC's {' and '.join(looked)} show no password change of this account since {format_time(since)}. They "
            "can come late, so that proves nothing."
        )
    return " ".join([*sentences, *problems])


def list_activities(client: Client, account: ChangedAccount, deadline: float) -> list[ChangeRecord]:
    """Return the account activities of password changes of an account, the newest first.

    :param deadline: a time of the client's clock.
    :raises IscError: they can't be read.
    """
    query = {"filters": f"type eq {quoted_value(_TYPE)}", "sorters": "-created", "limit": str(PAGE)}
    if account.identity_id is not None:
        query["requested-for"] = account.identity_id
    return [
        _record(
            "account activity",
            fields,
            fields.text("completionStatus", "executionStatus", longest=LONGEST_NAME),
            fields.text("id", longest=LONGEST_NAME),
        )
        for fields in client.call_list(LIST_ACTIVITIES, query, deadline=deadline)
        if _is_of(fields, account)
    ]


def search_events(client: Client, account: ChangedAccount, deadline: float) -> list[ChangeRecord]:
    """Return the audit events of password changes of an account, the newest first.

    :raises IscError: they can't be read.
    """
    query = f"type:PASSWORD_ACTIVITY AND target.name:{quoted_value(account.user_name or '')}"
    body = {"indices": ["events"], "query": {"query": query}, "sort": ["-created"]}
    records = []
    for fields in client.call_list(SEARCH_EVENTS, {"limit": str(PAGE)}, body, deadline):
        if _names(fields, account):
            name = fields.text("technicalName", "action", "name", longest=LONGEST_NAME)
            request = _REQUEST_ID.search(fields.object("attributes").text("info"))
            record_id = request[0] if request else fields.text("trackingNumber", "id", longest=LONGEST_NAME)
            records.append(
                _record(f"audit event {name}", fields, fields.text("status", longest=LONGEST_NAME), record_id)
            )
    return records


def _is_of(fields: Fields, account: ChangedAccount) -> bool:
    """Return whether an activity is of *account*, or may be because it names none."""
    target = fields.object("targetIdentitySummary").value("identityId", "id")
    if target is not None and account.identity_id not in (None, target):
        return False
    items = fields.objects("items")
    named = [item for item in items if item.value("nativeIdentity") is not None]
    if not named:
        # Without an account and without an identity it can be anybody's.
        return target is not None and target == account.identity_id
    return any(
        _same(item.value("nativeIdentity"), account.account_id)
        and item.value("sourceId") in (None, account.source_id or item.value("sourceId"))
        for item in named
    )


def _names(fields: Fields, account: ChangedAccount) -> bool:
    """Return whether an event is about the identity of *account*, and not about another account of it."""
    name = f"{fields.text('technicalName')} {fields.text('action')}".upper()
    if any(other in name for other in _NOT_ABOUT_PASSWORDS):
        return False
    if not _same(fields.object("target").value("name"), account.user_name):
        return False
    attributes = fields.object("attributes")
    for field, here in (("accountId", account.account_id), ("sourceName", account.source_name)):
        there = attributes.value(field)
        if there is not None and here is not None and not _same(there, here):
            return False
    return True


def _same(there: t.Any, here: str | None) -> bool:
    return isinstance(there, str) and here is not None and there.casefold() == here.casefold()


def _record(name: str, fields: Fields, status: str, record_id: str) -> ChangeRecord:
    """Return a record; without a time it is older than all others."""
    time = parse_isc_time(fields.value("created"))
    return ChangeRecord(
        name, -math.inf if time is None else time, status or "without a status", record_id or "without an id"
    )
