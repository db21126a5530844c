# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report on the ages of passwords: one file without a script, that loads nothing."""

from __future__ import annotations

import html
import typing as t
from pathlib import Path
from string import Template

from .ages import STATES, Report, span

PAGE = Path(__file__).with_name("ages.html")

MOST_ROWS = 1000
"""Accounts on the page. More could only be searched, and for that there is the CSV file."""

_NAMES = dict(zip(STATES, ("Due", "Not due", "Never set", "Unknown")))


def age_report_page(report: Report) -> str:
    """Return the page of a report that C(age_report) made. Whatever it holds is text on it."""
    totals, left_out = report["totals"], report["left_out"]
    not_counted = ", ".join(f"{count:,} {kind}" for kind, count in left_out.items() if count)
    shown, most = report["accounts"][:MOST_ROWS], max((band["accounts"] for band in report["histogram"]), default=0)
    more = len(report["accounts"]) - len(shown)
    parts = {
        "title": _text(report["title"]),
        "facts": _text(f"{report['tenant']}, {report['made_at']}. A password is due after {report['older_than']}."),
        "accounts": f"{totals['accounts']:,}",
        "left_out": f"Not counted: {not_counted}." if not_counted else "All that ISC's Search finds.",
        "older_than": _text(report["older_than"]),
        **{state: f"{totals[state]:,}" for state in STATES},
        "histogram": "\n".join(_bar(band, most) for band in report["histogram"]),
        "sources": "\n".join(map(_source, report["sources"])),
        "rows": "\n".join(map(_account, shown)),
        "note": f"{more:,} more accounts are in the CSV and JSON files only." if more else "These are all accounts.",
    }
    return Template(PAGE.read_text("utf-8")).substitute(parts)


def _bar(band: t.Mapping[str, t.Any], most: int) -> str:
    width = 0.0 if not most else round(100 * band["accounts"] / most, 2)
    drawn = (
        '<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:g}" height="1"/></svg>'
    )
    return (
        f'<tr><th scope="row">{_text(span(band))}</th><td class="amount">{band["accounts"]:,}</td><td>{drawn}</td></tr>'
    )


def _source(source: t.Mapping[str, t.Any]) -> str:
    numbers = [source[key] for key in ("accounts", *STATES, "oldest_days")]
    cells = "".join(f'<td class="amount">{"" if number is None else f"{number:,}"}</td>' for number in numbers)
    return f'<tr><th scope="row">{_text(source["source_name"])}</th>{cells}</tr>'


def _account(account: t.Mapping[str, t.Any]) -> str:
    state, age = account["state"], account["password_age_days"]
    return (
        f'<tr><td>{_text(account["user_name"])}<span class="second">{_text(account["account_id"])}</span></td>'
        f"<td>{_text(account['source_name'])}</td>"
        f'<td><span class="badge {state}">{_NAMES[state]}</span></td>'
        f'<td class="amount">{"" if age is None else f"{age:,}"}</td>'
        f"<td>{_text(account['password_last_set'] or '')}</td></tr>"
    )


def _text(text: str) -> str:
    return html.escape(str(text))
