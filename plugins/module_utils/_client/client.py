# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client: authenticates, sends an operation's request, retries where that is safe, explains what goes wrong."""

from __future__ import annotations

import copy
import random as random_module
import threading
import time as time_module
import typing as t
from urllib.parse import urlencode

from .._errors import ApiError, IscError, RateLimitError, UnexpectedResponseError
from .._http.retry import delay_before, may_retry
from .authenticator import AUTHORITY_API_CLIENT, Authenticator, Claims, Credentials, Token, foreign_token, org_of
from .operation import DEFAULT_API_VERSION, Operation, explain_refusal, forbidden_hint, path_of
from .responses import Fields, api_error, read_list, read_nothing, read_object

if t.TYPE_CHECKING:
    from .._http.transport import Response, Transport
    from .redaction import Redaction

T = t.TypeVar("T")

PAGE = 250  # Entries of one page of a list: the most that ISC sends.

MOST_PAGES = 20

LEAST_TIME = 1.0
"""Seconds that a call has, however near its deadline is when it begins. So it ends at most so long after that."""


class Runtime(t.NamedTuple):
    """What the client takes from the outside world, so that tests take no time and no chances.

    ``workers`` stands in for the threads of a batch.
    """

    clock: t.Callable[[], float] = time_module.monotonic
    time: t.Callable[[], float] = time_module.time
    sleep: t.Callable[[float], None] = time_module.sleep
    random: t.Callable[[], float] = random_module.random
    workers: t.Callable[..., t.Any] | None = None


REAL_RUNTIME = Runtime()


class _Term(t.NamedTuple):
    """Times of the clock: after ``deadline`` nothing is tried again, and all attempts are over at ``end``."""

    deadline: float | None = None
    end: float | None = None


_ANY_TIME = _Term()


