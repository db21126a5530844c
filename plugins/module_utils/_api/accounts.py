# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of a source as ISC's Search knows them, and having ISC read one again from its source.

Search finds identities, and each comes with all of its accounts. So what was asked for is asked again of every account
here: what the query means is ISC's decision, and which account is meant is not. The facts about Search are those of
SailPoint's description, ``search`` at https://developer.sailpoint.com/docs/api.
"""

from __future__ import annotations

import re
import typing as t

from .._client.client import Client
from .._client.operation import DEFAULT_API_VERSION, Operation, quoted_value
from .._client.responses import Fields
from .._errors import ApiError, InputError, IscError, ResponseTooLargeError, UnexpectedResponseError, check_text
from .._http.transport import LARGEST_RESPONSE
from .._text import fault_of_id, fitting, has_controls, quoted
from .._times import age_in_days, format_time, is_young, parse_isc_time, says_never
from .sources import LIST_SOURCES

SEARCH = Operation(
    "search",
    "POST",
    "search",
    "sp:search:read",
    repeatable=True,
    other_reason="that the user who made it is an administrator (of the tenant, or of reports, sources or roles)",
    hints={
        400: "Check query: it is written in the language of ISC's Search, with values in double quotes. Try it in "
        "ISC's user interface."
    },
    not_served_by=("beta",),
    # 10,000 identities with up to four accounts each. While it is read, such a response takes about 100 MiB of memory.
    largest_response=16 * LARGEST_RESPONSE,
)
RELOAD_ACCOUNT = Operation(
    "read an account again",
    "POST",
    "accounts/{id}/reload",
    "idn:accounts-state:manage",
    repeatable=True,
    other_reason="that the user who made it is an administrator (of the tenant, of sources, or of the help desk)",
    hints={404: "ISC doesn't know the account any more. Run this again once Search has caught up."},
)

INCLUDE = "include"
EXCLUDE = "exclude"
UNKNOWN_AGES = (INCLUDE, EXCLUDE)
"""Whether accounts whose password's age is not known are among those of a minimum age."""

PAGE = 10000
"""Identities of one response: the most that Search sends. Its own default is another one in each description."""

SMALLER = 4  # A response that is too large is asked for again with so many times fewer identities.
MOST_PAGES = 10000  # Responses. A tenant that has no end would fill the memory.
MOST_LEFT_OUT = 3  # Accounts that can't be used and are named in the warning about them.

LONGEST_QUERY = 20000


class Source(t.NamedTuple):
    """A source, by its name or by its id."""

    name: str | None = None
    id: str | None = None

    def __str__(self) -> str:
        return f"named {quoted(self.name)}" if self.name is not None else f"with the id {quoted(self.id or '')}"

    @property
    def option(self) -> str:
        return "source_name" if self.name is not None else "source_id"

    @property
    def field(self) -> tuple[str, str]:
        """What Search and lists of sources know it by: the name of the field, and its value."""
        return ("name", self.name) if self.name is not None else ("id", self.id or "")


class Wanted(t.NamedTuple):
    """What is asked for: all accounts of a source, or those that fit all that is given.

    ``user_name`` is an identity's name or uid; ``query`` selects identities in the language of Search.
    """

    source: Source
    account_id: str | None = None
    user_name: str | None = None
    query: str | None = None


class FoundAccount(t.NamedTuple):
    """An account of an identity. What is ``None`` is not known.

    ``user_name`` is the identity's name, which is its login name. ``uid`` is its uid, in most tenants the same.
    ``last_set``: when the password was last set, in seconds since 1970. ``never_set``: whether ISC says that it never
    was. ``isc_id``: the account's own id in ISC.
    """

    account_id: str
    account_name: str
    user_name: str
    uid: str | None
    identity_id: str
    source_id: str
    source_name: str
    disabled: bool
    locked: bool
    privileged: bool
    supports_password_change: bool | None
    last_set: float | None
    never_set: bool = False
    isc_id: str | None = None


def find_accounts(client: Client, wanted: Wanted) -> list[FoundAccount]:
    """Return the accounts that are asked for, by the ids of their identities.

    An id or a name that fits exactly wins; otherwise both are compared without case, as a distinguished name is.

    :raises InputError: an option can't be used, or the tenant has no such source.
    """
    found, source = search_accounts(client, wanted), wanted.source
    if found:
        return found
    field, value = source.field
    try:
        sources = client.call_list(LIST_SOURCES, {"filters": f"{field} eq {quoted_value(value)}", "limit": "10"})
    except IscError as error:
        if error.at_login:
            raise
        client.warnings.append(
            f"Search knows no such account, and whether the tenant has a source {source} isn't known: "
            f"{error.explanation}"
        )
        return found
    names = [each.value(field) for each in sources]
    if value in names:
        return found
    others = [each for each in names if isinstance(each, str) and each.casefold() == value.casefold()]
    hint = f"There is one {field} {quoted(others[0])}." if others else "Write it as ISC shows it."
    raise InputError(f"The tenant has no source {source}.", f"Check {source.option}. {hint}")


