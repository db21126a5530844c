# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be durable before the next request goes out: the write-ahead log of a password change."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .._api.password_change import Change
    from .._errors import IscError


class ChangeLog(t.Protocol):
    """Each call returns once what it tells is durable, and comes from the thread that has just got the answer.

    So the only moment at which a killed run can lose track of a change is between ISC's answer and ``accepted``.
    """

    def sending(self, source_id: str, account_id: str) -> None:
        """Keep that the change of an account is about to be sent.

        :raises StorageError: it can't be kept, so nothing may be sent.
        """

    def accepted(self, change: Change) -> None:
        """Keep that ISC accepted the change. Never raises: the change is under way whatever happens here."""

    def refused(self, error: IscError) -> None:
        """Keep that nothing was accepted. Never raises."""

    def ended(self, change: Change) -> None:
        """Keep how the change ended, ``FINISHED`` or ``FAILED``. Never raises."""

    def unknown(self, error: IscError) -> None:
        """Keep that the outcome is not known, and that this run won't find out. Never raises."""


class Logs:
    """Several logs, told one after the other; what the first one can't keep, no other one is told to begin.

    Without any, nothing is kept.
    """

    def __init__(self, logs: t.Sequence[ChangeLog]) -> None:
        self._logs = logs

    def sending(self, source_id: str, account_id: str) -> None:
        """Keep that the change is about to be sent."""
        for log in self._logs:
            log.sending(source_id, account_id)

    def accepted(self, change: Change) -> None:
        """Keep that ISC accepted the change."""
        for log in self._logs:
            log.accepted(change)

    def refused(self, error: IscError) -> None:
        """Keep that nothing was accepted."""
        for log in self._logs:
            log.refused(error)

    def ended(self, change: Change) -> None:
        """Keep how the change ended."""
        for log in self._logs:
            log.ended(change)

    def unknown(self, error: IscError) -> None:
        """Keep that the outcome is not known."""
        for log in self._logs:
            log.unknown(error)
