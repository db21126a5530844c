# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client: authenticates, sends requests, retries where that is safe, and explains errors."""

from __future__ import annotations

import copy
import random as random_module
import threading
import time as time_module
import typing as t
from urllib.parse import urlencode

from .._errors import ApiError, IscError, RateLimitError, UnexpectedResponseError
from .._http.retry import delay_before, may_retry
from .authenticator import (
    AUTHORITY_API_CLIENT,
    Authenticator,
    Claims,
    Credentials,
    Token,
    org_from_host,
    tenant_mismatch,
)
from .operation import DEFAULT_API_VERSION, Operation, explain_refusal, forbidden_hint, operation_path
from .responses import Fields, api_error, read_list, read_nothing, read_object

if t.TYPE_CHECKING:
    from .._http.transport import Response, Transport
    from .redaction import Redaction

T = t.TypeVar("T")

PAGE_SIZE = 250  # The maximum number of entries that ISC sends in one page of a list.

MAX_PAGES = 20

_MIN_CALL_TIME = 1.0
"""Seconds that a call may always take, even if its deadline is near. It may exceed the deadline by that much."""


class Runtime(t.NamedTuple):
    """Time and randomness for the client, which tests replace to be fast and deterministic.

    :ivar clock: returns monotonic seconds.
    :ivar time: returns seconds since 1970.
    :ivar workers: replaces the threads of a batch.
    """

    clock: t.Callable[[], float] = time_module.monotonic
    time: t.Callable[[], float] = time_module.time
    sleep: t.Callable[[float], None] = time_module.sleep
    random: t.Callable[[], float] = random_module.random
    workers: t.Callable[..., t.Any] | None = None


REAL_RUNTIME = Runtime()


class _TimeLimit(t.NamedTuple):
    """Times of the clock: no retry starts after ``deadline``, and no attempt continues after ``end``."""

    deadline: float | None = None
    end: float | None = None


_NO_LIMIT = _TimeLimit()


