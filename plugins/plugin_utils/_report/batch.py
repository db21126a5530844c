# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on a batch of password changes: from its journals to plain values, and from those to an HTML page."""

from __future__ import annotations

import bisect
import html
import json
import re
import typing as t
from collections import Counter
from pathlib import Path

from ...module_utils._batch.journal import ADDED, SENDING, AccountHistory, JournalHistory
from ...module_utils._errors import InputError
from ...module_utils._outcomes import FAILED, FINISHED, NOT_SENT, OUTCOMES, PROBLEMS, REFUSED, UNCHANGED, UNKNOWN
from ...module_utils._times import format_exact_time

FORMAT = 1
"""The version of the report's format. It is incremented when a key is removed or changes its meaning."""

MAX_POINTS = 200
KILLED = "The run ended before ISC responded."

_DEFAULT_REASONS = {
    FAILED: "ISC reported a failure and gave no reason.",
    REFUSED: "The change was refused without a reason.",
    UNKNOWN: "The outcome of the change is not known.",
}
_OUTCOME_OF_STEP = {ADDED: NOT_SENT, SENDING: UNKNOWN}
_IDENTIFIERS = ("user_name", "account_id", "account_name", "identity_id")
_TRACKING_ID = re.compile(r"trackingId [^\s,)]+")

PAGE = Path(__file__).with_name("batch.html")
# The parts of the page that hold a sample, which the report replaces.
_SAMPLE = re.compile(
    '(?<=<title>).*?(?=</title>)|(?<=<p id="summary">).*?(?=</p>)|(?<=id="data">).*?(?=</script>)', re.DOTALL
)

Report = dict[str, t.Any]
Entry = dict[str, t.Any]


def check_tenant(histories: t.Mapping[str, JournalHistory]) -> None:
    """Check that all journals are of the same tenant.

    :param histories: the journals, by their names in messages.
    :raises InputError: they are of several tenants, or a journal is empty.
    """
    first: tuple[str, str] | None = None
    for name, history in histories.items():
        if history.tenant is None:
            raise InputError(f"journals: {name} has no lines.", "Leave it out, or give the journal of a run.")
        first = first or (name, history.tenant)
        if history.tenant != first[1]:
            raise InputError(
                f"journals: {name} is of the tenant {history.tenant}, and {first[0]} of {first[1]}.",
                "Write a report for each tenant.",
            )


def batch_report(histories: t.Sequence[JournalHistory], title: str) -> Report:
    """Return the report, whose keys are described in the documentation of the module batch_report.

    An account that is in several journals is reported once, from the journal with its latest event. The same journals
    always result in the same report.

    :param histories: the journals, all of one tenant.
    """
    runs = sorted((run for history in histories for run in history.runs), key=lambda run: run.began_at)
    latest = _latest(account for history in histories for account in history.accounts)
    times = ActiveTimes(histories)
    began_at, ended_at = times.began_at, times.ended_at
    accounts = [_account(account) for account in latest]
    totals = Counter(account["outcome"] for account in accounts)
    return {
        "format": FORMAT,
        "title": title,
        "tenant": next((history.tenant for history in histories if history.tenant), None),
        "began_at": _time(began_at),
        "ended_at": _time(ended_at),
        "duration": None if ended_at is None else round(times.until(ended_at), 3),
        "runs": [
            {
                "began_at": _time(run.began_at),
                "ended_at": _time(run.ended_at),
                "accounts": run.total,
                "stopped": run.stopped,
            }
            for run in runs
        ],
        "totals": {"accounts": len(accounts), **{outcome: totals[outcome] for outcome in OUTCOMES}},
        "reasons": _count_reasons(latest, accounts),
        "progress": _progress(latest, times),
        "accounts": accounts,
    }


class ActiveTimes:
    """The times at which at least one run was active. Pauses between runs don't count.

    :ivar began_at: when the first run began, in seconds since 1970, or ``None`` without runs.
    :ivar ended_at: when the last run ended. A killed run ended at its last event.
    """

    def __init__(self, histories: t.Iterable[JournalHistory]) -> None:
        # Runs at the same time, such as the slices of a job, are merged into one span.
        self._spans: list[tuple[float, float]] = []
        for start, end in sorted(span for history in histories for span in _run_spans(history)):
            if self._spans and start <= self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], max(end, self._spans[-1][1]))
            else:
                self._spans.append((start, end))
        self.began_at = self._spans[0][0] if self._spans else None
        self.ended_at = self._spans[-1][1] if self._spans else None

    def until(self, moment: float) -> float:
        """Return the number of seconds, up to *moment*, in which a run was active."""
        return sum(max(0.0, min(end, moment) - start) for start, end in self._spans)


def _run_spans(history: JournalHistory) -> t.Iterator[tuple[float, float]]:
    """Yield the beginning and the end of each run of a journal."""
    events = [
        moment
        for account in history.accounts
        for moment in (account.sent_at, account.accepted_at, account.ended_at)
        if moment is not None
    ]
    for number, run in enumerate(history.runs):
        following = history.runs[number + 1].began_at if number + 1 < len(history.runs) else float("inf")
        last = max((moment for moment in events if run.began_at <= moment < following), default=run.began_at)
        end = last if run.ended_at is None else max(last, run.ended_at)
        yield run.began_at, max(run.began_at, end)


