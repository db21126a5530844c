# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Journals of batches, written line by line for tests."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.community.sailpoint.plugins.module_utils._batch.journal import JournalHistory, read_history
from ansible_collections.community.sailpoint.plugins.module_utils._times import format_exact_time, parse_exact_time
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch import Report, batch_report

TENANT = "https://acme.api.identitynow.com"
START = parse_exact_time("2026-03-14T09:00:00.000Z")
AD = "Active Directory"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\"' onmouseover='alert(1)' x=\"",
    "&lt;b&gt; &amp;",
    "a\u2028b\u2029c",
    "zo\u00eb.o'neil",
    "half \ud83d of a pair",
    "nul \0 and \x1b",
)
"""Names and reasons that must not become markup of a page."""


class JournalText:
    """A journal that tests append to. Times are seconds since START."""

    def __init__(self, tenant: str = TENANT) -> None:
        self.lines: list[dict[str, Any]] = [{"format": 1, "tenant": tenant}]
        self._accounts = 0

    def began(self, at: float, total: int = 0) -> JournalText:
        """Add the begin of a run."""
        return self._add(run="began", time=_time(at), total=total)

    def ended(self, at: float, stopped: str | None = None) -> JournalText:
        """Add the end of a run."""
        return self._add(run="ended", time=_time(at), stopped=stopped)

    def account(self, name: str, **identified_by: str) -> int:
        """Add an account, by default the user *name* on AD, and return its number."""
        self._add(account=self._accounts, name=name, **(identified_by or {"user_name": name, "source_name": AD}))
        self._accounts += 1
        return self._accounts - 1

    def step(self, account: int, step: str, at: float, **more: Any) -> JournalText:
        return self._add(account=account, step=step, time=_time(at), **more)

    def sent(self, account: int, at: float, account_id: str | None = None) -> JournalText:
        """Add the step before a change is sent."""
        account_id = account_id or f"CN=number {account},DC=acme"
        return self.step(account, "sending", at, source_id="source-1", account_id=account_id)

    def accepted(self, account: int, at: float, sent_at: float | None = None, **of: str) -> JournalText:
        """Add the steps of a change that was sent and accepted."""
        self.sent(account, at if sent_at is None else sent_at, **of)
        return self.step(account, "accepted", at, request_id=f"request-{account}", state="IN_PROGRESS", source_ids=[])

    def ending(self, name: str, step: str, sent_at: float, at: float, **more: Any) -> JournalText:
        """Add an account whose change was accepted and ended."""
        number = self.account(name)
        return self.accepted(number, sent_at).step(number, step, at, **more)

    @property
    def content(self) -> bytes:
        return "".join(json.dumps(line) + "\n" for line in self.lines).encode("ascii")

    @property
    def history(self) -> JournalHistory:
        return read_history(self.content, "journal")

    def _add(self, **line: Any) -> JournalText:
        self.lines.append(line)
        return self


def report(*journals: JournalText, title: str = "Title") -> Report:
    return batch_report([journal.history for journal in journals], title)


def finished(name: str, sent_at: float, at: float, journal: JournalText | None = None) -> JournalText:
    """Return a journal with an account whose change has finished."""
    return (journal or JournalText().began(0, 1)).ending(name, "finished", sent_at, at, state="FINISHED")


def _time(at: float) -> str:
    return format_exact_time(START + at)