class Client:
    """A client for one tenant and one API version, with one token. It may be used by several threads.

    Each method that sends a request, and each function elsewhere that does so with a client, raises an IscError if ISC
    refuses the request or no usable response arrives.

    :param retries: the number of attempts after the first.
    :ivar warnings: sentences for the user, collected while requests are sent.
    :ivar on_response: called with the API version and each response to an operation, whatever its status.
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
        self.on_response: t.Callable[[str, Response], None] | None = None
        self._transport = transport
        self._retries = retries
        self._authenticator = Authenticator(transport, credentials, runtime.clock, runtime.time)
        self._login = threading.Lock()
        self._checked_token: str | None = None

    def close(self) -> None:
        self._transport.close()

    @property
    def tenant(self) -> str:
        """The host of the tenant's API, with a port if the address has one."""
        return self._transport.host.lower()

    @property
    def claims(self) -> Claims:
        return self._authenticator.claims

    def redaction(self, *secrets: str | None) -> Redaction:
        """Return a redaction of this client's secrets and of *secrets*."""
        return self._authenticator.redaction(*secrets)

    def token(self) -> Token:
        token = self._token(_NO_LIMIT)
        self._check_tenant(token)
        return token

    def _token(self, limit: _TimeLimit) -> Token:
        token = self._authenticator.current
        if token is not None:
            return token
        with self._login:
            try:
                return self._authenticator.current or self._retry(self._authenticator.log_in, True, limit)
            except IscError as error:
                raise error.replace(at_login=True) from None

    def without_retries(self) -> Client:
        """Return a copy that sends each request once, for callers that retry themselves. It shares all state."""
        client = copy.copy(self)
        client._retries = 0
        return client

    def with_api_version(self, api_version: str) -> Client:
        """Return a copy for another API version. It shares all state except the warnings."""
        client = copy.copy(self)
        client.api_version = api_version
        client.warnings = []
        return client

    def call(
        self,
        operation: Operation,
        resource_id: str = "",
        json: t.Any = None,
        deadline: float | None = None,
        secrets: t.Sequence[str | None] = (),
    ) -> Fields:
        """Perform *operation* and return the JSON object in its response.

        :param resource_id: the id in the path.
        :param json: the body.
        :param deadline: a time of the clock. No retry starts after it, and no attempt exceeds it by more than
            _MIN_CALL_TIME.
        :param secrets: secrets to mask in the response or an error, besides those of this client.
        :raises ApiError: ISC refused the request.
        :raises LostResponseError: no complete response arrived.
        :raises UnexpectedResponseError: the response is not usable.
        :raises ConnectError: nothing was sent.
        """
        content = self._call(operation, read_object, resource_id, None, json, deadline, secrets)
        # Created after the call, because a login may have added a token, which is a secret too.
        return Fields(content, operation.name, self.redaction(*secrets))

    def call_list(
        self,
        operation: Operation,
        query: t.Mapping[str, str] | None = None,
        json: t.Any = None,
        deadline: float | None = None,
        resource_id: str = "",
    ) -> list[Fields]:
        """Perform *operation* and return the list of JSON objects in its response.

        :param query: the query parameters. For the other parameters and the errors, see ``call``.
        """
        content = self._call(operation, read_list, resource_id, query, json, deadline)
        redact = self.redaction()
        return [Fields(entry, operation.name, redact) for entry in content]

    def call_pages(
        self, operation: Operation, query: t.Mapping[str, str] | None = None, resource_id: str = ""
    ) -> list[Fields]:
        """Perform the list operation *operation* page by page and return all entries.

        :param query: the query parameters, without those for paging. For the errors, see ``call``.
        """
        entries: list[Fields] = []
        for number in range(MAX_PAGES):
            paging = {"limit": str(PAGE_SIZE), "offset": str(number * PAGE_SIZE)}
            page = self.call_list(operation, {**(query or {}), **paging}, resource_id=resource_id)
            entries += page
            if len(page) < PAGE_SIZE:
                return entries
        raise UnexpectedResponseError(
            f"ISC's response to {operation.name} has more than {MAX_PAGES * PAGE_SIZE} entries."
        )

    def call_without_response(self, operation: Operation, resource_id: str) -> None:
        """Perform *operation*, whose response has an empty body. For the errors, see ``call``."""
        self._call(operation, read_nothing, resource_id)

    def _call(
        self,
        operation: Operation,
        read: t.Callable[[Response, str], T],
        resource_id: str = "",
        query: t.Mapping[str, str] | None = None,
        json: t.Any = None,
        deadline: float | None = None,
        secrets: t.Sequence[str | None] = (),
    ) -> T:
        path = operation_path(operation, self.api_version, resource_id) + (f"?{urlencode(query)}" if query else "")
        limit = _NO_LIMIT
        if deadline is not None:
            limit = _TimeLimit(deadline, max(deadline, self.runtime.clock() + _MIN_CALL_TIME))

        def call_with(token: Token) -> T:
            self._check_tenant(token)
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
                    largest=operation.max_response_size,
                    redact=redact,
                )
                if response.headers.get("X-Deprecated", "").lower() == "true":
                    self._warn(
                        f"SailPoint has deprecated api_version {self.api_version} and will switch it off; "
                        f"use api_version {DEFAULT_API_VERSION}."
                    )
                if self.on_response is not None:
                    self.on_response(self.api_version, response)
                if 200 <= response.status < 300:
                    return read(response, operation.name)
                error = api_error(response, operation.name, self.runtime.time(), redact)
                raise explain_refusal(error, operation, self.api_version, self.claims, self.tenant)

            return self._retry(attempt, operation.repeatable, limit)

        token = self._token(limit)
        try:
            return call_with(token)
        except ApiError as error:
            if error.status_code != 401 or not self._authenticator.record_refusal(token):
                raise
        try:
            return call_with(self._token(limit))
        except ApiError as error:
            if error.status_code == 401 and not error.at_login:
                hint = "ISC refuses a token that it has just issued: check the clock and the state of the tenant."
                raise error.replace(hint=hint) from None
            raise

    def dry_run(self, operation: Operation) -> None:
        """Log in and check, without sending its request, whether *operation* can succeed.

        :raises IscError: ISC would certainly refuse the operation, or documents that it would.
        """
        operation_path(operation, self.api_version, "-")
        self.token()
        needs_user = operation.user_only and self.claims.authority == AUTHORITY_API_CLIENT
        if needs_user or self.claims.lacks_scope(operation.scope):
            raise IscError(f"ISC would refuse to {operation.name}.", forbidden_hint(operation, self.claims))

    def _retry(self, attempt: t.Callable[[float | None], T], repeatable: bool, limit: _TimeLimit) -> T:
        number = 1
        while True:
            try:
                return attempt(None if limit.end is None else limit.end - self.runtime.clock())
            except IscError as error:
                retry = number <= self._retries and may_retry(error, repeatable)
                delay = delay_before(number + 1, error, self.runtime.random) if retry else 0.0
                if not retry or (limit.deadline is not None and self.runtime.clock() + delay >= limit.deadline):
                    raise _with_retry_hints(error, number) from None
                self.runtime.sleep(delay)
                number += 1

    def _check_tenant(self, token: Token) -> None:
        # A custom domain doesn't name its tenant.
        if token.value == self._checked_token or org_from_host(self.tenant) is None:
            return
        self._checked_token = token.value
        mismatch = tenant_mismatch(self.tenant, self._authenticator.claims_of(token))
        if mismatch:
            self._warn(f"{mismatch} ISC will probably refuse it.")

    def _warn(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)


def _with_retry_hints(error: IscError, attempts: int) -> IscError:
    if isinstance(error, RateLimitError):
        waited = f", and ISC asks to wait {error.retry_after:g} s" if error.retry_after is not None else ""
        error = error.with_hint(
            f"The rate limit (100 requests in 10 s for each client id and API version) is used up{waited}: "
            "run fewer tasks at the same time, or use a separate client id for this job."
        )
    if attempts > 1:
        error = error.with_hint(f"It was tried {attempts} times.")
    return error
