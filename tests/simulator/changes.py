# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password changes (accepted at once, carried out later, kept for a while), and the outcomes that tests choose."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import deque
from dataclasses import dataclass, field

from simulator.connectors import Connectors
from simulator.keys import KeyPair, KeyRing
from simulator.passwords import PasswordStore
from simulator.policies import forbidden_characters, violations
from simulator.records import ChangeRecords
from simulator.settings import Settings
from simulator.world import Account, Identity, World

IN_PROGRESS, FINISHED, FAILED = "IN_PROGRESS", "FINISHED", "FAILED"
STALE_KEY = "The password was encrypted with a public key that is no longer in use."
UNDECRYPTABLE = "The password could not be decrypted."
DISCONNECTED = "The source could not be reached with the credential that it is set up with."
OUTCOMES = ("finish", "fail", "never", "final_at_once", "fail_at_once", "accepted_without_id")
_OUTCOME_FIELDS = {
    "outcome": str,
    "times": int,
    "user_name": str,
    "account_id": str,
    "source": str,
    "errors": list,
    "status_404_first": int,
    "change_seconds": (int, float),
    "partial_sources": list,
}


@dataclass(eq=False)
class Outcome:
    """What happens to the matching changes, and how many times. The default errors are the published example."""

    outcome: str = "finish"
    times: int | None = 1
    user_name: str | None = None
    account_id: str | None = None
    source: str | None = None
    errors: list[str] = field(default_factory=lambda: ["The password change payload is invalid"])
    status_404_first: int = 0
    change_seconds: float | None = None
    partial_sources: list[str] = field(default_factory=list)

    def matches(self, identity: Identity, account: Account) -> bool:
        return (
            self.user_name in (None, identity.user_name)
            and self.account_id in (None, account.account_id)
            and self.source in (None, account.source.name)
        )


class Outcomes:
    """The chosen outcomes, in order. The first that matches a change is used, ``times`` times (None: always)."""

    def __init__(self):
        self._chosen: list[Outcome] = []

    def add(self, fields: dict) -> None:
        """:raises ValueError: a field or outcome is unknown, or a type is wrong."""
        for name, value in fields.items():
            if name not in _OUTCOME_FIELDS:
                raise ValueError(f"unknown field {name!r}; known are: {', '.join(sorted(_OUTCOME_FIELDS))}")
            if value is not None and (not isinstance(value, _OUTCOME_FIELDS[name]) or isinstance(value, bool)):
                raise ValueError(f"{name} has the wrong type")
        if fields.get("outcome", "finish") not in OUTCOMES:
            raise ValueError(f"outcome must be one of {', '.join(OUTCOMES)}")
        self._chosen.append(Outcome(**fields))

    def take(self, identity: Identity, account: Account) -> Outcome:
        for outcome in self._chosen:
            if outcome.matches(identity, account):
                if outcome.times is not None:
                    outcome.times -= 1
                    if outcome.times <= 0:
                        self._chosen.remove(outcome)
                return outcome
        return Outcome()

    def reset(self) -> None:
        self._chosen.clear()


@dataclass(eq=False)
class Change:
    """One request. ``key`` is None if the key id was already stale when the request came."""

    request_id: str
    accounts: list[Account]
    key: KeyPair | None
    ciphertext: bytes
    outcome: Outcome
    state: str = IN_PROGRESS
    errors: list[str] = field(default_factory=list)
    finished_at: float | None = None
    done: asyncio.Future = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def __post_init__(self) -> None:
        self.source_ids = _source_ids(self.accounts)
        self.reads_404 = self.outcome.status_404_first


