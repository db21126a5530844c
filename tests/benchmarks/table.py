# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table, for the terminal and for the page."""

from __future__ import annotations

from typing import Any, NamedTuple


class Table(NamedTuple):
    """A table of reStructuredText cells. All columns but the first ``texts`` are numbers, and right-aligned."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1

    @classmethod
    def of(cls, value: dict[str, Any]) -> Table:
        """Return the table from the result of ``as_value``."""
        return cls(tuple(value["columns"]), tuple(tuple(row) for row in value["rows"]), value["texts"])

    def as_value(self) -> dict[str, Any]:
        return {"columns": list(self.columns), "rows": [list(row) for row in self.rows], "texts": self.texts}

    def terminal(self) -> str:
        """Return the table in plain text."""
        rows = [tuple(cell.replace("``", "") for cell in row) for row in (self.columns, *self.rows)]
        widths = [max(len(cell) for cell in column) for column in zip(*rows)]
        rows.insert(1, tuple("-" * width for width in widths))
        aligned = [
            "  ".join(
                cell.ljust(width) if number < self.texts else cell.rjust(width)
                for number, (cell, width) in enumerate(zip(row, widths))
            )
            for row in rows
        ]
        return "".join(f"{line.rstrip()}\n" for line in aligned)

    def rst(self) -> str:
        """Return the table as a list-table of reStructuredText."""
        lines = [".. list-table::", "   :header-rows: 1", ""]
        for row in (self.columns, *self.rows):
            for number, cell in enumerate(row):
                lines.append((f"     - {cell}" if number else f"   * - {cell}").rstrip())
        return "\n".join(lines) + "\n"
