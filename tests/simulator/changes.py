# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password changes: accepted at once, carried out later, remembered for a while."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import deque

from simulator.connectors import Connectors
from simulator.keys import KeyPair, KeyRing
from simulator.outcomes import Outcome, Outcomes
from simulator.passwords import PasswordStore
from simulator.policies import forbidden_characters, violations
from simulator.records import ChangeRecords
from simulator.settings import Settings
from simulator.world import Account, Identity, World

IN_PROGRESS, FINISHED, FAILED = "IN_PROGRESS", "FINISHED", "FAILED"
STALE_KEY = "The password was encrypted with a public key that is no longer in use."
UNDECRYPTABLE = "The password could not be decrypted."
DISCONNECTED = "The source could not be reached with the credential that it is set up with."


class Change:
    """One request; ``key`` is None when the key's id was stale already when the request came."""

    __slots__ = (
        "request_id",
        "identity",
        "accounts",
        "key",
        "ciphertext",
        "outcome",
        "state",
        "errors",
        "source_ids",
        "reads_404",
        "finished_at",
        "done",
    )

    def __init__(
        self,
        request_id: str,
        identity: Identity,
        accounts: list[Account],
        key: KeyPair | None,
        ciphertext: bytes,
        outcome: Outcome,
    ):
        self.request_id = request_id
        self.identity = identity
        self.accounts = accounts
        self.key = key
        self.ciphertext = ciphertext
        self.outcome = outcome
        self.state = IN_PROGRESS
        self.errors: list[str] = []
        self.source_ids = list(dict.fromkeys(account.source.id for account in accounts))
        self.reads_404 = outcome.status_404_first
        self.finished_at: float | None = None
        self.done = asyncio.get_running_loop().create_future()


class ChangeEngine:
    """Takes changes and carries them out: for one account in the order they came (assumed), else side by side."""

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
        """Accept a change. Returns ``(request id or None, state)`` as set-password's response has them."""
        self._forget()
        outcome = self._outcomes.take(identity, account)
        number = uuid.UUID(int=self._numbers.getrandbits(128), version=4)
        request_id = str(number) if self._settings.dashed_request_ids else number.hex
        change = Change(request_id, identity, self._world.reached_by(identity, account), key, ciphertext, outcome)
        self._records.add(identity, account, change)
        if outcome.kind in ("final_at_once", "fail_at_once"):
            await self._carry_out(change)
            return None, change.state
        self._changes[request_id] = change
        if outcome.kind != "never":
            before = self._queue(change)
            task = asyncio.ensure_future(self._run(change, before))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return (None if outcome.kind == "accepted_without_id" else request_id), IN_PROGRESS

    def status(self, request_id: str) -> dict | None:
        """``{requestId, state, errors, sourceIds}``; None for an id that is unknown, forgotten or not yet visible."""
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

    def _queue(self, change: Change) -> list[Change]:
        before = {id(last): last for last in (self._last.get(account.key) for account in change.accounts) if last}
        for account in change.accounts:
            self._last[account.key] = change
        return list(before.values())

    async def _run(self, change: Change, before: list[Change]) -> None:
        for other in before:
            await asyncio.wait([other.done])
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
        password, errors = await self._password(change)
        if not errors and outcome.kind in ("fail", "fail_at_once"):
            errors = list(outcome.errors)
            accounts = [account for account in accounts if account.source.name in outcome.partial_sources]
            if accounts:
                # Nothing is published about a change that reached a part of the group: shown is what was reached.
                change.source_ids = list(dict.fromkeys(account.source.id for account in accounts))
        elif errors:
            accounts = []
        for account in accounts:
            self._passwords.set(account, password)
        change.errors = errors
        change.state = FAILED if errors or outcome.kind in ("fail", "fail_at_once") else FINISHED
        change.finished_at = time.monotonic()
        change.ciphertext = b""
        if not change.done.done():
            change.done.set_result(None)

    async def _password(self, change: Change) -> tuple[str, list[str]]:
        """The decrypted password and sentences of what is wrong with it.

        That these surface asynchronously, as only the source's virtual appliance holds the private key, is assumed.
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
        """Drop finished changes whose retention is over; they are in the order of finishing."""
        limit = time.monotonic() - self._settings.retention
        while self._finished and self._finished[0].finished_at <= limit:
            self._changes.pop(self._finished.popleft().request_id, None)
