# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a batch returns: one result an account, and a summary."""

from __future__ import annotations

import typing as t

from .._api.password_change import Change
from .._errors import IscError
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

_MASK = "********"
_SHORTEST_MASKED = 4
"""Characters. A shorter password occurs in all kinds of text; nothing of it would be left to read."""

_NOTHING: dict[str, t.Any] = {
    "request_id": None,
    "state": None,
    "errors": [],
    "source_ids": [],
    "duration": None,
}


def result_of(
    account: BatchAccount,
    outcome: str,
    changed: bool,
    change: Change | None = None,
    error: IscError | None = None,
    duration: float | None = None,
) -> dict[str, t.Any]:
    """Return the entry of *account* in the results.

    :param duration: seconds from when the change was sent until it was seen to have ended.
    """
    source_id, account_id = account.place or (account.options.get("source_id"), account.options.get("account_id"))
    result = {
        "name": account.name,
        "user_name": account.options.get("user_name"),
        "source_name": account.options.get("source_name"),
        "source_id": source_id,
        "account_id": account_id,
        **_NOTHING,
        **(change.as_result() if change is not None else {}),
        "sent_at": None if account.sent_time is None else format_exact_time(account.sent_time),
        "from_earlier_run": account.from_earlier_run,
        "outcome": outcome,
        "changed": changed,
    }
    if duration is not None:
        result["duration"] = round(duration, 3)
    if account.sync_group is not None:
        result["sync_group"] = account.sync_group.as_result()
    if account.concerns:
        result["warnings"] = list(account.concerns)
    if error is not None:
        told = error.as_result()
        result.update({key: value for key, value in told.items() if key not in ("outcome", "changed")})
    return _without_password(account, result)


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


def change_without_password(account: BatchAccount, change: Change) -> Change:
    """Return *change* without the password of *account*, should ISC have repeated it in what people are to read."""
    told = _without_password(account, {"errors": list(change.errors), "source_ids": list(change.source_ids)})
    return change._replace(errors=tuple(told["errors"]), source_ids=tuple(told["source_ids"]))


def hide_password(account: BatchAccount, error: IscError) -> None:
    """Take the password of *account* out of all that *error* tells, should ISC have repeated it."""
    told = _without_password(account, {**error.details, "msg": error.message, "hint": error.hint})
    error.message, error.hint = told.pop("msg"), told.pop("hint")
    error.args = (error.message,)
    error.details = told


def _without_password(account: BatchAccount, told: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return result keys, as JSON can carry them, without the password of *account* in what came from ISC."""
    password = account.password
    if not password or len(password) < _SHORTEST_MASKED:
        return dict(told)
    return {key: _masked(value, password) if key in _FROM_ISC else value for key, value in told.items()}


_FROM_ISC = (
    "errors",
    "msg",
    "hint",
    "messages",
    "detail_code",
    "tracking_id",
    "state",
    "request_id",
    "source_ids",
    "sync_group",
    "warnings",
)


def _masked(value: t.Any, password: str) -> t.Any:
    if isinstance(value, str):
        return value.replace(password, _MASK)
    if isinstance(value, dict):
        return {key: _masked(each, password) for key, each in value.items()}
    return [_masked(each, password) for each in value] if isinstance(value, list) else value
