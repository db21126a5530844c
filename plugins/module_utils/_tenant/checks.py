# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All checks of a tenant in their order, and what of them can be told to anyone."""

from __future__ import annotations

import typing as t

from .._versions import VERSION
from . import account, connection, permissions
from .inspection import Check, Checker, Inspection

CHECKS: tuple[Checker, ...] = (*connection.CHECKS, *permissions.CHECKS, *account.CHECKS)

NOT_READ = "Not answered by reads: what a set answers, how long changes and keys last, partial failures of sync groups."


def check_tenant(inspection: Inspection) -> list[Check]:
    """Make all checks, also those after one that failed."""
    return [each.check(inspection) for each in CHECKS]


def lines_for_issue(inspection: Inspection, checks: t.Sequence[Check]) -> list[str]:
    """Return what was found as lines of text without secrets, and without names of the tenant, users and sources."""
    limits = ", ".join(f"{name}: {value}" for name, value in sorted(inspection.limits.items()))
    facts = {
        "collection": VERSION,
        "api_version": inspection.client.api_version,
        **inspection.facts,
        "answers": "; ".join(f"{name}: {code}" for name, code in sorted(inspection.answers.items())) or "none",
        "rate limit headers": limits or "none",
        "checks": "; ".join(f"{check.name}: {check.state}" for check in checks),
    }
    return [*(f"{name}: {value}" for name, value in facts.items()), NOT_READ]