class Client:
    """One tenant, one API version, one token. Several threads may use it.

    What sends a request, here and in all functions that take a client, raises an IscError where ISC refuses or no
    usable response comes.

    :param retries: attempts after the first.
    :ivar warnings: sentences for the user that came up on the way.
    :ivar watch: is called with the version of the API and each response of an operation, whatever its status.
    """

    def __init__(
        self,
        transport: Transport,
        credentials: Credentials,
        api_version: str = DEFAULT_API_VERSION,
        retries: int = 4,
        runtime: Runtime = REAL_RUNTIME,
    ) -> None:
        self.api_version = api_version
        self.runtime = runtime
        self.warnings: list[str] = []
        self.watch: t.Callable[[str, Response], None] | None = None
        self._transport = transport
        self._retries = retries
        self._authenticator = Authenticator(transport, credentials, runtime.clock, runtime.time)
        self._login = threading.Lock()
        self._noted: str | None = None

    def close(self) -> None:
        self._transport.close()

    @property
    def tenant(self) -> str:
        """The host of the tenant's API, with the port where the address names one."""
        return self._transport.host.lower()

    @property
    def claims(self) -> Claims:
        return self._authenticator.claims

    def redaction(self, *secrets: str | None) -> Redaction:
        """Return what takes the secrets of this client, and *secrets*, out of what ISC says."""
        return self._authenticator.redaction(*secrets)

    def token(self) -> Token:
        token = self._token(_ANY_TIME)
        self._note_tenant(token)
        return token

    def _token(self, term: _Term) -> Token:
        token = self._authenticator.current
        if token is not None:
            return token
        with self._login:
            try:
                return self._authenticator.current or self._retrying(self._authenticator.log_in, True, term)
            except IscError as error:
                raise error.replaced(at_login=True) from None

    def without_retries(self) -> Client:
        """Return the same client, sharing all, that sends each request once: for who decides about retries."""
        client = copy.copy(self)
        client._retries = 0
        return client

    def of_version(self, api_version: str) -> Client:
        """Return the same client, sharing all but the warnings, for another version of the API."""
        client = copy.copy(self)
        client.api_version = api_version
        client.warnings = []
        return client

    def call(
        self,
        operation: Operation,
        of_id: str = "",
        json: t.Any = None,
        deadline: float | None = None,
        secrets: t.Sequence[str | None] = (),
    ) -> Fields:
        """Perform *operation* and return the JSON object that ISC answered.

        :param of_id: the id in the path.
        :param json: the body.
        :param deadline: a time of the clock that no retry goes beyond, and an attempt no more than LEAST_TIME.
        :param secrets: what neither the response nor an error tells, should ISC repeat it, beside those of this client.
        :raises ApiError: ISC refused. :raises LostResponseError, UnexpectedResponseError: no usable response came.
        :raises ConnectError: nothing was sent.
        """
        content = self._call(operation, read_object, of_id, None, json, deadline, secrets)
        # The request may have taken a login, whose token is a secret too.
        return Fields(content, operation.name, self.redaction(*secrets))

    def call_list(
        self,
        operation: Operation,
        query: t.Mapping[str, str] | None = None,
        json: t.Any = None,
        deadline: float | None = None,
        of_id: str = "",
    ) -> list[Fields]:
        """Perform *operation* and return the list of JSON objects that ISC answered.

        :param query: the parameters of the path. The others are those of ``call``.
        :raises IscError: as ``call`` does.
        """
        content = self._call(operation, read_list, of_id, query, json, deadline)
        redact = self.redaction()
        return [Fields(entry, operation.name, redact) for entry in content]

    def call_pages(
        self, operation: Operation, query: t.Mapping[str, str] | None = None, of_id: str = ""
    ) -> list[Fields]:
        """Perform *operation*, which lists, as often as it has pages, and return all entries.

        :param query: the parameters of the path, but those of the paging.
        :raises IscError: as ``call`` does.
        """
        entries: list[Fields] = []
        for number in range(MOST_PAGES):
            paging = {"limit": str(PAGE), "offset": str(number * PAGE)}
            page = self.call_list(operation, {**(query or {}), **paging}, of_id=of_id)
            entries += page
            if len(page) < PAGE:
                return entries
        raise UnexpectedResponseError(f"ISC's response to {operation.name} has more than {MOST_PAGES * PAGE} entries.")

    def call_without_response(self, operation: Operation, of_id: str) -> None:
        """Perform *operation*, which responds with a status only.

        :raises IscError: as ``call`` does.
        """
        self._call(operation, read_nothing, of_id)

    def _call(
        self,
        operation: Operation,
        read: t.Callable[[Response, str], T],
        of_id: str = "",
        query: t.Mapping[str, str] | None = None,
        json: t.Any = None,
        deadline: float | None = None,
        secrets: t.Sequence[str | None] = (),
    ) -> T:
        path = path_of(operation, self.api_version, of_id) + (f"?{urlencode(query)}" if query else "")
        term = _ANY_TIME
        if deadline is not None:
            term = _Term(deadline, max(deadline, self.runtime.clock() + LEAST_TIME))

        def call_with(token: Token) -> T:
            self._note_tenant(token)
            headers = {"Authorization": f"Bearer {token.value}"}
            if operation.experimental:
                headers["X-SailPoint-Experimental"] = "true"
            if operation.content_type:
                headers["Content-Type"] = operation.content_type

            def attempt(within: float | None) -> T:
                redact = self.redaction(*secrets)
                response = self._transport.send(
                    operation.method,
                    path,
                    headers,
                    json,
                    within=within,
                    largest=operation.largest_response,
                    redact=redact,
                )
                self._note_deprecation(response)
                if self.watch is not None:
                    self.watch(self.api_version, response)
                if 200 <= response.status < 300:
                    return read(response, operation.name)
                error = api_error(response, operation.name, self.runtime.time(), redact)
                raise explain_refusal(error, operation, self.api_version, self.claims, self.tenant)

            return self._retrying(attempt, operation.repeatable, term)

        token = self._token(term)
        try:
            return call_with(token)
        except ApiError as error:
            if error.status_code != 401 or not self._authenticator.refused(token):
                raise
        try:
            return call_with(self._token(term))
        except ApiError as error:
            if error.status_code == 401 and not error.at_login:
                hint = "It refuses a token that it has just issued: check the clock and the state of the tenant."
                raise error.replaced(hint=hint) from None
            raise

    def dry_run(self, operation: Operation) -> None:
        """Do of *operation* what changes nothing: find its path, log in, and look whether the token may do it.

        :raises IscError: the operation would certainly be refused, or ISC documents that it would.
        """
        path_of(operation, self.api_version, "-")
        self.token()
        needs_user = operation.user_only and self.claims.authority == AUTHORITY_API_CLIENT
        if needs_user or self.claims.lacks_scope(operation.scope):
            raise IscError(f"ISC would refuse to {operation.name}.", forbidden_hint(operation, self.claims))

    def _retrying(self, attempt: t.Callable[[float | None], T], repeatable: bool, term: _Term) -> T:
        number = 1
        while True:
            try:
                return attempt(None if term.end is None else term.end - self.runtime.clock())
            except IscError as error:
                number += 1
                if number > self._retries + 1 or not may_retry(error, repeatable):
                    raise _counted(error, number - 1) from None
                delay = delay_before(number, error, self.runtime.random)
                if term.deadline is not None and self.runtime.clock() + delay >= term.deadline:
                    raise _counted(error, number - 1) from None
                self.runtime.sleep(delay)

    def _note_deprecation(self, response: Response) -> None:
        if response.headers.get("X-Deprecated", "").lower() == "true":
            self._warn(
                f"SailPoint has deprecated api_version {self.api_version} and will switch it off; "
                f"use api_version {DEFAULT_API_VERSION}."
            )

    def _note_tenant(self, token: Token) -> None:
        # Of an address of the tenant's own, nothing is known.
        if token.value == self._noted or org_of(self.tenant) is None:
            return
        self._noted = token.value
        foreign = foreign_token(self.tenant, self._authenticator.claims_of(token))
        if foreign:
            self._warn(f"{foreign} ISC will probably refuse it.")

    def _warn(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)


def _counted(error: IscError, attempts: int) -> IscError:
    if isinstance(error, RateLimitError):
        waited = f", and asks to wait {error.retry_after:g} s" if error.retry_after is not None else ""
        error = error.with_hint(
            f"The rate limit (100 requests in 10 s for each client id and API version) is used up{waited}: "
            "run fewer tasks at the same time, or use a separate client id for this job."
        )
    if attempts > 1:
        error = error.with_hint(f"It was tried {attempts} times.")
    return error
