# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate the security guide's table of faults from the promises that the tests check.

    cd tests && python -m tools.faults_page

The table is between a comment that names it and a comment that ends it. The rest of the page is written by hand.
"""

from __future__ import annotations

from support import promises
from tools.awx_page import ROOT, list_table

PAGE = ROOT / "docs" / "docsite" / "rst" / "security.rst"
BEGIN = ".. table: faults\n\n"
END = "\n.. end of table\n"
HEADS = ("Fault", "Login, query", "Set password", "Digit token", "Status")


def table() -> str:
    """Return the table. Faults with the same promises share a row."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for fault in promises.FAULTS:
        login, query = _text(fault.login), _text(fault.query)
        cells = (
            login if login == query else f"login: {login}; query: {query}",
            _text(fault.set),
            _text(fault.digit_token),
            _text(fault.status),
        )
        rows.setdefault(cells, []).append(fault.name)
    return list_table("28 18 18 18 18", HEADS, [(", ".join(names), *cells) for cells, names in rows.items()])


def _text(promise: promises.Promise | None) -> str:
    return "–" if promise is None else promise.text


def rendered(page: str) -> str:
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text("utf-8")), "utf-8")
