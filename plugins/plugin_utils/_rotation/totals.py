# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The totals of a batch, for a workflow of AWX and for people."""

from __future__ import annotations

import collections
import typing as t

from ...module_utils._outcomes import NOT_SENT, OUTCOMES, SUCCESSES, UNKNOWN

Result = t.Mapping[str, t.Any]
Totals = dict[str, t.Any]

STATS = "rotate_password_stats"
MOST_FAILURES = 100
"""The number of failures with full details. AWX stores the artifacts of a workflow in its database."""


def has_failed(result: Result) -> bool:
    """Return whether a rotation with this result has failed, including one whose hook failed after the change."""
    return result["outcome"] not in SUCCESSES or result["step"] is not None


def add_results(earlier: t.Mapping[str, t.Any], results: t.Mapping[str, Result]) -> Totals:
    """Return the totals of all serial batches so far.

    :param earlier: the totals of the previous batches, empty for the first one.
    :param results: the results of this batch by host.
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
    """Return the entry of a task's result that passes *totals* on to a workflow, as ``set_stats`` does.

    :param aggregate: whether they are merged with the totals of other hosts.
    """
    return {"ansible_stats": {"data": {STATS: dict(totals)}, "aggregate": aggregate, "per_host": False}}


def summary(
    results: t.Collection[Result], seconds: float, journal: str | None, reports: t.Sequence[str], check_mode: bool
) -> str:
    """Return the one-line summary of a batch that took *seconds*."""
    counts = collections.Counter(result["outcome"] for result in results)
    counted = [f"{counts[each]} {'not sent' if each == NOT_SENT else each}" for each in OUTCOMES if counts[each]]
    after = sum(result["outcome"] in SUCCESSES and has_failed(result) for result in results)
    counted += [f"{after} with a failure after the change"] if after else []
    total = len(results)
    listed = ", ".join(counted) or "nothing to do"
    parts = [f"{total} {'account' if total == 1 else 'accounts'}: {listed}, in {seconds:.0f} s"]
    parts += [f"journal {journal}"] if journal and not check_mode else []
    parts += [f"report {path}" for path in reports]
    return "; ".join(parts) + (" (check mode, nothing was sent)." if check_mode else ".")
