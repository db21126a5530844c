# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks of a tenant have in common: what a check found, and the inspection in which they are made."""

from __future__ import annotations

import dataclasses
import itertools
import re
import textwrap
import typing as t

from .._api.password_change import PasswordInfo
from .._client.client import Client
from .._client.operation import Operation
from .._errors import ApiError, ConnectError, IscError, LostResponseError
from .._http.retry import parse_http_date
from .._http.transport import Response

OK = "ok"
WARNING = "warning"
FAILED = "failed"
SKIPPED = "skipped"

WIDTH = 110  # Characters of a line of the table.

_GRAVITY = (OK, WARNING, FAILED)

_CODE = re.compile(r"[0-9]{3}(\.[0-9]+)*( [A-Z][a-z]+( [A-Za-z][a-z]+){0,4})?")
_LIMITS = re.compile(r"(x-)?rate-?limit[a-z-]*", re.IGNORECASE)
_NUMBERS = re.compile(r"[0-9][0-9;,=\" a-z-]{0,60}")

ANSWERED = "200"

T = t.TypeVar("T")


class Finding(t.NamedTuple):
    """What a check found: its state, one sentence, and what to do about it, if anything."""

    state: str
    message: str
    remedy: str = ""


class Check(t.NamedTuple):
    """A check by its name, and what it found."""

    name: str
    state: str
    message: str
    remedy: str


def worst_state(checks: t.Iterable[Check]) -> str:
    """Return the gravest state of all checks. A skipped one says nothing."""
    return max((check.state for check in checks if check.state != SKIPPED), key=_GRAVITY.index, default=OK)


def table(checks: t.Sequence[Check]) -> list[str]:
    """Return the checks as lines of a table. What was skipped for one reason, one after the other, is one row."""
    rows = []
    for (state, message, remedy), those in itertools.groupby(checks, key=lambda check: check[1:]):
        names = [check.name for check in those]
        if state == SKIPPED and len(names) > 2:
            names = [f"{names[0]} and {len(names) - 1} more"]
        rows += [Check(name, state, message, remedy) for name in names]
    widths = [max(map(len, column)) + 2 for column in zip(*((row.state, row.name) for row in rows))]
    lines = []
    for row in rows:
        begin = row.state.ljust(widths[0]) + row.name.ljust(widths[1])
        blank = " " * len(begin)
        lines += _wrapped(row.message, begin, blank)
        lines += _wrapped(row.remedy, f"{blank}> ", f"{blank}  ")
    return lines


def _wrapped(text: str, begin: str, blank: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=begin, subsequent_indent=blank, break_long_words=False, break_on_hyphens=False
    )


@dataclasses.dataclass
class Inspection:
    """One check of a tenant. It only reads.

    :param token_given: whether there is a token without a login.
    :ivar client: for the version of the API that responds.
    :ivar facts: what was found by what it is about, without names and secrets, for an issue.
    :ivar responses: the status of each read, and the code of its error, by the name of the operation.
    :ivar limits: the headers that tell of the rate limit.
    :ivar deprecated: the versions of the API of which ISC says so.
    :ivar skew: the seconds that ISC's clock is ahead; ``None`` where that isn't known.
    :ivar info: what query password info answered, if it was asked.
    :ivar list_of_sync_groups: why ISC refused to list sync groups.
    """

    client: Client
    user_name: str | None = None
    source_name: str | None = None
    token_given: bool = False
    facts: dict[str, str] = dataclasses.field(default_factory=dict)
    responses: dict[str, str] = dataclasses.field(default_factory=dict)
    limits: dict[str, str] = dataclasses.field(default_factory=dict)
    skew: float | None = None
    deprecated: set[str] = dataclasses.field(default_factory=set)
    info: PasswordInfo | None = None
    list_of_sync_groups: IscError | None = None
    _why_stopped: str | None = None

    def __post_init__(self) -> None:
        self.client.watch = self._watch

    @property
    def stopped(self) -> bool:
        return self._why_stopped is not None

    def stop(self, reason: str) -> None:
        self._why_stopped = self._why_stopped or reason

    def skipped(self, reason: str | None = None) -> Finding:
        """Return the finding of a check that was not made.

        :param reason: a sentence, where it is another one than that nothing more can be asked.
        """
        return Finding(SKIPPED, reason or f"Not tried, because {self._why_stopped}.")

    def tried(self, operation: Operation, read: t.Callable[[], T]) -> T:
        """Return what *read* returns, and note how it ended."""
        try:
            result = read()
        except IscError as error:
            self.note(operation, error)
            raise
        self.note(operation, None)
        return result

    def may(self, operation: Operation) -> bool:
        """Return whether ISC has not refused a read that was tried before."""
        return self.responses.get(operation.name, ANSWERED) == ANSWERED

    def note(self, operation: Operation, error: IscError | None) -> None:
        """Note how a read ended.

        Without a valid token, nothing more is asked. After a lost response, nothing is tried twice any more, because
        each attempt could take as long.
        """
        self.responses[operation.name] = ANSWERED if error is None else _code_of(error)
        if error is None:
            return
        if error.at_login:
            self.stop("the login failed")
        elif isinstance(error, ApiError) and error.status_code == 401:
            self.stop("ISC refuses the token")
        elif isinstance(error, (ConnectError, LostResponseError)):
            self.client = self.client.without_retries()

    def _watch(self, api_version: str, response: Response) -> None:
        date = parse_http_date(response.headers.get("Date") or "")
        if self.skew is None and date is not None:
            # A header of whole seconds is half a second behind, on average.
            self.skew = date + 0.5 - self.client.runtime.time()
        for name, value in response.headers.items():
            if _LIMITS.fullmatch(name) and _NUMBERS.fullmatch(value):
                self.limits[name.lower()] = value
        if response.headers.get("X-Deprecated", "").lower() == "true":
            self.deprecated.add(api_version)


def _code_of(error: IscError) -> str:
    """Return status and code of an error, without its text: that could hold a name."""
    if not isinstance(error, ApiError):
        return type(error).__name__
    code = error.details.get("detail_code") or ""
    status = str(error.status_code)
    if not _CODE.fullmatch(code):
        return status
    return code if code.startswith(status) else f"{status} {code}"