def _latest(accounts: t.Iterable[AccountHistory]) -> list[AccountHistory]:
    """Return each account once, with its latest history, in the order of first occurrence."""
    found: dict[frozenset[tuple[str, str]], AccountHistory] = {}
    for account in accounts:
        key = frozenset(account.identified_by.items())
        known = found.get(key)
        if known is None or _last_event(account) > _last_event(known):
            found[key] = account
    return list(found.values())


def _last_event(account: AccountHistory) -> float:
    times = (account.sent_at, account.accepted_at, account.ended_at)
    return max((time for time in times if time is not None), default=float("-inf"))


def _account(account: AccountHistory) -> Entry:
    outcome, given, reason = _outcome(account), account.identified_by, None
    if account.step == SENDING:
        reason = KILLED
    elif outcome in PROBLEMS:
        reason = account.reason or "; ".join(account.errors) or _DEFAULT_REASONS[outcome]
    duration = None
    if account.sent_at is not None and account.ended_at is not None:
        duration = round(max(0.0, account.ended_at - account.sent_at), 3)
    return {
        "name": account.name,
        "user_name": given.get("user_name"),
        "source_name": given.get("source_name"),
        "account_id": account.account_id or given.get("account_id"),
        "source_id": account.source_id or given.get("source_id"),
        "request_id": account.request_id,
        "outcome": outcome,
        "state": account.state,
        "errors": list(account.errors),
        "reason": reason,
        "reason_index": None,
        "sent_at": _time(account.sent_at),
        "ended_at": _time(account.ended_at),
        "duration": duration,
    }


def _outcome(account: AccountHistory) -> str:
    return _OUTCOME_OF_STEP.get(account.step, account.step)


def _count_reasons(latest: t.Sequence[AccountHistory], accounts: t.Sequence[Entry]) -> list[Entry]:
    """Return the reasons, the most frequent first, and set the accounts' ``reason_index``.

    Reasons that differ only in what identifies the account are counted together.
    """
    groups: dict[tuple[str, str], list[Entry]] = {}
    for history, account in zip(latest, accounts):
        if account["reason"] is not None:
            key = (_generalize(account["reason"], history), account["outcome"])
            groups.setdefault(key, []).append(account)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    reasons = []
    for index, ((reason, outcome), affected) in enumerate(ordered):
        for account in affected:
            account["reason_index"] = index
        # If all accounts have the same reason, it is shown without placeholders.
        exact = {account["reason"] for account in affected}
        text = reason if len(exact) > 1 else exact.pop()
        reasons.append({"reason": text, "outcome": outcome, "count": len(affected)})
    return reasons


def _generalize(reason: str, account: AccountHistory) -> str:
    """Return *reason* with placeholders such as ``<user_name>`` for what identifies the account or the request."""
    identifiers = [(key, account.identified_by.get(key)) for key in _IDENTIFIERS]
    identifiers += [("account_id", account.account_id), ("request_id", account.request_id), ("name", account.name)]
    keys: dict[str, str] = {}
    for key, value in identifiers:
        if value:
            keys.setdefault(value, key)
    # The longest value comes first, because it may begin with another one.
    words = "|".join(re.escape(value) for value in sorted(keys, key=len, reverse=True))
    reason = _TRACKING_ID.sub("trackingId <tracking_id>", reason)
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda found: f"<{keys[found[0]]}>", reason)


def _progress(latest: t.Sequence[AccountHistory], times: ActiveTimes) -> list[dict[str, float | int]]:
    """Return the numbers of accounts that were sent, finished and failed in any way, over time.

    An unchanged account counts as finished. An account that was refused before it was sent counts as sent at that time,
    and one whose run was killed counts as failed at the end. So finished plus failed never exceeds sent.
    """
    ended_at = times.ended_at
    if ended_at is None:
        return []
    series: dict[str, list[float]] = {"sent": [], "finished": [], "failed": []}
    for account in latest:
        outcome = _outcome(account)
        end = ended_at if account.ended_at is None else account.ended_at
        if outcome != NOT_SENT:
            # The clock may have been set back in between.
            series["sent"].append(times.until(end if account.sent_at is None else min(account.sent_at, end)))
        if outcome in (FINISHED, UNCHANGED):
            series["finished"].append(times.until(end))
        elif outcome in PROBLEMS:
            series["failed"].append(times.until(end))
    duration = times.until(ended_at)
    moments = sorted({0.0, duration}.union(*series.values()))
    if len(moments) > MAX_POINTS:
        moments = [*(duration * number / (MAX_POINTS - 1) for number in range(MAX_POINTS - 1)), duration]
    ordered = {name: sorted(seconds) for name, seconds in series.items()}
    return [
        {"seconds": round(moment, 3), **{name: bisect.bisect_right(each, moment) for name, each in ordered.items()}}
        for moment in moments
    ]


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else format_exact_time(seconds)


def batch_report_page(report: Report) -> str:
    """Return the HTML page of a report."""
    totals = report["totals"]
    # Shown if JavaScript is disabled.
    counts = ", ".join(f"{totals[outcome]:,} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
    summary = f"Accounts: {totals['accounts']:,}, of which {counts}."
    # Escaped, so that the data can't end the script element or open a comment.
    escapes = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&"})
    data = json.dumps(report, separators=(",", ":")).translate(escapes)
    parts = iter((html.escape(report["title"]), summary, data))
    # One pass, so that text in the report is never replaced.
    return _SAMPLE.sub(lambda _match: next(parts), PAGE.read_text("utf-8"))
