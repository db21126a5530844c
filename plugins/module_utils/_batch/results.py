# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a batch returns: one result per account, and a summary."""

from __future__ import annotations

import typing as t

from .._outcomes import (
    FAILED,
    FAILURES,
    NOT_SENT,
    OUTCOMES,
    PROBLEMS,
    REFUSED,
    UNKNOWN,
)
from .._text import LONGEST_NAME, clean_text
from .._times import format_exact_time
from .account import BatchAccount

_NOTHING: dict[str, t.Any] = {
    "request_id": None,
    "state": None,
    "errors": [],
    "source_ids": [],
}
_UNSENT = "Not sent, because the run stopped before."


def result_of(account: BatchAccount) -> dict[str, t.Any]:
    """Return the entry of *account* in the results."""
    flow = account.flow
    source_id, account_id = account.ids or (account.options.get("source_id"), account.options.get("account_id"))
    change = dict(_NOTHING) if flow.change is None else flow.change.as_result()
    result = {
        "name": account.name,
        "user_name": account.options.get("user_name"),
        "source_name": account.options.get("source_name"),
        "source_id": source_id,
        "account_id": account_id,
        **change,
        "duration": None if flow.duration is None else round(flow.duration, 3),
        "sent_at": None if flow.sent_at is None else format_exact_time(flow.sent_at),
        "from_earlier_run": account.from_earlier_run,
        "outcome": flow.outcome,
        "changed": flow.changed,
    }
    if flow.sync_group is not None:
        result["sync_group"] = flow.sync_group.as_result()
    if flow.warnings:
        result["warnings"] = list(flow.warnings)
    if flow.outcome == NOT_SENT:
        result["msg"] = _UNSENT
    elif flow.error is not None:
        told = flow.error.as_result()
        result.update({key: value for key, value in told.items() if key not in ("outcome", "changed")})
        result["step"] = flow.step
    return result


def summary_of(results: t.Sequence[t.Mapping[str, t.Any]], **more: t.Any) -> dict[str, t.Any]:
    """Return how many accounts ended how, and *more*."""
    counts = dict.fromkeys(OUTCOMES, 0)
    for result in results:
        counts[result["outcome"]] += 1
    return {"total": len(results), **counts, **more}


def sentence_of(results: t.Sequence[t.Mapping[str, t.Any]], summary: t.Mapping[str, t.Any]) -> str:
    """Return what went wrong in a batch, as a sentence; empty when nothing did."""
    failures = sum(summary[outcome] for outcome in FAILURES)
    if not failures:
        return ""
    names = {FAILED: "failed", REFUSED: "refused", UNKNOWN: "of unknown outcome", NOT_SENT: "not sent"}
    counted = ", ".join(f"{summary[outcome]} {names[outcome]}" for outcome in FAILURES if summary[outcome])
    first = next((result for result in results if result["outcome"] in PROBLEMS), None)
    told = f" First {clean_text(first['name'], LONGEST_NAME)}: {first['msg']}" if first is not None else ""
    return f"Not changed as asked: {failures} of {summary['total']} accounts ({counted}).{told}"
