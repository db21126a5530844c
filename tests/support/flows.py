# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flows of password changes with a fake clock, scripted responses and a log that tests can inspect."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    Account,
    Change,
    PasswordInfo,
)
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import (
    ChangeFlow,
    Decision,
    Found,
    Resume,
    Settings,
    drive,
)
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import PollSettings, intervals
from ansible_collections.community.sailpoint.plugins.module_utils._change.prepare import PreparedChange, Target
from ansible_collections.community.sailpoint.plugins.module_utils._client.redaction import Redaction
from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import Fields
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    IscError,
    LostResponseError,
    RateLimitError,
)
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from support.modules import PASSWORD, FakeTime

START = 5000.0
POLLING = PollSettings(600.0, 2.0)
WANTED = {"user_name": "abby", "source_name": "AD", "enforce_policy": False, "sync_group": "ignore"}

RUNNING = Change("r", "IN_PROGRESS")
FINISHED = Change("r", "FINISHED", (), ("s",))
FAILED = Change("r", "FAILED", ("No.",), ("s",))
LOST = LostResponseError("No complete response.")
NOT_FOUND = ApiError("ISC refused to read password change status (HTTP 404).", status_code=404, tracking_id="t")


def _public_key() -> str:
    """Return a key that takes no time to create. Nobody can decrypt with it."""
    # The modulus is not a product of two known primes, and has no small factors, which would be refused.
    key = rsa.RSAPublicNumbers(65537, 2**2048 - 29).public_key()
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(key.public_bytes(*form)).decode()


ACCOUNT = Account("CN=abby", "abby")
INFO = PasswordInfo("i", "s", "k", _public_key(), (ACCOUNT,), ())
TARGET = Target(INFO, "CN=abby")
FOUND = Found(TARGET, None, PreparedChange(TARGET, "encrypted", ()))
QUERIED = {
    "identityId": "i",
    "sourceId": "s",
    "publicKeyId": "k",
    "publicKey": INFO.public_key,
    "policies": [],
    "accounts": [{"accountId": "CN=abby", "accountName": "abby"}],
}


def api_error(status: int, **more: Any) -> ApiError:
    return ApiError(f"HTTP {status}.", "Look.", status_code=status, **more)


def rate_limited(retry_after: float | None = None) -> RateLimitError:
    error = RateLimitError("Too many.", status_code=429)
    error.retry_after = retry_after
    return error


class VirtualTime(FakeTime):
    """A clock that moves only by sleeping, which takes no real time."""

    def __init__(self, chance: Callable[[], float] = lambda: 0.0) -> None:
        super().__init__(START, chance)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


class RecordedLog:
    """A ChangeLog that records each step with its details in ``told``.

    :param full: the exception that ``sending`` raises instead of recording.
    """

    def __init__(self, full: IscError | None = None) -> None:
        self.told: list[tuple[Any, ...]] = []
        self._full = full

    def sending(self, source_id: str, account_id: str) -> None:
        """Record that a change is about to be sent, or raise."""
        if self._full is not None:
            raise self._full
        self.told.append(("sending", source_id, account_id))

    def accepted(self, change: Change) -> None:
        self.told.append(("accepted", change))

    def refused(self, error: IscError) -> None:
        self.told.append(("refused", error))

    def ended(self, change: Change) -> None:
        self.told.append(("ended", change))

    def unknown(self, error: IscError) -> None:
        self.told.append(("unknown", error))

    @property
    def steps(self) -> list[str]:
        return [entry[0] for entry in self.told]


class SteppedFlow:
    """A flow that gets the results of its requests from the test.

    :param check_mode: see Settings, as for ``retries`` and ``rate_limited``.
    :param how: the change of an earlier run to resume.
    """

    def __init__(
        self,
        polling: PollSettings | None = POLLING,
        retries: int = 4,
        check_mode: bool = False,
        rate_limited: bool = False,
        how: Resume | None = None,
    ) -> None:
        self.time = VirtualTime()
        self.log = RecordedLog()
        settings = Settings(polling, retries, check_mode, rate_limited)
        self.flow = ChangeFlow(WANTED, PASSWORD, settings, self.time.runtime, self.log)
        if how is not None:
            self.flow.resume(how, self.time.now)

    def respond(self, *responses: Any, took: float = 1.0) -> SteppedFlow:
        """Pass responses to the next requests, each after *took* seconds."""
        for response in responses:
            self.flow.requested(self.time.now)
            self.time.now += took
            error = response if isinstance(response, IscError) else None
            self.flow.settle(None if error else response, error, self.time.now)
        return self

    def accepted(self, change: Change = RUNNING) -> SteppedFlow:
        """Let the account be found, and the change be accepted."""
        return self.respond(FOUND, change)

    @property
    def ending(self) -> tuple[str | None, bool, str | None]:
        """The outcome, whether something changed, and the step at which it failed."""
        return self.flow.outcome, self.flow.changed, self.flow.step


