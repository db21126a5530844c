# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on the ages of passwords: as plain values, as CSV, as lines of text, and as an HTML page."""

from __future__ import annotations

import csv
import html
import io
import typing as t
from collections import Counter
from pathlib import Path
from string import Template

from ...module_utils._api.accounts import EXCLUDE, FoundAccount, matches_age
from ...module_utils._times import age_in_days, format_time

FORMAT = 1
"""The version of the report's format. It is incremented when a key is removed or changes its meaning."""

DUE = "due"
NOT_DUE = "not_due"
NEVER_SET = "never_set"
UNKNOWN = "unknown"
STATES = (DUE, NOT_DUE, NEVER_SET, UNKNOWN)

AGES = (0, 30, 60, 90, 180, 365, 730)
"""The minimum age of each band of the histogram, in days. A band ends where the next one begins."""

COLUMNS = (
    "source_name",
    "user_name",
    "account_id",
    "account_name",
    "state",
    "password_last_set",
    "password_age_days",
    "disabled",
    "locked",
    "privileged",
)

# The characters with which a spreadsheet formula can begin.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

PAGE = Path(__file__).with_name("ages.html")

MAX_ROWS = 1000
"""The maximum number of accounts on the page. A longer list is only good for searching, which the CSV file is for."""

_NAMES = dict(zip(STATES, ("Due", "Not due", "Never set", "Unknown")))

Report = dict[str, t.Any]


class ReportOptions(t.NamedTuple):
    """The options of a report.

    :ivar older_than: the age at which a password is due, in seconds. :ivar age: the same as the user wrote it.
    """

    title: str
    tenant: str
    older_than: float
    age: str
    include_disabled: bool = False
    include_locked: bool = False


def age_report(found: t.Mapping[str, t.Sequence[FoundAccount]], options: ReportOptions, now: float) -> Report:
    """Return the report, whose keys are described in the documentation of the module password_report.

    :param found: the accounts by the names of their sources.
    :param now: seconds since 1970.
    """
    sources, rows, left_out = [], [], Counter[str]()
    for name, accounts in found.items():
        counted = [account for account in accounts if _is_counted(account, options, left_out)]
        source_rows = [_row(account, options, now) for account in counted]
        rows += source_rows
        sources.append({"source_name": name, **_totals(source_rows)})
    rows.sort(key=_urgency)
    return {
        "format": FORMAT,
        "title": options.title,
        "tenant": options.tenant,
        "made_at": format_time(now),
        "older_than": options.age,
        "totals": _totals(rows),
        "left_out": {"disabled": left_out["disabled"], "locked": left_out["locked"]},
        "histogram": _histogram(rows),
        "sources": sources,
        "accounts": rows,
    }


def as_csv(report: Report) -> str:
    """Return the accounts of a report as CSV, with an apostrophe before text that would be a spreadsheet formula."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(account[column]) for column in COLUMNS] for account in report["accounts"])
    return lines.getvalue()


def as_lines(report: Report) -> list[str]:
    """Return totals and histogram as lines of text."""
    lines = [_totals_line(source, source["source_name"]) for source in report["sources"]]
    if len(lines) != 1:
        lines.insert(0, _totals_line(report["totals"], "All sources"))
    left_out = ", ".join(f"{count} {kind}" for kind, count in report["left_out"].items() if count)
    if left_out:
        lines.append(f"Not counted: {left_out}.")
    most = max((band["accounts"] for band in report["histogram"]), default=0)
    for band in report["histogram"] if most else ():
        length = -(-band["accounts"] * 40 // most)
        lines.append(f"{_band_label(band):>16}  {'#' * length:<40}  {band['accounts']}")
    return lines


def _band_label(band: t.Mapping[str, t.Any]) -> str:
    start, end = band["from_days"], band["to_days"]
    return f"{start} days or more" if end is None else f"{start} to {end - 1} days"


def _is_counted(account: FoundAccount, options: ReportOptions, left_out: Counter[str]) -> bool:
    for kind, included in (("disabled", options.include_disabled), ("locked", options.include_locked)):
        if getattr(account, kind) and not included:
            left_out[kind] += 1
            return False
    return True


def _row(account: FoundAccount, options: ReportOptions, now: float) -> dict[str, t.Any]:
    age = age_in_days(account.last_set, now)
    if account.never_set:
        state = NEVER_SET
    elif age is None:
        state = UNKNOWN
    else:
        state = DUE if matches_age(account.last_set, options.older_than, EXCLUDE, now) else NOT_DUE
    computed = {
        "state": state,
        "password_last_set": None if age is None or account.last_set is None else format_time(account.last_set),
        "password_age_days": age,
    }
    return {column: computed[column] if column in computed else getattr(account, column) for column in COLUMNS}


def _totals(rows: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    counts = Counter(row["state"] for row in rows)
    return {
        "accounts": len(rows),
        **{state: counts[state] for state in STATES},
        "oldest_days": max(_known_ages(rows), default=None),
    }


def _known_ages(rows: t.Iterable[t.Mapping[str, t.Any]]) -> list[int]:
    return [row["password_age_days"] for row in rows if row["password_age_days"] is not None]


def _histogram(rows: t.Iterable[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    ages = _known_ages(rows)
    bands = []
    for start, end in zip(AGES, (*AGES[1:], None)):
        count = sum(start <= age and (end is None or age < end) for age in ages)
        bands.append({"from_days": start, "to_days": end, "accounts": count})
    return bands


def _urgency(row: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    """Sort due passwords first, the oldest at the top, then never set ones, unknown ages, and the rest."""
    order = (DUE, NEVER_SET, UNKNOWN, NOT_DUE).index(row["state"])
    return order, -(row["password_age_days"] or 0), row["source_name"], row["account_id"]


def _cell(value: t.Any) -> t.Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _totals_line(totals: t.Mapping[str, t.Any], name: str) -> str:
    number = f"{totals['accounts']} account{'' if totals['accounts'] == 1 else 's'}"
    parts = [number, f"{totals[DUE]} due", f"{totals[NOT_DUE]} not due", f"{totals[NEVER_SET]} never set"]
    oldest = "" if totals["oldest_days"] is None else f"; the oldest is {totals['oldest_days']} days old"
    return f"{name}: {', '.join(parts)}, {totals[UNKNOWN]} unknown{oldest}"


def age_report_page(report: Report) -> str:
    """Return the HTML page of a report. All text in it is escaped."""
    totals, left_out = report["totals"], report["left_out"]
    not_counted = ", ".join(f"{count:,} {kind}" for kind, count in left_out.items() if count)
    shown, most = report["accounts"][:MAX_ROWS], max((band["accounts"] for band in report["histogram"]), default=0)
    more = len(report["accounts"]) - len(shown)
    parts = {
        "title": _text(report["title"]),
        "facts": _text(f"{report['tenant']}, {report['made_at']}. A password is due after {report['older_than']}."),
        "accounts": f"{totals['accounts']:,}",
        "left_out": f"Not counted: {not_counted}." if not_counted else "All accounts that ISC's Search finds.",
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
    return (
        f'<tr><th scope="row">{_band_label(band)}</th><td class="amount">{band["accounts"]:,}</td>'
        '<td><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:g}" height="1"/></svg></td></tr>'
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
