# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on a batch as a page: one text of HTML that loads nothing and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import typing as t

from ...module_utils._outcomes import (
    ACCEPTED,
    FAILED,
    FINISHED,
    NOT_SENT,
    OUTCOMES,
    REFUSED,
    UNCHANGED,
    UNKNOWN,
)
from .chart import (
    extent,
    progress_chart,
    shares,
)
from .report import (
    Report,
)
from .script import SCRIPT
from .style import STYLE

_OUTCOMES = {
    FINISHED: ("Finished", "The new password holds."),
    ACCEPTED: ("Accepted", "In progress, or not waited for."),
    UNCHANGED: ("Unchanged", "Nothing was due."),
    FAILED: ("Failed", "ISC accepted the change and reported a failure."),
    REFUSED: ("Refused", "The password from before still holds."),
    UNKNOWN: ("Unknown", "Someone has to look what became of it."),
    NOT_SENT: ("Not sent", "The run ended before its turn."),
}
_SEVERITY = (UNKNOWN, FAILED, REFUSED, NOT_SENT, ACCEPTED, FINISHED, UNCHANGED)
_SERIES = ((FINISHED, "Finished or unchanged"), (FAILED, "Failed, refused or unknown"), (ACCEPTED, "In progress"))
_STOPPED = {"max_failures": "Stopped: too many failures", "interrupted": "Stopped: it was interrupted"}
_FIRST_REASONS = 10
"""The reasons that are shown before one asks for the rest."""

_TAKEN_OVER = (
    "name",
    "user_name",
    "source_name",
    "account_id",
    "request_id",
    "outcome",
    "reason",
    "reason_index",
    "sent_at",
    "duration",
)
_COLUMNS = (
    ("name", "Account"),
    ("source_name", "Source"),
    ("outcome", "Outcome"),
    ("reason", "Reason"),
    ("request_id", "Request id"),
    ("sent_at", "Sent (UTC)"),
    ("duration", "Duration"),
)


