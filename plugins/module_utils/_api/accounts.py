# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the accounts of a source with ISC's Search, and asks ISC to reload an account from its source.

Search finds identities and returns each with all of its accounts, so every account is compared with the filter again
here. What the query means remains ISC's decision. The facts about Search are from SailPoint's API description
(``search`` at https://developer.sailpoint.com/docs/api).
"""

from __future__ import annotations

import re
import sys
import typing as t

from .._client.client import Client
from .._client.operation import DEFAULT_API_VERSION, Operation, quote_value
from .._client.responses import Fields
from .._errors import ApiError, InputError, IscError, ResponseTooLargeError, UnexpectedResponseError, check_text
from .._http.transport import MAX_RESPONSE_SIZE
from .._text import has_controls, id_problem, match_by_name, quoted
from .._times import age_in_days, format_time, is_young, means_never, parse_isc_time
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
    # 10,000 identities with up to four accounts each. Reading a response of this size takes about 100 MiB of memory.
    max_response_size=16 * MAX_RESPONSE_SIZE,
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
"""Whether to include accounts of unknown password age when a minimum age is given."""

PAGE = 10000
"""Identities per response, the most that Search returns. Set explicitly: the published defaults differ by version."""

PAGE_DIVISOR = 4  # After a response that is too large, the page size is divided by this.
MAX_PAGES = 10000  # Bounds memory if a broken tenant keeps returning pages.
MAX_NAMED = 3  # Accounts named in a warning.
LONGEST_QUERY = 20000  # Characters.


class Source(t.NamedTuple):
    """A source, identified by its name or by its id."""

    name: str | None = None
    id: str | None = None

    def __str__(self) -> str:
        return f"named {quoted(self.name)}" if self.name is not None else f"with the id {quoted(self.id or '')}"

    @property
    def option(self) -> str:
        return "source_name" if self.name is not None else "source_id"

    @property
    def field(self) -> tuple[str, str]:
        """The field name and value that identify this source in Search and in lists of sources."""
        return ("name", self.name) if self.name is not None else ("id", self.id or "")


class AccountFilter(t.NamedTuple):
    """Selects accounts of a source. An account has to match every field that is not ``None``.

    :ivar user_name: the name or uid of the account's identity.
    :ivar query: selects identities, in the query language of Search.
    """

    source: Source
    account_id: str | None = None
    user_name: str | None = None
    query: str | None = None

    @property
    def names_account(self) -> bool:
        return self.account_id is not None or self.user_name is not None


class FoundAccount(t.NamedTuple):
    """An account of an identity. Unknown values are ``None``.

    :ivar user_name: the identity's name, which is its login name.
    :ivar uid: the identity's uid, in most tenants the same as its name.
    :ivar last_set: when the password was last set, in seconds since 1970.
    :ivar never_set: whether ISC reports that the password was never set.
    :ivar isc_id: the id of the account itself in ISC.
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


def find_accounts(client: Client, account_filter: AccountFilter) -> list[FoundAccount]:
    """Return the matching accounts, ordered by identity id. If there are none, check that the source exists.

    Account ids and user names that match exactly win. If none does, both are compared without case, as distinguished
    names are.

    :raises InputError: an option is invalid, or the tenant has no such source.
    """
    found, source = search_accounts(client, account_filter), account_filter.source
    if found:
        return found
    field, value = source.field
    try:
        sources = client.call_list(LIST_SOURCES, {"filters": f"{field} eq {quote_value(value)}", "limit": "10"})
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


def search_accounts(client: Client, account_filter: AccountFilter) -> list[FoundAccount]:
    """Return the matching accounts, as ``find_accounts`` does, without checking that the source exists.

    :raises InputError: an option is invalid.
    """
    source = account_filter.source
    ids = {
        source.option: source.field[1],
        "account_id": account_filter.account_id,
        "user_name": account_filter.user_name,
    }
    for option, value in ids.items():
        fault = None if value is None else id_problem(check_text(option, value))
        if fault:
            raise InputError(f"{option} has {fault}.", f"Give {option} as ISC shows it.")
    found = _search(client, account_filter, exact=True)
    if not found and account_filter.names_account:
        found = _search(client, account_filter, exact=False)
    return found


def matches_age(last_set: float | None, older_than: float | None, unknown_age: str, now: float) -> bool:
    """Return whether a password is old enough.

    :param last_set: when the password was last set, in seconds since 1970.
    :param older_than: the minimum age in seconds; ``None`` accepts every account.
    :param unknown_age: one of UNKNOWN_AGES.
    :param now: seconds since 1970.
    """
    if older_than is None:
        return True
    if last_set is None or age_in_days(last_set, now) is None:
        return unknown_age == INCLUDE
    return not is_young(last_set, older_than, now)


def reload_account(client: Client, isc_id: str) -> None:
    """Ask ISC to reload an account from its source. ISC responds at once and reloads the account later.

    :param isc_id: the account's id in ISC, not its native identity.
    :raises IscError: ISC refused, or no response arrived.
    """
    client.call(RELOAD_ACCOUNT, isc_id)


def check_search(client: Client, option: str) -> None:
    """Raise InputError if the client's API version has no Search.

    :param option: the option that requires Search, with its value, for the message.
    """
    if client.api_version in SEARCH.not_served_by:
        raise InputError(
            f"{option}, and api_version {client.api_version} has no Search, which reports the age.",
            f"Use api_version {DEFAULT_API_VERSION}.",
        )


def as_result(account: FoundAccount, now: float) -> dict[str, t.Any]:
    """Return an account in the form of results and variables.

    :param now: seconds since 1970.
    """
    result = account._asdict()
    last_set = result.pop("last_set")
    del result["never_set"], result["isc_id"]
    result["password_last_set"] = None if last_set is None else format_time(last_set)
    result["password_age_days"] = age_in_days(last_set, now)
    return result


def check_query(option: str, query: str | None) -> str | None:
    """Return a user's query, stripped; ``None`` if it is blank.

    The query is put in parentheses and combined with the condition for the source, so it must not close them.

    :raises InputError: the query is too long, or has control characters or an unbalanced parenthesis, bracket or quote.
    """
    if query is None or not query.strip():
        return None
    hint = "Write it in the language of ISC's Search, with values in double quotes."
    if len(query) > LONGEST_QUERY:
        raise InputError(f"{option} has more than {LONGEST_QUERY} characters.", hint)
    if has_controls(query.replace("\n", " ").replace("\t", " ")):
        raise InputError(f"{option} has control characters.", hint)
    unbalanced = _unbalanced(query)
    if unbalanced:
        raise InputError(f"{option} has a {unbalanced} without its counterpart: {quoted(query)}.", hint)
    return query.strip()


def _unbalanced(query: str) -> str | None:
    """Return an unbalanced quote, parenthesis, bracket or trailing backslash of *query*."""
    unquoted, quote, _rest = re.sub(r'\\.|"(?:[^"\\]|\\.)*"', "", query, flags=re.DOTALL).partition('"')
    opened: list[str] = []
    for character in re.findall(r"[][(){}]", unquoted):
        if character in "([{":
            opened.append(character)
        # A range may start and end with different brackets, as in [1 TO 5}.
        elif not opened or (opened.pop() == "(") is not (character == ")"):
            return character
    if quote or unquoted.endswith("\\"):
        return quote or "\\"
    return opened[-1] if opened else None


def _search(client: Client, account_filter: AccountFilter, exact: bool) -> list[FoundAccount]:
    collector = _AccountCollector(account_filter.source)
    try:
        for identity in _identities(client, _query(account_filter, exact)):
            collector.add_identity(identity)
    except ApiError as error:
        # It is not documented that account ids can be compared exactly.
        if exact and account_filter.names_account and error.status_code == 400:
            return []
        raise
    client.warnings += [each for each in collector.warnings() if each not in client.warnings]
    found = list(collector.accounts.values())
    if account_filter.account_id is not None:
        found = match_by_name(found, account_filter.account_id, lambda account: (account.account_id,))
    if account_filter.user_name is not None:
        found = match_by_name(found, account_filter.user_name, lambda account: (account.user_name, account.uid or ""))
    return found


def _query(account_filter: AccountFilter, exact: bool) -> str:
    """Return the query for Search. All conditions inside one ``@accounts(...)`` apply to the same account."""
    suffix = ".exact" if exact else ""
    field, value = account_filter.source.field
    conditions = [f"source.{field}.exact:{quote_value(value)}"]
    if account_filter.account_id is not None:
        conditions.append(f"accountId{suffix}:{quote_value(account_filter.account_id)}")
    parts = [f"@accounts({' AND '.join(conditions)})"]
    if account_filter.user_name is not None:
        name = quote_value(account_filter.user_name)
        parts.append(f"(name{suffix}:{name} OR attributes.uid{suffix}:{name})")
    if account_filter.query is not None:
        parts.append(f"({account_filter.query})")
    return " AND ".join(parts)


def _identities(client: Client, query: str) -> t.Iterator[Fields]:
    """Yield the identities page by page, up to the first empty page. A short page need not be the last one."""
    body: dict[str, t.Any] = {
        "indices": ["identities"],
        "query": {"query": query},
        # Whole accounts, because the effect of a path into a list is not documented.
        "queryResultFilter": {"includes": ["id", "name", "attributes.uid", "accounts"]},
        "sort": ["id"],
    }
    limit = PAGE
    last_ids: set[str] = set()
    while len(last_ids) < MAX_PAGES:
        try:
            page = client.call_list(SEARCH, {"limit": str(limit)}, body)
        except ResponseTooLargeError:
            if limit == 1:
                raise
            limit = max(1, limit // PAGE_DIVISOR)
            continue
        if not page:
            return
        yield from page
        last = _identity_id(page[-1])
        # A page can take 100 MiB, so it is freed before the next one is read.
        del page
        if last in last_ids:
            raise UnexpectedResponseError(
                "ISC's response to search repeats a page.", "Run this again. If that doesn't help, tell SailPoint."
            )
        last_ids.add(last)
        body["searchAfter"] = [last]
    raise UnexpectedResponseError(f"ISC's response to search has more than {MAX_PAGES} pages.", "Ask for less.")


class _AccountCollector:
    """Collects the accounts of one source from identities.

    :ivar accounts: by source id and native identity.
    """

    def __init__(self, source: Source) -> None:
        self.accounts: dict[tuple[str, str], FoundAccount] = {}
        self._source = source
        self._identity_ids: set[str] = set()
        self._skipped: list[str] = []
        self._duplicates: list[str] = []

    def add_identity(self, fields: Fields) -> None:
        """Add an identity's accounts on the source. An identity that moves to another page is returned twice."""
        identity_id = _identity_id(fields)
        if identity_id in self._identity_ids:
            return
        self._identity_ids.add(identity_id)
        uid = fields.object("attributes").usable_id("uid")
        user_name = fields.usable_id("name") or uid
        field, value = self._source.field
        for account in fields.objects("accounts"):
            source = account.object("source")
            if source.value(field) == value:
                self._add(account, source, identity_id, user_name, uid)

    def warnings(self) -> list[str]:
        """Return sentences about accounts that are skipped or listed twice."""
        warnings = []
        if self._skipped:
            warnings.append(
                f"{_counted(self._skipped)} left out of the source {self._source}, because ISC sends no usable "
                f"account id or user name of the identity {_examples(self._skipped)}."
            )
        if self._duplicates:
            warnings.append(
                f"{_counted(self._duplicates)} listed with two identities for the source {self._source}, because "
                f"ISC's index lags behind. The first identity is used for {_examples(self._duplicates)}."
            )
        return warnings

    def _add(self, account: Fields, source: Fields, identity_id: str, user_name: str | None, uid: str | None) -> None:
        account_id, source_id = account.usable_id("accountId"), source.usable_id("id")
        if account_id is None or source_id is None or user_name is None:
            self._skipped.append(identity_id)
            return
        key = source_id, account_id
        if key in self.accounts:
            if self.accounts[key].identity_id != identity_id:
                self._duplicates.append(account_id)
            return
        password_last_set = account.value("passwordLastSet")
        last_set = parse_isc_time(password_last_set)
        self.accounts[key] = FoundAccount(
            account_id=account_id,
            account_name=account.name("name"),
            user_name=user_name,
            uid=uid,
            identity_id=identity_id,
            # Thousands of accounts share these, so each is one string in memory.
            source_id=sys.intern(source_id),
            source_name=sys.intern(source.name("name")),
            disabled=account.flag("disabled") is True,
            locked=account.flag("locked") is True,
            privileged=account.flag("privileged") is True,
            supports_password_change=account.flag("supportsPasswordChange"),
            last_set=last_set,
            isc_id=account.usable_id("id"),
            never_set=last_set is None and means_never(password_last_set),
        )


def _identity_id(fields: Fields) -> str:
    identity_id = fields.usable_id("id")
    if identity_id is None:
        raise fields.unexpected("an identity without a usable id")
    return identity_id


def _counted(accounts: t.Sequence[str]) -> str:
    return f"{len(accounts)} accounts are" if len(accounts) > 1 else "1 account is"


def _examples(names: t.Sequence[str]) -> str:
    return ", ".join(map(quoted, names[:MAX_NAMED])) + (", ..." if len(names) > MAX_NAMED else "")
