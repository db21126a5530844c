# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: which requests they hit, and gates that hold requests. Their effects are in gateway and garbage."""

from __future__ import annotations

import asyncio
import random

from simulator.garbage import ANOMALIES, GARBAGE
from simulator.layouts import OPERATIONS

_NUMBER = (int, float)
# Each kind with its fields and their types. The first field is required.
KINDS = {
    "status": {"status": int, "body": object, "headers": dict, "processed": bool},
    "lost_before": {},
    "lost_after": {},
    "slow": {"seconds": _NUMBER, "when": str},
    "trickle": {"seconds": _NUMBER},
    "garbage": {"form": str, "status": int},
    "raw": {"body": str, "status": int, "headers": dict},
    "fields": {"fields": dict},
    "redirect": {"location": str, "status": int},
    "anomaly": {"form": str},
    "gate": {"name": str, "when": str},
}


class FaultRule:
    """A fault for ``times`` requests of an operation (None: all), after ``skip`` requests that pass.

    :ivar chance: the probability that a matching request is hit, up to 1.
    """

    __slots__ = ("operation", "times", "skip", "chance", "client_id", "api_version", "fault")

    def __init__(self, rule: dict):
        """:raises ValueError: a field, kind or form is unknown, or a type is wrong."""
        unknown = set(rule) - set(self.__slots__)
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        self.operation = rule.get("operation", "any")
        if self.operation not in (*OPERATIONS, "any"):
            raise ValueError(f"operation must be one of {', '.join(OPERATIONS)} or any")
        self.times = rule.get("times", 1)
        self.skip = rule.get("skip", 0)
        for name, value in (("times", self.times), ("skip", self.skip)):
            if not (isinstance(value, int) and value >= 0 or (name == "times" and value is None)):
                raise ValueError(f"{name} must be a whole number")
        self.chance = rule.get("chance", 1)
        if isinstance(self.chance, bool) or not isinstance(self.chance, (int, float)) or not 0 < self.chance <= 1:
            raise ValueError("chance must be a number above 0 and up to 1")
        self.client_id = rule.get("client_id")
        self.api_version = rule.get("api_version")
        self.fault = self._checked(rule.get("fault"))

    def matches(self, operation: str, api_version: str | None, client_id: str | None) -> bool:
        return (
            self.operation in ("any", operation)
            and operation in OPERATIONS
            and self.api_version in (None, api_version)
            and self.client_id in (None, client_id)
        )

    @staticmethod
    def _checked(fault) -> dict:
        if not isinstance(fault, dict) or fault.get("kind") not in KINDS:
            raise ValueError(f"fault must have a kind out of {', '.join(KINDS)}")
        kind = fault["kind"]
        for name, value in fault.items():
            if name != "kind" and (name not in KINDS[kind] or not isinstance(value, KINDS[kind][name])):
                raise ValueError(f"{name} is not a field of {kind}, or has the wrong type")
        required = next(iter(KINDS[kind]), "kind")
        if required not in fault:
            raise ValueError(f"{kind} needs {required}")
        forms = {"garbage": GARBAGE, "anomaly": ANOMALIES}.get(kind)
        if forms and fault["form"] not in forms:
            raise ValueError(f"form of {kind} must be one of {', '.join(forms)}")
        if fault.get("when", "after") not in ("before", "after"):
            raise ValueError("when must be before or after")
        return dict(fault)


class Faults:
    """The rules, in order. The first that matches a request and has nothing left to skip hits it."""

    def __init__(self, numbers: random.Random):
        self._numbers = numbers
        self._rules: list[FaultRule] = []

    def add(self, rule: dict) -> None:
        self._rules.append(FaultRule(rule))

    def take(self, operation: str, api_version: str | None, client_id: str | None) -> dict | None:
        """Return the fault for a request, or None."""
        for rule in self._rules:
            if not rule.matches(operation, api_version, client_id):
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            if rule.chance < 1 and self._numbers.random() >= rule.chance:
                continue
            if rule.times is not None:
                rule.times -= 1
                if rule.times <= 0:
                    self._rules.remove(rule)
            return rule.fault
        return None

    def as_list(self) -> list:
        return [{name: getattr(rule, name) for name in FaultRule.__slots__} for rule in self._rules]

    def clear(self) -> None:
        self._rules.clear()


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