def batch_report_page(report: Report) -> str:
    """Return the page of a report that C(batch_report) made."""
    policy = (
        f"default-src 'none'; script-src {_hash(SCRIPT)}; style-src {_hash(STYLE)}; base-uri 'none'; form-action 'none'"
    )
    parts = (
        _header(report),
        _notice(report),
        _totals(report),
        _progress(report),
        _reasons(report),
        _accounts(report),
        _runs(report),
        "<footer>Made by community.sailpoint from the journals of the runs.</footer>",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{_escaped(report['title'])}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + f'\n</main>\n<script type="application/json" id="data">{_data(report)}</script>\n'
        f"<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _header(report: Report) -> str:
    runs = len(report["runs"])
    facts = [("Tenant", report["tenant"] or "")]
    if report["began_at"] is not None:
        facts += [
            ("From", f"{_moment(report['began_at'])} UTC"),
            ("to", f"{_moment(report['ended_at'])} UTC"),
            ("Duration", _duration(report["duration"])),
        ]
    facts.append(("Runs", f"{runs:,}"))
    entries = "".join(f"<div><dt>{name}</dt><dd>{_escaped(value)}</dd></div>" for name, value in facts)
    return (
        f'<header><p class="kicker">SailPoint Identity Security Cloud</p><h1>{_escaped(report["title"])}</h1>'
        f'<dl class="facts">{entries}</dl></header>'
    )


def _notice(report: Report) -> str:
    sentences = []
    if any(run["stopped"] for run in report["runs"]):
        sentences.append("A run stopped before it had tried all accounts.")
    if any(run["ended_at"] is None for run in report["runs"]):
        sentences.append("A run was killed, or had not ended yet when this was written.")
    if not sentences:
        return ""
    return f'<div class="notice" role="note"><p>{" ".join(sentences)} The runs are listed at the end.</p></div>'


def _totals(report: Report) -> str:
    totals = report["totals"]
    number, finished, unchanged = totals["accounts"], totals[FINISHED], totals[UNCHANGED]
    if not number:
        return '<section class="panel" id="totals"><p class="headline">The journals name no account.</p></section>'
    # Rounded down: what is not all must not look like all.
    percent = f"{(finished + unchanged) * 1000 // number / 10:g} %"
    more = f", {unchanged:,} unchanged" if unchanged else ""
    cards = "".join(
        f'<div class="card {outcome if totals[outcome] else "none"}" id="total-{outcome}"><dt>{name}</dt>'
        f'<dd class="number">{totals[outcome]:,}</dd><dd class="meaning">{meaning}</dd></div>'
        for outcome, (name, meaning) in _OUTCOMES.items()
    )
    return (
        '<section class="panel" id="totals" aria-label="Totals">'
        f'<p class="headline"><strong>{percent}</strong> {finished:,} of {_accounts_of(number)} finished{more}</p>'
        f"{shares(((outcome, totals[outcome]) for outcome in OUTCOMES), number)}"
        f'<dl class="cards">{cards}</dl></section>'
    )


def _progress(report: Report) -> str:
    progress, number = report["progress"], report["totals"]["accounts"]
    if not progress or not number:
        return ""
    last = progress[-1]
    description = (
        f"Accounts over time. At the end {last['finished']:,} finished or unchanged, {last['failed']:,} failed, "
        f"refused or unknown, {last['sent'] - last['finished'] - last['failed']:,} in progress, of {number:,}."
    )
    legend = "".join(
        f'<li><svg aria-hidden="true"><rect class="area {name}" width="100%" height="100%"/></svg>{meaning}</li>'
        for name, meaning in _SERIES
    )
    return (
        '<section class="panel" id="progress"><h2>Accounts over time, from the beginning</h2>'
        f'<ul class="legend">{legend}</ul>{progress_chart(progress, number, description)}'
        f'<p class="readout" id="readout">{_pace(report)}</p></section>'
    )


def _pace(report: Report) -> str:
    ended = report["totals"][FINISHED] + report["totals"][FAILED]
    if not report["duration"] or not ended:
        return ""
    pace = ended / report["duration"] * 60
    return f"{pace:,.{0 if pace >= 10 else 1}f} changes a minute on average."


def _reasons(report: Report) -> str:
    reasons = report["reasons"]
    if not reasons:
        return ""
    rows = "".join(_reason_row(number, reason) for number, reason in enumerate(reasons))
    more = (
        '<p class="more"><button type="button" class="plain" id="all-reasons">'
        f"Show all {len(reasons):,} reasons</button></p>"
    )
    return (
        '<section class="panel long" id="reasons"><h2>What went wrong</h2><table class="reasons"><thead><tr>'
        '<th scope="col">Reason</th><th scope="col">Outcome</th><th scope="col" class="amount">Accounts</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>{more if len(reasons) > _FIRST_REASONS else ''}</section>"
    )


def _reason_row(number: int, reason: t.Mapping[str, t.Any]) -> str:
    later = ' class="later" hidden' if number >= _FIRST_REASONS else ""
    return (
        f'<tr{later}><td><button type="button" data-reason="{number}" aria-pressed="false" disabled '
        f'title="Show only these accounts">{_escaped(reason["reason"])}</button></td>'
        f'<td>{_badge(reason["outcome"])}</td><td class="amount">{reason["count"]:,}</td></tr>'
    )


def _accounts(report: Report) -> str:
    totals = report["totals"]
    chips = f'<button type="button" data-outcome="" aria-pressed="true">All {totals["accounts"]:,}</button>' + "".join(
        f'<button type="button" class="{outcome}" data-outcome="{outcome}" aria-pressed="false">'
        f"{_OUTCOMES[outcome][0]} {totals[outcome]:,}</button>"
        for outcome in OUTCOMES
        if totals[outcome]
    )
    headers = "".join(
        f'<th scope="col" role="columnheader" class="c-{key}{" amount" if key == "duration" else ""}">'
        f'<button type="button" id="sort-{key}" data-sort="{key}">{name}</button></th>'
        for key, name in _COLUMNS
    )
    return (
        '<section class="panel long" id="accounts"><h2>Accounts</h2>'
        f"<noscript><p>The list of the {_accounts_of(totals['accounts'])} needs JavaScript.</p></noscript>"
        '<div id="listing" hidden><div class="toolbar"><div class="search">'
        '<input type="search" id="search" aria-label="Search the accounts" autocomplete="off" spellcheck="false" '
        'placeholder="Search account, id or reason"></div>'
        f'<div class="chips" role="group" aria-label="Outcome">{chips}</div></div>'
        '<div class="found"><p id="count" role="status"></p><p id="chosen-reason"></p>'
        '<button type="button" class="plain" id="clear" hidden>Clear filters</button></div>'
        '<table class="accounts" role="table"><thead role="rowgroup">'
        f'<tr role="row">{headers}</tr></thead><tbody id="rows" role="rowgroup"></tbody></table>'
        '<p class="nothing" id="nothing" hidden>No account matches.</p>'
        '<p class="more" id="more" hidden><button type="button" class="plain" id="next">Show more</button>'
        '<button type="button" class="plain" id="all"></button></p></div></section>'
    )


def _runs(report: Report) -> str:
    rows = "".join(
        f"<tr><td>{_moment(run['began_at'])}</td><td>{_moment(run['ended_at'])}</td>"
        f'<td class="amount">{run["accounts"]:,}</td><td>{_escaped(_ending(run))}</td></tr>'
        for run in report["runs"]
    )
    if not rows:
        return ""
    return (
        f'<section class="panel long" id="runs"><details><summary>Runs ({len(report["runs"]):,})</summary>'
        '<div class="runs"><table><thead><tr><th scope="col">Began (UTC)</th><th scope="col">Ended (UTC)</th>'
        '<th scope="col" class="amount">Accounts</th><th scope="col">How it ended</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details></section>"
    )


def _ending(run: t.Mapping[str, t.Any]) -> str:
    if run["ended_at"] is None:
        return "It was killed, or had not ended yet"
    return _STOPPED.get(run["stopped"], f"Stopped: {run['stopped']}") if run["stopped"] else "All accounts were tried"


def _data(report: Report) -> str:
    """Return what the script needs, as JSON that ends no script element and opens no comment."""
    rows = [[*(account[key] for key in _TAKEN_OVER), _details(account)] for account in report["accounts"]]
    data = {
        "outcomes": [[outcome, name] for outcome, (name, _meaning) in _OUTCOMES.items()],
        "severity": _SEVERITY,
        "reasons": report["reasons"],
        "extent": extent(report["progress"]) if report["progress"] else 0,
        "progress": report["progress"],
        "columns": [*_TAKEN_OVER, "details"],
        "rows": rows,
    }
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _details(account: t.Mapping[str, t.Any]) -> str | None:
    """Return the errors that the reason doesn't repeat."""
    reason = account["reason"] or ""
    return "; ".join(error for error in account["errors"] if error not in reason) or None


def _badge(outcome: str) -> str:
    return f'<span class="badge {outcome}">{_OUTCOMES[outcome][0]}</span>'


def _accounts_of(number: int) -> str:
    return f"{number:,} account" if number == 1 else f"{number:,} accounts"


def _moment(time: str | None) -> str:
    return "" if time is None else f"{time[:10]} {time[11:19]}"


def _duration(seconds: float) -> str:
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _escaped(text: str) -> str:
    # Half of a surrogate pair, which JSON can hold, has no place in a file.
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