class ChangeEngine:
    """Accepts changes and carries them out: in order for one account (assumed), concurrently for different ones."""

    def __init__(
        self,
        settings: Settings,
        world: World,
        keys: KeyRing,
        passwords: PasswordStore,
        outcomes: Outcomes,
        numbers: random.Random,
        records: ChangeRecords,
        connectors: Connectors,
    ):
        self._settings = settings
        self._world = world
        self._keys = keys
        self._passwords = passwords
        self._outcomes = outcomes
        self._numbers = numbers
        self._records = records
        self._connectors = connectors
        self._changes: dict[str, Change] = {}
        self._finished: deque = deque()
        self._last: dict[tuple, Change] = {}
        self._tasks: set[asyncio.Task] = set()

    async def submit(
        self, identity: Identity, account: Account, key: KeyPair | None, ciphertext: bytes
    ) -> tuple[str | None, str]:
        """Accept a change, and return ``(request id or None, state)`` for the response to set-password."""
        self._forget()
        outcome = self._outcomes.take(identity, account)
        number = uuid.UUID(int=self._numbers.getrandbits(128), version=4)
        request_id = str(number) if self._settings.dashed_request_ids else number.hex
        change = Change(request_id, self._world.reached_by(identity, account), key, ciphertext, outcome)
        self._records.add(identity, account, change)
        if outcome.outcome in ("final_at_once", "fail_at_once"):
            await self._carry_out(change)
            return None, change.state
        self._changes[request_id] = change
        if outcome.outcome != "never":
            before = {self._last.get(account.key) for account in change.accounts} - {None}
            self._last.update((account.key, change) for account in change.accounts)
            task = asyncio.ensure_future(self._run(change, before))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return (None if outcome.outcome == "accepted_without_id" else request_id), IN_PROGRESS

    def status(self, request_id: str) -> dict | None:
        """Return ``{requestId, state, errors, sourceIds}``, or None if the id is unknown, expired or not yet known."""
        self._forget()
        change = self._changes.get(request_id)
        if change is None:
            return None
        if change.reads_404 > 0:
            change.reads_404 -= 1
            return None
        return {
            "requestId": request_id,
            "state": change.state,
            "errors": list(change.errors),
            "sourceIds": list(change.source_ids),
        }

    def reset(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._changes.clear()
        self._finished.clear()
        self._last.clear()

    async def _run(self, change: Change, before: set[Change]) -> None:
        if before:
            await asyncio.wait([other.done for other in before])
        seconds = change.outcome.change_seconds
        if seconds is None:
            jitter = self._settings.change_jitter
            seconds = self._settings.change_seconds * (1 + jitter * self._numbers.uniform(-1, 1))
        await asyncio.sleep(seconds)
        await self._carry_out(change)
        self._finished.append(change)
        for account in change.accounts:
            if self._last.get(account.key) is change:
                del self._last[account.key]

    async def _carry_out(self, change: Change) -> None:
        outcome, accounts = change.outcome, change.accounts
        fails = outcome.outcome in ("fail", "fail_at_once")
        password, errors = await self._password(change)
        if not errors and fails:
            errors = list(outcome.errors)
            accounts = [account for account in accounts if account.source.name in outcome.partial_sources]
            if accounts:
                # Nothing is published about a change that reaches only part of a group. It shows the reached sources.
                change.source_ids = _source_ids(accounts)
        elif errors:
            accounts = []
        for account in accounts:
            self._passwords.set(account, password)
        change.errors = errors
        change.state = FAILED if errors or fails else FINISHED
        change.finished_at = time.monotonic()
        change.ciphertext = b""
        if not change.done.done():
            change.done.set_result(None)

    async def _password(self, change: Change) -> tuple[str, list[str]]:
        """Return the decrypted password, and a sentence for each problem with it.

        That these problems surface asynchronously, because only the source's virtual appliance has the key, is assumed.
        """
        if change.key is None:
            return "", [STALE_KEY]
        if not all(self._connectors.is_connected(account.source) for account in change.accounts):
            return "", [DISCONNECTED]
        try:
            message = await self._keys.decrypt(change.key, change.ciphertext)
        except ValueError:
            return "", [UNDECRYPTABLE]
        sentence = forbidden_characters(message)
        if sentence:
            return "", [sentence]
        password = message.decode("ascii")
        found = [
            sentence
            for account in change.accounts
            for sentence in violations(
                account.source.policies, password, account.account_id, self._passwords.history(account)
            )
        ]
        return password, list(dict.fromkeys(found))

    def _forget(self) -> None:
        """Drop finished changes whose retention is over. They are in the order of finishing."""
        limit = time.monotonic() - self._settings.retention
        while self._finished and self._finished[0].finished_at <= limit:
            self._changes.pop(self._finished.popleft().request_id, None)


def _source_ids(accounts: list[Account]) -> list[str]:
    return list(dict.fromkeys(account.source.id for account in accounts))