class ScriptedClient:
    """Stands in for a client that sends each request once.

    Scripts list the responses to ``query``, ``set`` and ``status``. The last entry of a script is repeated forever.

    :ivar calls: the kinds of the requests. :ivar reads: the seconds from START to each read of the status.
    :ivar deadlines: the deadlines of these reads. :ivar passwords: the password to redact in each response.
    """

    tenant = "acme.api.identitynow.com"
    api_version = "v1"

    def __init__(self, time: VirtualTime, **scripts: Any) -> None:
        self.runtime = time.runtime
        self.calls: list[str] = []
        self.passwords: list[str | None] = []
        self.reads: list[float] = []
        self.deadlines: list[float | None] = []
        self._scripts = {"query": [QUERIED], "set": [_as_response(RUNNING)], "status": [_as_response(FINISHED)]}
        for kind, script in scripts.items():
            self._scripts[kind] = [_as_response(step) for step in script]

    def token(self) -> None:
        """Do nothing."""

    def call(
        self,
        operation: Any,
        resource_id: str = "",
        json: Any = None,
        deadline: float | None = None,
        secrets: Sequence[str | None] = (),
    ) -> Any:
        """Return the next response of the script, or raise it."""
        kind = {"query password info": "query", "set password": "set"}.get(operation.name, "status")
        self.calls.append(kind)
        self.passwords.append(next(iter(secrets), None))
        if kind == "status":
            self.reads.append(self.runtime.clock() - START)
            self.deadlines.append(deadline)
        script = self._scripts[kind]
        step = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(step, Exception):
            raise step
        return Fields(step, operation.name, Redaction(secrets))


class NoSyncGroups:
    """Stands in for SyncGroups where nothing is looked up."""

    def warning_for(self, source_id: str, mode: str, check_mode: bool) -> tuple[None, None]:
        return None, None


class PerformedFlow:
    """A flow that performs its requests one by one.

    :param more: options of the account, ``password``, and scripts of the client.
    """

    def __init__(
        self,
        log: RecordedLog | None = None,
        decide: Callable[[Target], Decision] = lambda target: None,
        groups: Any = None,
        polling: PollSettings | None = POLLING,
        check_mode: bool = False,
        retries: int = 0,
        **more: Any,
    ) -> None:
        scripts = {kind: more.pop(kind) for kind in ("query", "set", "status") if kind in more}
        self.time = VirtualTime()
        self.client = ScriptedClient(self.time, **scripts)
        self.log = log or RecordedLog()
        self.groups = groups or NoSyncGroups()
        password = more.pop("password", PASSWORD)
        self.flow = ChangeFlow(
            {**WANTED, **more}, password, Settings(polling, retries, check_mode), self.time.runtime, self.log, decide
        )

    def next(self, times: int = 1) -> Any:
        """Perform *times* requests, and return the last response or error."""
        for _each in range(times):
            response, error = None, None
            self.flow.requested(self.time.now)
            try:
                response = self.flow.perform(self.client, self.groups)
            except IscError as problem:
                error = problem
            self.flow.settle(response, error, self.time.now)
        return response or error


def driven(
    client: ScriptedClient,
    polling: PollSettings | None = POLLING,
    retries: int = 4,
    log: RecordedLog | None = None,
    decide: Callable[[Target], Decision] = lambda target: None,
) -> ChangeFlow:
    """Drive a change to its end and return its flow."""
    flow = ChangeFlow(WANTED, PASSWORD, Settings(polling, retries), client.runtime, log or RecordedLog(), decide)
    drive(flow, client, NoSyncGroups(), intervals(polling or POLLING, client.runtime.random))
    return flow


def _as_response(step: Any) -> Any:
    """Return a change as ISC's response, and anything else unchanged."""
    if not isinstance(step, Change):
        return step
    fields = {"requestId": step.request_id, "state": step.state}
    return {**fields, "errors": list(step.errors), "sourceIds": list(step.source_ids)}
