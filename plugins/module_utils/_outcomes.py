# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an account of a batch can end, by the names that results, journals and reports have in common."""

from __future__ import annotations

FINISHED = "finished"
ACCEPTED = "accepted"
FAILED = "failed"

REFUSED = "refused"
"""Nothing was accepted; the password from before still holds."""

UNKNOWN = "unknown"
"""Whether ISC got the change, or what came of it, is not known."""

NOT_SENT = "not_sent"
"""The batch stopped before it came to the account."""

PROBLEMS = (FAILED, REFUSED, UNKNOWN)
"""What has a reason of its own."""

FAILURES = (*PROBLEMS, NOT_SENT)
OUTCOMES = (FINISHED, ACCEPTED, *FAILURES)
