# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ISC's records of password changes: account activities and audit events.

A record doesn't name the request that caused it, may belong to somebody else's change, and may appear late. It is
evidence for people when an outcome is unknown. The code never decides anything by it.
"""

from __future__ import annotations

import dataclasses
import math
import re
import typing as t

from .._client.client import Client
from .._client.operation import Operation, quote_value
from .._client.responses import Fields
from .._errors import ApiError, InputError, IscError
from .._http.transport import MAX_RESPONSE_SIZE
from .._text import MAX_NAME_LENGTH, clean_text
from .._times import format_time, parse_isc_time
from .accounts import SEARCH

LIST_ACTIVITIES = Operation("list account activities", "GET", "account-activities", scope="")
SEARCH_EVENTS = dataclasses.replace(SEARCH, name="search audit events", hints={}, max_response_size=MAX_RESPONSE_SIZE)

PAGE = 50  # Records per response. Only the newest page is read.
LARGEST_SKEW = 60.0  # Seconds by which the clocks of ISC and this machine may differ.
TIME_LIMIT = 15.0  # Approximate seconds for both requests together, including retries.
MAX_SHOWN = 5  # Records.

_TYPE = "CloudPasswordRequest"
_OTHER_EVENTS = ("TOKEN", "POLICY", "ORG_CONFIG", "INSTRUCTIONS")
"""Parts of the names of events that have the type of a password change but are about something else."""

_REQUEST_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


class ChangedAccount(t.NamedTuple):
    """The account whose password was changed. Unknown values are ``None``."""

    account_id: str
    source_id: str | None = None
    source_name: str | None = None
    user_name: str | None = None
    identity_id: str | None = None


class ChangeRecord(t.NamedTuple):
    """An account activity or an audit event.

    :ivar name: ISC's name of it.
    :ivar time: seconds since 1970.
    :ivar status: as ISC spells it.
    :ivar id: the id of the request if the record names one, otherwise the record's own id.
    """

    name: str
    time: float
    status: str
    id: str


def find_evidence(client: Client, account: ChangedAccount, since: float, only_events: bool = False) -> str:
    """Return sentences about the password changes of an account that ISC has on record. Never raises.

    :param since: when the password was staged or sent, in seconds since 1970.
    :param only_events: skips account activities, because they have already been shown.
    """
    deadline = client.runtime.clock() + TIME_LIMIT
    kinds_read, problems = [], []
    records: list[ChangeRecord] = []
    for kind, read, applies in (
        ("account activities", list_activities, not only_events),
        ("audit events", search_events, account.user_name is not None),
    ):
        if not applies:
            continue
        try:
            if client.runtime.clock() >= deadline:
                raise IscError("There was no time left.")
            records += (record for record in read(client, account, deadline) if record.time >= since - LARGEST_SKEW)
            kinds_read.append(kind)
        except InputError:
            problems.append(f"ISC's {kind} can't be read with this api_version.")
        except IscError as error:
            forbidden = isinstance(error, ApiError) and error.status_code in (401, 403)
            problem = f"ISC's {kind} could not be read: {clean_text(error.message, MAX_NAME_LENGTH)}"
            problems.append(f"The token may not read ISC's {kind}." if forbidden else problem)
    sentences = []
    if records:
        records.sort(key=lambda record: -record.time)
        shown = "; ".join(
            f"{each.name} {each.id} of {format_time(each.time)}, {each.status}" for each in records[:MAX_SHOWN]
        )
        more = f"; and {len(records) - MAX_SHOWN} more" if len(records) > MAX_SHOWN else ""
        sentences.append(
            f"ISC has on record since {format_time(since)}: {shown}{more}. That can be somebody else's change, so "
            "nothing is decided by it."
        )
    elif kinds_read:
        sentences.append(
            f"ISC's {' and '.join(kinds_read)} show no password change of this account since {format_time(since)}. "
            "They can come late, so that proves nothing."
        )
    return " ".join([*sentences, *problems])


def list_activities(client: Client, account: ChangedAccount, deadline: float) -> list[ChangeRecord]:
    """Return the account activities about password changes of an account, newest first.

    :param deadline: a time of the client's clock.
    :raises IscError: they can't be read.
    """
    query = {"filters": f"type eq {quote_value(_TYPE)}", "sorters": "-created", "limit": str(PAGE)}
    if account.identity_id is not None:
        query["requested-for"] = account.identity_id
    return [
        _record(
            "account activity",
            fields,
            fields.text("completionStatus", "executionStatus", longest=MAX_NAME_LENGTH),
            fields.text("id", longest=MAX_NAME_LENGTH),
        )
        for fields in client.call_list(LIST_ACTIVITIES, query, deadline=deadline)
        if _activity_matches(fields, account)
    ]


def search_events(client: Client, account: ChangedAccount, deadline: float) -> list[ChangeRecord]:
    """Return the audit events about password changes of an account, newest first.

    :param deadline: a time of the client's clock.
    :raises IscError: they can't be read.
    """
    query = f"type:PASSWORD_ACTIVITY AND target.name:{quote_value(account.user_name or '')}"
    body = {"indices": ["events"], "query": {"query": query}, "sort": ["-created"]}
    records = []
    for fields in client.call_list(SEARCH_EVENTS, {"limit": str(PAGE)}, body, deadline):
        if _event_matches(fields, account):
            name = fields.text("technicalName", "action", "name", longest=MAX_NAME_LENGTH)
            request = _REQUEST_ID.search(fields.object("attributes").text("info"))
            record_id = request[0] if request else fields.text("trackingNumber", "id", longest=MAX_NAME_LENGTH)
            records.append(
                _record(f"audit event {name}", fields, fields.text("status", longest=MAX_NAME_LENGTH), record_id)
            )
    return records


def _activity_matches(fields: Fields, account: ChangedAccount) -> bool:
    """Return whether an activity is about *account*, or may be because it names no account."""
    identity_id = fields.object("targetIdentitySummary").value("identityId", "id")
    if identity_id is not None and account.identity_id not in (None, identity_id):
        return False
    named = [item for item in fields.objects("items") if item.value("nativeIdentity") is not None]
    if not named:
        # An activity that names neither account nor identity could be anybody's.
        return identity_id is not None and identity_id == account.identity_id
    return any(
        _same_text(item.value("nativeIdentity"), account.account_id)
        and item.value("sourceId") in (None, account.source_id or item.value("sourceId"))
        for item in named
    )


def _event_matches(fields: Fields, account: ChangedAccount) -> bool:
    """Return whether an event is about the identity of *account*, and not about another of its accounts."""
    name = f"{fields.text('technicalName')} {fields.text('action')}".upper()
    if any(part in name for part in _OTHER_EVENTS):
        return False
    if not _same_text(fields.object("target").value("name"), account.user_name):
        return False
    attributes = fields.object("attributes")
    for field, expected in (("accountId", account.account_id), ("sourceName", account.source_name)):
        value = attributes.value(field)
        if value is not None and expected is not None and not _same_text(value, expected):
            return False
    return True


def _same_text(value: t.Any, expected: str | None) -> bool:
    return isinstance(value, str) and expected is not None and value.casefold() == expected.casefold()


def _record(name: str, fields: Fields, status: str, record_id: str) -> ChangeRecord:
    """Return a record. Without a time, it counts as older than all others."""
    time = parse_isc_time(fields.value("created"))
    return ChangeRecord(
        name, -math.inf if time is None else time, status or "without a status", record_id or "without an id"
    )
