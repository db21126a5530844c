# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on a batch of password changes: from its journals to plain values, and from these to a page."""

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
"""The number in a report. It grows when a key changes its meaning or goes away."""

MOST_POINTS = 200
KILLED = "The run ended before ISC's response was there."

_NO_REASON = {
    FAILED: "ISC reported a failure and gave no reason.",
    REFUSED: "The change was refused without a reason.",
    UNKNOWN: "The outcome of the change is not known.",
}
_OUTCOME_OF_STEP = {ADDED: NOT_SENT, SENDING: UNKNOWN}
# Each is put in a reason in place of what it is for the account, so that reasons of the same kind are counted together.
_OWN = ("user_name", "account_id", "account_name", "identity_id")
_TRACKING_ID = re.compile(r"trackingId [^\s,)]+")
_NEVER = float("-inf")

PAGE = Path(__file__).with_name("batch.html")
_SAMPLE = re.compile(
    '(?<=<title>).*?(?=</title>)|(?<=<p id="summary">).*?(?=</p>)|(?<=id="data">).*?(?=</script>)', re.DOTALL
)

Report = dict[str, t.Any]
Entry = dict[str, t.Any]


def check_tenant(histories: t.Mapping[str, JournalHistory]) -> None:
    """Refuse journals of several tenants.

    :param histories: by what each journal is called in a message.
    :raises InputError: they are of several tenants, or one holds nothing.
    """
    first: tuple[str, str] | None = None
    for name, history in histories.items():
        if history.tenant is None:
            raise InputError(f"journals: {name} holds no line.", "Leave it out, or give the journal of a run.")
        first = first or (name, history.tenant)
        if history.tenant != first[1]:
            raise InputError(
                f"journals: {name} is of the tenant {history.tenant}, and {first[0]} of {first[1]}.",
                "Write a report for each tenant.",
            )


def batch_report(histories: t.Sequence[JournalHistory], title: str) -> Report:
    """Return the report on what journals of one tenant tell.

    The documentation of the module batch_report describes its keys. An account that is in several journals is reported
    once, as the latest event tells. The same journals make the same report.
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
    """When runs were going on, also at the same time: what lies between two of them is a pause, and no time at all.

    :ivar began_at: when the first one began, in seconds since 1970, or ``None`` without any.
    :ivar ended_at: when the last one ended; for one that was killed, its last event stands in.
    """

    def __init__(self, histories: t.Iterable[JournalHistory]) -> None:
        self._spans: list[tuple[float, float]] = []
        for start, end in sorted(span for history in histories for span in _spans(history)):
            if self._spans and start <= self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], max(end, self._spans[-1][1]))
            else:
                self._spans.append((start, end))
        self.began_at = self._spans[0][0] if self._spans else None
        self.ended_at = self._spans[-1][1] if self._spans else None

    def until(self, moment: float) -> float:
        """Return for how many seconds any run was going on, up to *moment*."""
        return sum(max(0.0, min(end, moment) - start) for start, end in self._spans)


def _spans(history: JournalHistory) -> t.Iterator[tuple[float, float]]:
    """Yield when each run of a journal began and ended."""
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
    """Return each account once, in the order in which they first occur."""
    found: dict[frozenset[tuple[str, str]], AccountHistory] = {}
    for account in accounts:
        key = frozenset(account.identified_by.items())
        known = found.get(key)
        if known is None or _last_event(account) > _last_event(known):
            found[key] = account
    return list(found.values())


def _last_event(account: AccountHistory) -> float:
    times = (account.sent_at, account.accepted_at, account.ended_at)
    return max((time for time in times if time is not None), default=_NEVER)


def _account(account: AccountHistory) -> Entry:
    outcome, given, reason = _outcome(account), account.identified_by, None
    if outcome in PROBLEMS:
        said = account.reason or "; ".join(account.errors) or _NO_REASON[outcome]
        reason = KILLED if account.step == SENDING else said
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
    """Return the reasons with the most frequent first, and set the accounts' C(reason_index)."""
    kinds: dict[tuple[str, str], list[Entry]] = {}
    for history, account in zip(latest, accounts):
        if account["reason"] is not None:
            kind = (_without_own(account["reason"], history), account["outcome"])
            kinds.setdefault(kind, []).append(account)
    ordered = sorted(kinds.items(), key=lambda kind: (-len(kind[1]), kind[0]))
    told = []
    for index, ((reason, outcome), concerned) in enumerate(ordered):
        for account in concerned:
            account["reason_index"] = index
        # As it is, where all accounts have the same.
        exact = {account["reason"] for account in concerned}
        told.append({"reason": reason if len(exact) > 1 else exact.pop(), "outcome": outcome, "count": len(concerned)})
    return told


def _without_own(reason: str, account: AccountHistory) -> str:
    """Return *reason* with placeholders such as C(<user_name>) for what is the account's own."""
    own: dict[str, str] = {}
    found = (("account_id", account.account_id), ("request_id", account.request_id), ("name", account.name))
    for key, value in (*((key, account.identified_by.get(key)) for key in _OWN), *found):
        if value:
            own.setdefault(value, key)
    # The longest first: a name may begin with another.
    words = "|".join(re.escape(value) for value in sorted(own, key=len, reverse=True))
    reason = _TRACKING_ID.sub("trackingId <tracking_id>", reason)
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda found: f"<{own[found[0]]}>", reason)


def _progress(latest: t.Sequence[AccountHistory], times: ActiveTimes) -> list[dict[str, float | int]]:
    """Return how many accounts were sent, finished and failed in any way, at times since the beginning.

    One for which nothing was due counts as finished.
    An account that was refused before it was sent counts as sent then, and one whose run was killed as failed at the
    end. So finished and failed are never more than sent.
    """
    ended_at = times.ended_at
    if ended_at is None:
        return []
    series: dict[str, list[float]] = {"sent": [], "finished": [], "failed": []}
    for account in latest:
        outcome = _outcome(account)
        end = ended_at if account.ended_at is None else account.ended_at
        if outcome != NOT_SENT:
            # The clock may have been set back meanwhile.
            series["sent"].append(times.until(end if account.sent_at is None else min(account.sent_at, end)))
        if outcome in (FINISHED, UNCHANGED):
            series["finished"].append(times.until(end))
        elif outcome in PROBLEMS:
            series["failed"].append(times.until(end))
    for times_of_series in series.values():
        times_of_series.sort()
    duration = times.until(ended_at)
    moments = sorted({0.0, duration}.union(*series.values()))
    if len(moments) > MOST_POINTS:
        moments = [*(duration * number / (MOST_POINTS - 1) for number in range(MOST_POINTS - 1)), duration]
    return [
        {"seconds": round(moment, 3), **{name: bisect.bisect_right(each, moment) for name, each in series.items()}}
        for moment in moments
    ]


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else format_exact_time(seconds)


def batch_report_page(report: Report) -> str:
    """Return the page of a report that C(batch_report) made."""
    totals = report["totals"]
    # What is there to read without JavaScript.
    counts = ", ".join(f"{totals[outcome]:,} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
    summary = f"Accounts: {totals['accounts']:,}, of which {counts}."
    # So it ends no script element and opens no comment.
    escapes = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&"})
    data = json.dumps(report, separators=(",", ":")).translate(escapes)
    parts = iter((html.escape(report["title"]), summary, data))
    # In one pass, so that no part is taken for a place.
    return _SAMPLE.sub(lambda _place: next(parts), PAGE.read_text("utf-8"))
