# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ISC has on record of password changes: account activities and audit events.

Such a record can be of anybody's change, it can come late, and it doesn't name the request that asked for the change.
So it is evidence for people, and nothing is decided by it.
"""

from __future__ import annotations

import re
import typing as t

from .._client.answers import Fields
from .._client.client import Client
from .._client.operation import Operation
from .._text import LONGEST_NAME
from .password_age import read_last_set
from .search import SEARCH
from .sync_groups import quoted_value

LIST_ACTIVITIES = Operation(
    name="list account activities",
    method="GET",
    resource="account-activities",
    rest="",
    # The description names none.
    scope="",
    repeatable=True,
    other_reason="that the user who made it is an administrator of the tenant",
)
SEARCH_EVENTS = Operation(
    name="search audit events",
    method=SEARCH.method,
    resource=SEARCH.resource,
    rest=SEARCH.rest,
    scope=SEARCH.scope,
    repeatable=True,
    other_reason=SEARCH.other_reason,
    not_served_by=SEARCH.not_served_by,
)

PAGE = 50
"""Records of an answer, the newest ones."""

_TYPE = "CloudPasswordRequest"
_NOT_ABOUT_PASSWORDS = ("TOKEN", "POLICY", "ORG_CONFIG", "INSTRUCTIONS")
"""What names of events hold that have the type of a password's change and are none."""

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
    :ivar status: as ISC spells it. :ivar id: of the request where the record names one, otherwise its own.
    """

    name: str
    time: float
    status: str
    id: str


def list_activities(client: Client, account: ChangedAccount, since: float, deadline: float) -> list[ChangeRecord]:
    """Return the account activities of password changes of an account, the newest first.

    :param since: seconds since 1970. :param deadline: a time of the client's clock.
    :raises IscError: they can't be read.
    """
    query = {"filters": f"type eq {quoted_value(_TYPE)}", "sorters": "-created", "limit": str(PAGE)}
    if account.identity_id is not None:
        query["requested-for"] = account.identity_id
    found, redact = client.call_list(LIST_ACTIVITIES, query, deadline=deadline), client.redaction()
    entries = [Fields(entry, LIST_ACTIVITIES.name, redact) for entry in found]
    records = [_activity(fields) for fields in entries if _is_of(fields, account)]
    return _since(records, since)


def search_events(client: Client, account: ChangedAccount, since: float, deadline: float) -> list[ChangeRecord]:
    """Return the audit events of password changes of an account, the newest first.

    :raises IscError: they can't be read.
    """
    query = f"type:PASSWORD_ACTIVITY AND target.name:{quoted_value(account.user_name or '')}"
    body = {"indices": ["events"], "query": {"query": query}, "sort": ["-created"]}
    found = client.call_list(SEARCH_EVENTS, {"limit": str(PAGE)}, body, deadline)
    entries = [Fields(entry, SEARCH_EVENTS.name, client.redaction()) for entry in found]
    return _since([_event(fields) for fields in entries if _names(fields, account)], since)


def _since(records: t.Iterable[ChangeRecord | None], since: float) -> list[ChangeRecord]:
    return [record for record in records if record is not None and record.time >= since]


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


def _activity(fields: Fields) -> ChangeRecord | None:
    status = fields.text("completionStatus", "executionStatus", longest=LONGEST_NAME)
    return _record("account activity", fields, status, fields.text("id", longest=LONGEST_NAME))


def _event(fields: Fields) -> ChangeRecord | None:
    told = _REQUEST_ID.search(fields.object("attributes").text("info"))
    name = fields.text("technicalName", "action", "name", longest=LONGEST_NAME)
    request_id = told[0] if told else fields.text("trackingNumber", "id", longest=LONGEST_NAME)
    return _record(f"audit event {name}", fields, fields.text("status", longest=LONGEST_NAME), request_id)


def _record(name: str, fields: Fields, status: str, record_id: str) -> ChangeRecord | None:
    time = read_last_set(fields.value("created"))
    if time is None:
        return None
    return ChangeRecord(name, time, status or "without a status", record_id or "without an id")
