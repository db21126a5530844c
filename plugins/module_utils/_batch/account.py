# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One account of a batch: its options, the flow of its change, and its entry in the results."""

from __future__ import annotations

import typing as t

from .._api.password_change import NOTHING_SENT
from .._change.age import KnownAge
from .._change.flow import ChangeFlow
from .._change.prepare import check_identification
from .._errors import InputError, check_text
from .._outcomes import FAILED, FAILURES, NOT_SENT, OUTCOMES, PROBLEMS, REFUSED, UNKNOWN
from .._text import MAX_NAME_LENGTH, clean_text
from .._times import format_exact_time
from .journal import IDENTIFYING


class BatchAccount:
    """An account of a batch.

    :ivar options: its entry in the option ``accounts``.
    :ivar name: its name in results, messages and the journal.
    :ivar flow: the flow of its change.
    :ivar from_earlier_run: whether an earlier run with the same journal sent the change.
    :ivar ids: the source's id and the native identity, once they are known.
    :ivar age: the age of its password, if ``max_age`` is given.
    :ivar reason: why no change is due, as a clause for people; empty if one is due.
    """

    __slots__ = ("age", "flow", "from_earlier_run", "ids", "name", "options", "reason")

    def __init__(self, options: t.Mapping[str, t.Any]) -> None:
        self.options = options
        self.name = str(options.get("name") or options.get("user_name") or options.get("account_id"))
        self.flow: ChangeFlow = t.cast(ChangeFlow, None)
        self.from_earlier_run = False
        self.ids: tuple[str, str] | None = None
        self.age: KnownAge | None = None
        self.reason = ""

    def identified_by(self) -> dict[str, str]:
        """Return the options that identify the account, by name."""
        return {option: str(self.options[option]) for option in IDENTIFYING if self.options.get(option)}


def read_accounts(entries: t.Sequence[t.Mapping[str, t.Any]]) -> list[BatchAccount]:
    """Read the option ``accounts``.

    :raises InputError: an entry can't be used; the message says which one and why.
    """
    accounts = []
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for position, entry in enumerate(entries):
        account = BatchAccount(entry)
        where = f"accounts[{position}] ({clean_text(account.name, MAX_NAME_LENGTH)})"
        try:
            _check(entry)
        except InputError as error:
            raise InputError(f"{where}: {error.message}", error.hint) from None
        first = seen.setdefault(tuple(account.identified_by().items()), position)
        if first != position:
            raise InputError(
                f"{where} is the same account as accounts[{first}].", "Give each account once, with one password."
            )
        accounts.append(account)
    return accounts


def _check(entry: t.Mapping[str, t.Any]) -> None:
    password, discard = entry.get("password"), entry["discard"]
    if discard and password is not None:
        raise InputError("password and discard can't be used together.", "Remove one of the two.")
    if not discard:
        check_text("password", password)
    check_identification(entry)


def result_of(account: BatchAccount, now: float) -> dict[str, t.Any]:
    """Return the entry of *account* in the results.

    :param now: seconds since 1970, for the age of the password.
    """
    flow = account.flow
    source_id, account_id = account.ids or (account.options.get("source_id"), account.options.get("account_id"))
    change = dict(NOTHING_SENT) if flow.change is None else flow.change.as_result()
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
    if account.age is not None:
        result["password_age"] = account.age.as_result(now)
    if flow.sync_group is not None:
        result["sync_group"] = flow.sync_group.as_result()
    if flow.warnings:
        result["warnings"] = list(flow.warnings)
    if flow.outcome == NOT_SENT:
        result["msg"] = "Not sent, because the run stopped first."
    elif flow.error is not None:
        failure = flow.error.as_result()
        result.update({key: value for key, value in failure.items() if key not in ("outcome", "changed")})
        result["step"] = flow.step
    return result


def summary_of(results: t.Sequence[t.Mapping[str, t.Any]], **more: t.Any) -> dict[str, t.Any]:
    """Return the total and the number of accounts by outcome, plus the given keys."""
    outcomes = [result["outcome"] for result in results]
    return {"total": len(results), **{outcome: outcomes.count(outcome) for outcome in OUTCOMES}, **more}


def sentence_of(results: t.Sequence[t.Mapping[str, t.Any]], summary: t.Mapping[str, t.Any]) -> str:
    """Return a sentence about the failures of a batch; empty if there are none."""
    failures = sum(summary[outcome] for outcome in FAILURES)
    if not failures:
        return ""
    names = {FAILED: "failed", REFUSED: "refused", UNKNOWN: "of unknown outcome", NOT_SENT: "not sent"}
    counted = ", ".join(f"{summary[outcome]} {names[outcome]}" for outcome in FAILURES if summary[outcome])
    first = next((result for result in results if result["outcome"] in PROBLEMS), None)
    example = f" First {clean_text(first['name'], MAX_NAME_LENGTH)}: {first['msg']}" if first is not None else ""
    return f"Not changed as asked: {failures} of {summary['total']} accounts ({counted}).{example}"
