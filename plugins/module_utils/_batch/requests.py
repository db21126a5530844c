# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the threads of a batch do: one request each time, with the work around it."""

from __future__ import annotations

import typing as t

from .._api.operations import read_change_status
from .._api.password_change import Change
from .._api.sync_groups import SyncGroups
from .._change.prepare import (
    PreparedChange,
    concerns_about,
    find_target,
    prepare,
    send,
)
from .._client.client import Client
from .._errors import InputError, IscError
from .._password.generator import generate_password
from .._password.policy import PolicyError
from .account import BatchAccount
from .journal import Journal
from .results import (
    change_without_password,
    hide_password,
)
from .schedule import QUERY, SET, Job


class BatchRequests:
    """Performs the jobs of a batch.

    :param client: one that tries each request once; when to try again is decided for all of them.
    :param sync_groups: those of the tenant, with a client that retries.
    """

    def __init__(self, client: Client, journal: Journal, sync_groups: SyncGroups, check_mode: bool) -> None:
        self._client = client
        self._sync_groups = sync_groups
        self._journal = journal
        self._check_mode = check_mode

    def perform(self, job: Job) -> t.Any:
        """Send the job's request and return what came of it: a PreparedChange or a Change.

        Neither a change nor an error tells the password of the account, should ISC have repeated it.

        :raises IscError: it went wrong.
        :raises JournalError: nothing was sent.
        """
        try:
            return self._perform(job)
        except IscError as error:
            hide_password(job.account, error)
            raise

    def _perform(self, job: Job) -> t.Any:
        if job.kind == QUERY:
            return self.prepare(job.account)
        if job.kind == SET:
            return self._set(job.account)
        earlier = t.cast(Change, job.account.change)
        change = read_change_status(self._client, t.cast(str, earlier.request_id)).following(earlier)
        return change_without_password(job.account, change)

    def prepare(self, account: BatchAccount) -> PreparedChange:
        """Find the account, with a query unless its ids were given, and encrypt its password."""
        target = find_target(self._client, account.options)
        if account.options["discard"]:
            account.password = _random_password(target.info.policies)
        prepared = prepare(str(account.password), target, account.options["enforce_policy"])
        account.concerns = concerns_about(self._client, prepared, self._check_mode)
        account.sync_group, concern = self._sync_groups.concern_about(
            target.info.source_id, account.options["sync_group"], self._check_mode
        )
        if concern:
            account.concerns.append(concern)
        return prepared

    def _set(self, account: BatchAccount) -> Change:
        prepared = t.cast(PreparedChange, account.prepared)
        if account.number is not None:
            self._journal.sending(account.number, prepared.target.info.source_id, prepared.target.account_id)
        change = change_without_password(account, send(self._client, prepared))
        if account.number is not None:
            self._journal.accepted(account.number, change)
        return change


def _random_password(policies: t.Sequence[str]) -> str:
    try:
        return generate_password(list(policies))
    except PolicyError as error:
        raise InputError(
            f"No password can be generated: {error}", "Give a password that the source takes, instead of discard."
        ) from None
