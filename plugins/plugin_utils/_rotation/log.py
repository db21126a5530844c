# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The write-ahead log of a rotation, which is the record in its store."""

from __future__ import annotations

import typing as t

from ...module_utils._api.password_change import Change
from ...module_utils._errors import IscError, RecordError
from .._stores.base import Store
from .record import PendingPassword, Record
from .rotation import Rotation
from .steps import accepted, failed, finished, forgotten, refused


class StoreLog:
    """Updates the record of a rotation and stores it.

    :param time: returns the time in seconds since 1970.
    :ivar problem: why the latest record could not be stored, or ``None``.
    """

    def __init__(self, rotation: Rotation, store: Store, time: t.Callable[[], float], check_mode: bool = False) -> None:
        self.problem: RecordError | None = None
        self._rotation = rotation
        self._store = store
        self._time = time
        self._check_mode = check_mode
        self._pending: PendingPassword | None = None

    def sending(self, source_id: str, account_id: str) -> None:
        """Stage the pending password.

        :raises RecordError: it can't be stored, so it must not be sent.
        """
        pending = t.cast(PendingPassword, self._record.pending or self._pending)
        record = self._record._replace(pending=pending)
        if pending.request_id is not None:
            # An earlier run sent it, and ISC has forgotten that request.
            record = forgotten(record)
        if not (self._rotation.staged and record == self._record):
            self._save(record)
        self._pending, self._rotation.staged = record.pending, True

    def accepted(self, change: Change) -> None:
        """Store the request id."""
        if change.request_id is not None:
            self._try_save(accepted(self._record, change.request_id))

    def refused(self, error: IscError) -> None:
        """Drop the pending password, unless an earlier request may have set it."""
        record = self._record
        if self._rotation.staged and record.pending is not None:
            updated = refused(record)
            if updated != record:
                self._try_save(updated)

    def ended(self, change: Change) -> None:
        """Commit the password, or discard it."""
        now = self._time()
        if change.failed:
            self._try_save(failed(self._record, now))
        else:
            follow_up = self._rotation.options.has_follow_up
            self._try_save(finished(self._record, now, follow_up, change.request_id))

    def unknown(self, error: IscError) -> None:
        """Leave the password pending."""

    def store(self) -> None:
        """Store the record as it is.

        :raises RecordError: it can't be stored.
        """
        self._save(self._record)

    @property
    def _record(self) -> Record:
        return t.cast(Record, self._rotation.record)

    def _try_save(self, record: Record) -> None:
        self._rotation.record = record
        try:
            self._save(record)
        except RecordError as error:
            self.problem = error

    def _save(self, record: Record) -> None:
        self._rotation.version = self._store.save(record.as_value(), self._rotation.version, self._check_mode)
        self._rotation.record = record
        self.problem = None
