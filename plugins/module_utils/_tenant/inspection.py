# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared parts of the checks of a tenant: the inspection they run in, their findings, and the table of results."""

from __future__ import annotations

import dataclasses
import functools
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

WIDTH = 110  # Characters per line of the table.

_SEVERITIES = (OK, WARNING, FAILED)

_ERROR_CODE = re.compile(r"[0-9]{3}(\.[0-9]+)*( [A-Z][a-z]+( [A-Za-z][a-z]+){0,4})?")
_RATE_LIMIT_HEADER = re.compile(r"(x-)?rate-?limit[a-z-]*", re.IGNORECASE)
_RATE_LIMIT_VALUE = re.compile(r"[0-9][0-9;,=\" a-z-]{0,60}")

_SUCCESS = "200"

T = t.TypeVar("T")


class Finding(t.NamedTuple):
    """The result of a check: its state, a sentence, and what to do about it, if anything."""

    state: str
    message: str
    remedy: str = ""


class Check(t.NamedTuple):
    """A named finding."""

    name: str
    state: str
    message: str
    remedy: str


def worst_state(checks: t.Iterable[Check]) -> str:
    """Return the most severe state of all checks, ignoring skipped ones."""
    return max((check.state for check in checks if check.state != SKIPPED), key=_SEVERITIES.index, default=OK)


def table(checks: t.Sequence[Check]) -> list[str]:
    """Return the checks as the lines of a table. Consecutive checks skipped for the same reason share a row."""
    rows = []
    for (state, message, remedy), group in itertools.groupby(checks, key=lambda check: check[1:]):
        names = [check.name for check in group]
        if state == SKIPPED and len(names) > 2:
            names = [f"{names[0]} and {len(names) - 1} more"]
        rows += [Check(name, state, message, remedy) for name in names]
    state_width, name_width = max(len(row.state) for row in rows) + 2, max(len(row.name) for row in rows) + 2
    wrap = functools.partial(textwrap.wrap, width=WIDTH, break_long_words=False, break_on_hyphens=False)
    lines = []
    for row in rows:
        columns = row.state.ljust(state_width) + row.name.ljust(name_width)
        indent = " " * len(columns)
        lines += wrap(row.message, initial_indent=columns, subsequent_indent=indent)
        lines += wrap(row.remedy, initial_indent=f"{indent}> ", subsequent_indent=f"{indent}  ")
    return lines


@dataclasses.dataclass
class Inspection:
    """A read-only inspection of a tenant, to which each check adds what it finds.

    :ivar client: uses an API version that the tenant serves.
    :ivar token_given: whether the user supplied an access token, so that no login is needed.
    :ivar facts: findings by topic for an issue report, without names and secrets.
    :ivar responses: by operation name, the status of each read with its error code.
    :ivar limits: the rate limit headers.
    :ivar deprecated: the API versions that ISC reports as deprecated.
    :ivar skew: the seconds by which ISC's clock is ahead of this machine's; ``None`` if unknown.
    :ivar info: the result of query password info, if the query succeeded.
    :ivar sync_groups_error: why sync groups could not be listed.
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
    sync_groups_error: IscError | None = None
    _stop_reason: str | None = None

    def __post_init__(self) -> None:
        self.client.on_response = self._watch

    @property
    def stopped(self) -> bool:
        return self._stop_reason is not None

    def stop(self, reason: str) -> None:
        self._stop_reason = self._stop_reason or reason

    def skipped(self, reason: str | None = None) -> Finding:
        """Return the finding of a check that was skipped.

        :param reason: a sentence. By default, the reason why the inspection has stopped.
        """
        return Finding(SKIPPED, reason or f"Not tried, because {self._stop_reason}.")

    def attempt(self, operation: Operation, read: t.Callable[[], T]) -> T:
        """Return the result of *read*, and record its outcome."""
        try:
            result = read()
        except IscError as error:
            self.record(operation, error)
            raise
        self.record(operation, None)
        return result

    def allows(self, operation: Operation) -> bool:
        """Return whether no earlier attempt at *operation* has failed."""
        return self.responses.get(operation.name, _SUCCESS) == _SUCCESS

    def record(self, operation: Operation, error: IscError | None) -> None:
        """Record the outcome of a read.

        Without a valid token, the inspection stops. After a lost response, nothing is retried any more, because each
        attempt could take as long.
        """
        self.responses[operation.name] = _SUCCESS if error is None else _code_of(error)
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
            # The header has whole seconds, so it is half a second behind on average.
            self.skew = date + 0.5 - self.client.runtime.time()
        for name, value in response.headers.items():
            if _RATE_LIMIT_HEADER.fullmatch(name) and _RATE_LIMIT_VALUE.fullmatch(value):
                self.limits[name.lower()] = value
        if response.headers.get("X-Deprecated", "").lower() == "true":
            self.deprecated.add(api_version)


def _code_of(error: IscError) -> str:
    """Return the status and code of an error, without its text, which could contain a name."""
    if not isinstance(error, ApiError):
        return type(error).__name__
    code = error.details.get("detail_code") or ""
    status = str(error.status_code)
    if not _ERROR_CODE.fullmatch(code):
        return status
    return code if code.startswith(status) else f"{status} {code}"
