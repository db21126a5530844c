# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gates, which hold requests until a test opens them, so that a client can be killed at that point."""

from __future__ import annotations

import asyncio


class Aborted(Exception):
    """The gate was aborted: the request's connection is dropped, and processing ends."""


class Gate:
    """Closed at first. Once open, it stays open until it is closed again."""

    def __init__(self):
        self.held = 0
        self.passed = 0
        self.is_open = False
        self._moved = asyncio.Event()
        self._aborts = 0

    async def wait(self) -> None:
        """:raises Aborted: the gate was aborted while the request was held."""
        aborts = self._aborts
        self.held += 1
        try:
            while not self.is_open and aborts == self._aborts:
                await self._moved.wait()
        finally:
            self.held -= 1
        if aborts != self._aborts:
            raise Aborted
        self.passed += 1

    def open(self) -> None:
        self.is_open = True
        self._move()

    def close(self) -> None:
        self.is_open = False

    def abort(self) -> None:
        self._aborts += 1
        self._move()

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()


class Gates:
    def __init__(self):
        self._gates: dict[str, Gate] = {}

    def named(self, name: str) -> Gate:
        return self._gates.setdefault(name, Gate())

    def as_dict(self, name: str) -> dict:
        gate = self.named(name)
        return {"name": name, "held": gate.held, "passed": gate.passed, "open": gate.is_open}

    def reset(self) -> None:
        """Drop held requests, so that a finished test can't affect the next one."""
        for gate in self._gates.values():
            gate.abort()
        self._gates.clear()
