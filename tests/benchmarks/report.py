# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a benchmark: tables and promises."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from typing import Any, NamedTuple

from benchmarks.table import Table


class Promise(NamedTuple):
    """A promise, the measured value, and whether the promise is kept."""

    text: str
    measured: str
    kept: bool

    @classmethod
    def at_most(cls, text: str, value: float, most: float, digits: int = 0, unit: str = "") -> Promise:
        """Promise that a value, rounded to *digits*, is at most *most*."""
        return cls(text, f"{value:.{digits}f}{unit}", round(value, digits) <= most)


class Report(NamedTuple):
    """The report of a benchmark."""

    tables: tuple[Table, ...]
    promises: tuple[Promise, ...] = ()
    machine: str = ""

    @classmethod
    def of(cls, value: dict[str, Any]) -> Report:
        """Return the report from the result of ``as_value``."""
        return cls(
            tuple(Table.of(table) for table in value["tables"]),
            tuple(Promise(**promise) for promise in value["promises"]),
            value["machine"],
        )

    def as_value(self) -> dict[str, Any]:
        return {
            "machine": self.machine,
            "tables": [table.as_value() for table in self.tables],
            "promises": [promise._asdict() for promise in self.promises],
        }

    def all_tables(self) -> list[Table]:
        """Return the tables, followed by a table of the promises if there are any."""
        if not self.promises:
            return list(self.tables)
        rows = tuple((text, measured, "yes" if kept else "no") for text, measured, kept in self.promises)
        return [*self.tables, Table(("Promise", "Measured", "Kept"), rows, texts=3)]


def this_machine() -> str:
    """Return the relevant properties of this machine, without identifying it."""
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"ansible-core {metadata.version('ansible-core')}, requests {metadata.version('requests')}, "
        f"cryptography {metadata.version('cryptography')}"
    )