def search_accounts(client: Client, wanted: Wanted) -> list[FoundAccount]:
    """Return the accounts that are asked for of a source that the tenant is known to have.

    :raises InputError: an option can't be used.
    """
    source = wanted.source
    given = {source.option: source.field[1], "account_id": wanted.account_id, "user_name": wanted.user_name}
    for option, value in given.items():
        fault = None if value is None else fault_of_id(check_text(option, value))
        if fault:
            raise InputError(f"{option} has {fault}.", f"Give {option} as ISC shows it.")
    found = _found(client, wanted, exact=True)
    if not found and (wanted.account_id is not None or wanted.user_name is not None):
        found = _found(client, wanted, exact=False)
    return found


def is_wanted(last_set: float | None, older_than: float | None, unknown_age: str, now: float) -> bool:
    """Return whether an account is among those that are asked for.

    :param last_set: when its password was last set. Times are in seconds since 1970.
    :param older_than: the seconds that its password has to be old at least; ``None`` asks for all accounts.
    :param unknown_age: one of UNKNOWN_AGES.
    """
    if older_than is None:
        return True
    if last_set is None or age_in_days(last_set, now) is None:
        return unknown_age == INCLUDE
    return not is_young(last_set, older_than, now)


def reload_account(client: Client, isc_id: str) -> None:
    """Have ISC read an account again. It answers at once, and reads the account later.

    :param isc_id: the account's id in ISC, which is not its native identity.
    :raises IscError: it was refused, or no response came.
    """
    client.call(RELOAD_ACCOUNT, isc_id)


def check_search(client: Client, option: str) -> None:
    """Raise InputError where the API version that is used has no Search.

    :param option: the option that needs it, with its value, for the message.
    """
    if client.api_version in SEARCH.not_served_by:
        raise InputError(
            f"{option}, and api_version {client.api_version} has no Search, which would tell the age.",
            f"Use api_version {DEFAULT_API_VERSION}.",
        )


def as_result(account: FoundAccount, now: float) -> dict[str, t.Any]:
    """Return an account as results and variables show it.

    :param now: seconds since 1970.
    """
    result = dict(account._asdict())
    last_set = result.pop("last_set")
    del result["never_set"], result["isc_id"]
    result["password_last_set"] = None if last_set is None else format_time(last_set)
    result["password_age_days"] = age_in_days(last_set, now)
    return result


def check_query(option: str, query: str | None) -> str | None:
    """Return a query that people wrote; ``None`` where it is blank.

    It is put in parentheses beside what selects the source. So it must not end those.

    :raises InputError: a parenthesis, a bracket or a quote in it has no counterpart.
    """
    if query is None or not query.strip():
        return None
    hint = "Write it in the language of ISC's Search, with values in double quotes."
    if len(query) > LONGEST_QUERY:
        raise InputError(f"{option} has more than {LONGEST_QUERY} characters.", hint)
    if has_controls(query.replace("\n", " ").replace("\t", " ")):
        raise InputError(f"{option} has control characters.", hint)
    alone = _without_counterpart(query)
    if alone:
        raise InputError(f"{option} has a {alone} without its counterpart: {quoted(query)}.", hint)
    return query.strip()


def _without_counterpart(query: str) -> str | None:
    """Return the first quote, parenthesis, bracket or backslash of *query* that nothing belongs to."""
    # What is escaped or quoted counts for nothing.
    plain, quote, _quoted = re.sub(r'\\.|"(?:[^"\\]|\\.)*"', "", query, flags=re.DOTALL).partition('"')
    opened: list[str] = []
    for character in re.findall(r"[][(){}]", plain):
        if character in "([{":
            opened.append(character)
        # A range may end with another bracket than it begins with.
        elif not opened or (opened.pop() == "(") is not (character == ")"):
            return character
    if quote or plain.endswith("\\"):
        return quote or "\\"
    return opened[-1] if opened else None


def _found(client: Client, wanted: Wanted, exact: bool) -> list[FoundAccount]:
    query = _query(wanted, exact)
    reader = _Reader(wanted.source)
    try:
        _read_pages(client, query, reader.read)
    except ApiError as error:
        # That account ids can be compared exactly is not documented.
        chosen = wanted.account_id is not None or wanted.user_name is not None
        if exact and chosen and error.status_code == 400:
            return []
        raise
    for warning in reader.warnings():
        if warning not in client.warnings:
            client.warnings.append(warning)
    found = list(reader.accounts.values())
    if wanted.account_id is not None:
        found = fitting(found, wanted.account_id, lambda account: (account.account_id,))
    if wanted.user_name is not None:
        found = fitting(found, wanted.user_name, lambda account: (account.user_name, account.uid or ""))
    return found


