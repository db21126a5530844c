# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcomes of the hosts of a play, for a workflow of AWX and for people."""

from __future__ import annotations

import typing as t

from ...module_utils._outcomes import NOT_SENT, OUTCOMES, SUCCESSES, UNKNOWN

Result = t.Mapping[str, t.Any]
Totals = dict[str, t.Any]

STATS = "rotate_password_stats"
MOST_FAILURES = 100
"""How many failures are told in full; AWX keeps what is handed to a workflow in its database."""


def has_failed(result: Result) -> bool:
    """Return whether a rotation with this result has failed; that of a hook after the change is a failure too."""
    return result["outcome"] not in SUCCESSES or result["step"] is not None


def add_results(earlier: t.Mapping[str, t.Any], results: t.Mapping[str, Result]) -> Totals:
    """Return the totals of the serial batches so far.

    :param earlier: those of the ones before; empty for the first one.
    :param results: by host.
    """
    totals: Totals = {
        "totals": dict(earlier.get("totals") or dict.fromkeys(OUTCOMES, 0)),
        "failed_hosts": list(earlier.get("failed_hosts", [])),
        "unknown_hosts": list(earlier.get("unknown_hosts", [])),
        "failures": dict(earlier.get("failures", {})),
    }
    for host, result in results.items():
        totals["totals"][result["outcome"]] += 1
        if result["outcome"] == UNKNOWN:
            totals["unknown_hosts"].append(host)
        if has_failed(result):
            totals["failed_hosts"].append(host)
            if len(totals["failures"]) < MOST_FAILURES:
                totals["failures"][host] = {key: result[key] for key in ("outcome", "step", "msg", "request_id")}
    return totals


def as_stats(totals: t.Mapping[str, t.Any], aggregate: bool = False) -> dict[str, t.Any]:
    """Return the entry of a task's result that keeps *totals* for a workflow.

    :param aggregate: whether it is added to what other hosts have kept.
    """
    return {"ansible_stats": {"data": {STATS: dict(totals)}, "aggregate": aggregate, "per_host": False}}


def summary(
    results: t.Collection[Result], seconds: float, journal: str | None, reports: t.Sequence[str], check_mode: bool
) -> str:
    """Return the line for people about a batch that took *seconds*."""
    counted = []
    for outcome in OUTCOMES:
        count = sum(1 for result in results if result["outcome"] == outcome)
        counted += [f"{count} {'not sent' if outcome == NOT_SENT else outcome}"] if count else []
    after = sum(1 for result in results if result["outcome"] in SUCCESSES and has_failed(result))
    counted += [f"{after} with a failure after the change"] if after else []
    total = len(results)
    parts = [f"{total} {'account' if total == 1 else 'accounts'}: {', '.join(counted) or 'nothing to do'}"]
    parts[0] += f", in {seconds:.0f} s"
    parts += [f"journal {journal}"] if journal and not check_mode else []
    parts += [f"report {path}" for path in reports]
    return "; ".join(parts) + (" (check mode, nothing was sent)." if check_mode else ".")
