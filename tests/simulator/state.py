# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a running tenant, and its reset."""

from __future__ import annotations

import random

from simulator import fixtures
from simulator.changes import ChangeEngine, Outcomes
from simulator.clients import clients
from simulator.connectors import Connectors
from simulator.faults import Faults, Gates
from simulator.keys import KeyRing
from simulator.password_settings import PasswordSettings
from simulator.passwords import DigitTokens, PasswordStore
from simulator.rate_limit import RateLimiter
from simulator.records import ChangeRecords
from simulator.request_log import RequestLog
from simulator.search_index import SearchIndex
from simulator.settings import Settings
from simulator.tokens import TokenIssuer
from simulator.world import World


class State:
    """The parts of a tenant. ``seed`` makes ids and jitter reproducible, but never keys and access tokens."""

    def __init__(self, settings: Settings, accounts: int = 0, api_clients: int = 0, seed: int | None = None):
        self.settings = settings
        self._first_settings = settings.as_dict()
        self._seed = seed
        self.numbers = random.Random(seed)
        self._accounts = accounts
        self.world = World()
        fixtures.populate(self.world, accounts)
        self.clients = clients(api_clients)
        self.keys = KeyRing()
        self.passwords = PasswordStore()
        self.connectors = Connectors(self.world, self.passwords)
        self.outcomes = Outcomes()
        self.records = ChangeRecords(settings)
        self.changes = ChangeEngine(
            settings, self.world, self.keys, self.passwords, self.outcomes, self.numbers, self.records, self.connectors
        )
        self.digit_tokens = DigitTokens(settings, self.numbers)
        self.search_index = SearchIndex(settings, self.world, self.passwords)
        self.password_settings = PasswordSettings(settings, self.world)
        self.tokens = TokenIssuer(settings, self.world)
        self.rate_limiter = RateLimiter(settings)
        self.faults = Faults(self.numbers)
        self.gates = Gates()
        self.log = RequestLog(settings)

    def tracking_id(self) -> str:
        return f"{self.numbers.getrandbits(128):032x}"

    def reset(self) -> None:
        """Restore the state of the start, except that issued keys and access tokens stay valid."""
        self.settings.update(self._first_settings)
        if self._seed is not None:
            self.numbers.seed(self._seed)
        self.connectors.reset()
        fixtures.populate(self.world, self._accounts)
        self.password_settings.reset()
        self.search_index.reset()
        self.passwords.reset()
        self.outcomes.reset()
        self.changes.reset()
        self.records.reset()
        self.digit_tokens.reset()
        self.rate_limiter.reset()
        self.faults.clear()
        self.gates.reset()
        self.log.clear()