def _query(wanted: Wanted, exact: bool) -> str:
    """Return the query for one source. Conditions inside of one C(@accounts) must hold for the same account."""
    kind = ".exact" if exact else ""
    field, value = wanted.source.field
    conditions = [f"source.{field}.exact:{quoted_value(value)}"]
    if wanted.account_id is not None:
        conditions.append(f"accountId{kind}:{quoted_value(wanted.account_id)}")
    parts = [f"@accounts({' AND '.join(conditions)})"]
    if wanted.user_name is not None:
        name = quoted_value(wanted.user_name)
        parts.append(f"(name{kind}:{name} OR attributes.uid{kind}:{name})")
    if wanted.query is not None:
        parts.append(f"({wanted.query})")
    return " AND ".join(parts)


def _read_pages(client: Client, query: str, read: t.Callable[[Fields], None]) -> None:
    """Read identities page by page, until one is empty: a short page is not the last one."""
    body: dict[str, t.Any] = {
        "indices": ["identities"],
        "query": {"query": query},
        # With whole accounts: what a path into a list would give is not documented.
        "queryResultFilter": {"includes": ["id", "name", "attributes.uid", "accounts"]},
        "sort": ["id"],
    }
    limit = PAGE
    last_ids: set[str] = set()
    while len(last_ids) < MOST_PAGES:
        try:
            page = client.call_list(SEARCH, {"limit": str(limit)}, body)
        except ResponseTooLargeError:
            if limit == 1:
                raise
            limit = max(1, limit // SMALLER)
            continue
        if not page:
            return
        for identity in page:
            read(identity)
        last = _identity_id(page[-1])
        # A page can take 100 MiB, so it must be gone before the next one comes.
        del page
        if last in last_ids:
            raise UnexpectedResponseError(
                "ISC's response to search repeats a page.", "Run this again; if it comes up again, tell SailPoint."
            )
        last_ids.add(last)
        body["searchAfter"] = [last]
    raise UnexpectedResponseError(f"ISC's response to search has more than {MOST_PAGES} pages.", "Ask for less.")


class _Reader:
    """Takes the accounts of a source out of identities. ``accounts``: by the id of the source and the account's own."""

    def __init__(self, source: Source) -> None:
        self.accounts: dict[tuple[str, str], FoundAccount] = {}
        self._source = source
        self._identities: set[str] = set()
        self._left_out: list[str] = []
        self._elsewhere: list[str] = []
        self._texts: dict[str, str] = {}

    def read(self, fields: Fields) -> None:
        """Take the accounts of one identity. One that has moved to another page can come twice."""
        identity_id = _identity_id(fields)
        if identity_id in self._identities:
            return
        self._identities.add(identity_id)
        uid = fields.object("attributes").usable_id("uid")
        user_name = fields.usable_id("name") or uid
        field, value = self._source.field
        for account in fields.objects("accounts"):
            source = account.object("source")
            if source.value(field) == value:
                self._take(account, source, identity_id, user_name, uid)

    def warnings(self) -> list[str]:
        """Return sentences about accounts that are not there as they should be."""
        found = []
        if self._left_out:
            found.append(
                f"{_counted(self._left_out)} left out of the source {self._source}, because ISC sends no usable "
                f"account id or user name of the identity {_some(self._left_out)}."
            )
        if self._elsewhere:
            found.append(
                f"{_counted(self._elsewhere)} listed with two identities for the source {self._source}, because ISC's "
                f"index lags behind. The first identity is used for {_some(self._elsewhere)}."
            )
        return found

    def _take(self, account: Fields, source: Fields, identity_id: str, user_name: str | None, uid: str | None) -> None:
        account_id, source_id = account.usable_id("accountId"), source.usable_id("id")
        if account_id is None or source_id is None or user_name is None:
            self._left_out.append(identity_id)
            return
        key = source_id, account_id
        if key in self.accounts:
            if self.accounts[key].identity_id != identity_id:
                self._elsewhere.append(account_id)
            return
        password_last_set = account.value("passwordLastSet")
        last_set = parse_isc_time(password_last_set)
        self.accounts[key] = FoundAccount(
            account_id=account_id,
            account_name=account.name("name"),
            user_name=user_name,
            uid=uid,
            identity_id=identity_id,
            source_id=self._once(source_id),
            source_name=self._once(source.name("name")),
            disabled=account.flag("disabled") is True,
            locked=account.flag("locked") is True,
            privileged=account.flag("privileged") is True,
            supports_password_change=account.flag("supportsPasswordChange"),
            last_set=last_set,
            isc_id=account.usable_id("id"),
            never_set=last_set is None and says_never(password_last_set),
        )

    def _once(self, text: str) -> str:
        """Return *text* as one object, however often it comes."""
        return self._texts.setdefault(text, text)


def _identity_id(fields: Fields) -> str:
    identity_id = fields.usable_id("id")
    if identity_id is None:
        raise fields.unexpected("an identity without a usable id")
    return identity_id


def _counted(those: t.Sequence[str]) -> str:
    return f"{len(those)} accounts are" if len(those) > 1 else "1 account is"


def _some(names: t.Sequence[str]) -> str:
    return ", ".join(map(quoted, names[:MOST_LEFT_OUT])) + (", ..." if len(names) > MOST_LEFT_OUT else "")
