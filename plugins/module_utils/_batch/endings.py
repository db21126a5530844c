# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the accounts of a batch ended: told to the journal, counted, and kept as results."""

from __future__ import annotations

import typing as t

from .._api.password_change import Change
from .._change.wait import (
    Patience,
    timed_out_error,
    unreadable_error,
)
from .._errors import (
    ChangeFailedError,
    IscError,
    OutcomeUnknownError,
)
from .._outcomes import (
    ACCEPTED,
    FAILED,
    FINISHED,
    NOT_SENT,
    REFUSED,
    UNKNOWN,
)
from .account import BatchAccount
from .journal import Journal
from .results import (
    result_of,
)

NO_REQUEST_ID = "ISC accepted the password change without a request id, so its status can't be read."


class BatchEndings:
    """Takes note of how each account ended.

    :param patience: how changes are waited for, or ``None``.
    :param most_failures: when there are more, nothing new is sent; ``None`` for no end.
    :ivar stopped: why nothing new is sent any more: C(max_failures), C(interrupted) or a sentence.
    """

    def __init__(
        self, total: int, journal: Journal, patience: Patience | None, most_failures: int | None, check_mode: bool
    ) -> None:
        self.total = total
        self.check_mode = check_mode
        self.finished = 0
        self.failed = 0
        self.stopped: str | None = None
        self._journal = journal
        self._patience = patience
        self._most_failures = most_failures
        self._failed_before = 0

    @property
    def too_many_failures(self) -> bool:
        """Whether the run is to stop because of its failures."""
        failed = self.failed - self._failed_before
        return self.stopped is None and self._most_failures is not None and failed > self._most_failures

    def seen(self, account: BatchAccount, change: Change, duration: float) -> None:
        """Take note that a change was seen to have ended."""
        self._tell(account, lambda number: self._journal.seen(number, change))
        try:
            change.raise_if_failed()
        except ChangeFailedError as error:
            self._fail(account, FAILED, error, change, changed=len(change.source_ids) > 1, duration=duration)
        else:
            self._end(account, FINISHED, True, change=change, duration=duration)

    def accepted(self, account: BatchAccount) -> bool:
        """Take note that a change was accepted; return whether it is to be waited for."""
        change = t.cast(Change, account.change)
        if self._patience is None:
            if change.request_id is None:
                account.concerns.append(NO_REQUEST_ID)
            self._end(account, ACCEPTED, True, change=change)
            return False
        if change.request_id is None:
            self.unknown(account, OutcomeUnknownError(NO_REQUEST_ID, "Find out whether the new password holds."))
            return False
        return True

    def refused(self, account: BatchAccount, error: IscError) -> None:
        """Take note that nothing was accepted, and nothing will be tried again."""
        self.not_taken(account, error)
        self._fail(account, REFUSED, error)

    def not_taken(self, account: BatchAccount, error: IscError) -> None:
        """Take note that a change was sent and certainly not processed; it will be sent again."""
        self._tell(account, lambda number: self._journal.refused(number, error.message))

    def unknown(self, account: BatchAccount, error: IscError) -> None:
        """Take note that it is not known what became of a change, and that this run won't find out."""
        self._tell(account, lambda number: self._journal.unknown(number, error.message))
        self._fail(account, UNKNOWN, error, account.change, changed=True)

    def timed_out(self, account: BatchAccount, problem: IscError | None) -> None:
        """Take note that a change has not ended in time."""
        self.unknown(
            account, timed_out_error(t.cast(Change, account.change), t.cast(Patience, self._patience), problem)
        )

    def unreadable(self, account: BatchAccount, error: IscError) -> None:
        """Take note that the status of a change can't be read."""
        self.unknown(account, unreadable_error(t.cast(Change, account.change), error))

    def not_sent(self, account: BatchAccount) -> None:
        """Take note that the run stopped before the account's change was sent."""
        account.result = result_of(account, NOT_SENT, False)
        account.result["msg"] = "Not sent, because the run stopped before."

    def predicted(self, account: BatchAccount) -> None:
        """Take note that in check mode, nothing stands against the change."""
        self._end(account, FINISHED if self._patience is not None else ACCEPTED, True)
        if account.prepared is not None and account.result is not None:
            info = account.prepared.target.info
            queried = {field: getattr(info, field) for field in ("identity_id", "public_key_id", "public_key")}
            account.result.update(queried, policies=list(info.policies))

    def unchanged(self, account: BatchAccount, change: Change) -> None:
        """Take note that an earlier run has finished the change."""
        self._end(account, FINISHED, False, change=change)

    def left_alone(self, account: BatchAccount, change: Change) -> None:
        """Take note that an earlier run has sent the change, and this one does not wait."""
        self._end(account, ACCEPTED, False, change=change)

    def left_unknown(self, account: BatchAccount, reason: str, hint: str) -> None:
        """Take note that it is not known what became of a change that an earlier run sent."""
        self._failed_before += 1
        self._fail(account, UNKNOWN, OutcomeUnknownError(reason, hint), account.change)

    def interrupted(self, account: BatchAccount) -> None:
        """Take note that the run was interrupted while the change was under way."""
        account.result = result_of(account, UNKNOWN, True, account.change)
        if account.change is not None:
            account.result["msg"] = "The run was interrupted while it waited for the change."
        else:
            account.result["msg"] = "The run was interrupted while it sent the change; whether ISC got it is not known."

    def _end(self, account: BatchAccount, outcome: str, changed: bool, **more: t.Any) -> None:
        account.result = result_of(account, outcome, changed, **more)
        self.finished += 1

    def _fail(
        self,
        account: BatchAccount,
        outcome: str,
        error: IscError,
        change: Change | None = None,
        changed: bool = False,
        duration: float | None = None,
    ) -> None:
        account.result = result_of(account, outcome, changed, change, error, duration)
        self.failed += 1

    def _tell(self, account: BatchAccount, write: t.Callable[[int], None]) -> None:
        if account.number is not None:
            write(account.number)
