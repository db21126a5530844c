# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outcomes of a password change and the steps at which it can fail, as named by modules, role, journal and report."""

from __future__ import annotations

FINISHED = "finished"  # ISC reported that the password is set.
ACCEPTED = "accepted"  # ISC accepted the change, and this run did not wait for it to finish.
UNCHANGED = "unchanged"  # No change was due.
REFUSED = "refused"  # ISC accepted nothing; the previous password is still valid.
FAILED = "failed"  # ISC accepted the change and then reported FAILED.
UNKNOWN = "unknown"  # It is unknown whether ISC received the change, or how it ended.
NOT_SENT = "not_sent"  # The run stopped before it sent this change.

SUCCESSES = (FINISHED, ACCEPTED, UNCHANGED)

PROBLEMS = (FAILED, REFUSED, UNKNOWN)  # Failures that each have their own reason.

FAILURES = (*PROBLEMS, NOT_SENT)
OUTCOMES = (*SUCCESSES, *FAILURES)

AT_OPTIONS = "options"
AT_QUERY = "query"
AT_STORE = "store"
AT_HOOK_BEFORE = "hook_before"
AT_SET = "set"
AT_WAIT = "wait"
AT_HOOK_AFTER = "hook_after"
STEPS = (AT_OPTIONS, AT_QUERY, AT_STORE, AT_HOOK_BEFORE, AT_SET, AT_WAIT, AT_HOOK_AFTER)
