# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Setting a password, as far as a receipt leaves anything to do."""

from __future__ import annotations

import typing as t

from .._api.password_change import FINISHED, IN_PROGRESS, Change
from .._api.sync_groups import SyncGroups
from .._client.client import Client
from .._errors import (
    ChangeFailedError,
    IscError,
    OutcomeUnknownError,
)
from .._limits import check_text
from .._task.execution import Result
from .._text import clean_text
from .._times import format_time
from .decision import RESUME, SEND, Wishes
from .follow import look_at_change
from .prepare import (
    Target,
    concerns_about,
    find_target,
    prepare,
    see_through,
    send,
)
from .receipt import Place, Receipt
from .receipt_log import ReceiptKeeper
from .wait import Patience

NOTHING_SENT: Result = {"request_id": None, "state": None, "errors": [], "source_ids": [], "duration": None}
"""The result keys of a change that check mode only predicts."""


class PasswordRun:
    """One run of isc_password with its client, options and receipt."""

    def __init__(
        self,
        client: Client,
        params: t.Mapping[str, t.Any],
        patience: Patience,
        keeper: ReceiptKeeper,
        check_mode: bool,
    ) -> None:
        self._client = client
        self._params = params
        self._patience = patience
        self._keeper = keeper
        self._check_mode = check_mode

    def perform(self, wishes: Wishes) -> Result:
        """Do what is to be done, and return the module's result.

        :raises IscError: what stands against it, or how else it ended. Once a change is accepted (now or by an earlier
            run), that is OutcomeUnknownError or ChangeFailedError, with ``changed``.
        """
        check_text("password", self._params["password"])
        target = find_target(self._client, self._params)
        place = Place(self._client.tenant, target.info.source_id, target.account_id)
        self._keeper.check_place(place)
        try:
            done = self._done(target, place, self._keeper.decide(self._params["password"], wishes, self._now()))
        except IscError as error:
            if isinstance(error, (OutcomeUnknownError, ChangeFailedError)):
                # Of a sync group, some sources may have taken a change that failed on others.
                changed = isinstance(error, OutcomeUnknownError) or len(error.details["source_ids"]) > 1
                error.add_details(changed=changed)
                if isinstance(error, OutcomeUnknownError) and self._keeper.resumable:
                    error.add_hint("Or run this again with its receipt: that waits on as well, and sends nothing.")
            error.add_details(receipt=self._keeper.value)
            raise
        finally:
            self._client.warnings.extend(self._keeper.warnings())
        return {
            "identity_id": target.info.identity_id,
            "source_id": target.info.source_id,
            "account_id": target.account_id,
            "policy_violations": [],
            **done,
            "receipt": self._keeper.value,
            **self._diff(target, done),
        }

    def _done(self, target: Target, place: Place, decision: str) -> Result:
        earlier = self._keeper.earlier
        if decision == SEND or earlier is None:
            return self._set(target, place)
        if decision == RESUME:
            return self._resume(earlier) or self._set(target, place)
        return {**_change_keys(Change(earlier.request_id, FINISHED)), "changed": False, "decision": decision}

    def _set(self, target: Target, place: Place) -> Result:
        prepared = prepare(self._params["password"], target, self._params["enforce_policy"])
        self._client.warnings.extend(concerns_about(self._client, prepared, self._check_mode))
        group, concern = SyncGroups(self._client).concern_about(
            target.info.source_id, self._params["sync_group"], self._check_mode
        )
        if concern:
            self._client.warnings.append(concern)
        common = {
            "decision": SEND,
            "changed": True,
            "policy_violations": list(prepared.policy_violations),
            **({} if group is None else {"sync_group": group.as_result()}),
        }
        if self._check_mode:
            return {**NOTHING_SENT, **common}
        self._keeper.before_sending(place, self._params["password"], self._now())
        started = self._client.runtime.clock()
        try:
            change = send(self._client, prepared)
        except OutcomeUnknownError:
            raise
        except IscError:
            self._keeper.not_sent()
            raise
        self._keeper.following(change, self._now())
        change = self._seen_through(change)
        return {**_change_keys(change, round(self._client.runtime.clock() - started, 3)), **common}

    def _resume(self, earlier: Receipt) -> Result | None:
        """Return what came of the request that an earlier run sent, or ``None`` when ISC doesn't know it any more."""
        wait = self._params["wait"]
        age = self._now() - earlier.time
        change = look_at_change(self._client, Change(earlier.request_id, IN_PROGRESS), age, self._patience, wait)
        if change is None:
            self._client.warnings.append(
                f"ISC doesn't know the request {clean_text(earlier.request_id or '', 200)} any more, which the receipt "
                "names as in progress. What came of it is not known, so the password is set again."
            )
            return None
        if self._check_mode:
            change.raise_if_failed()
        else:
            change = self._seen_through(change)
        # Without waiting this run may neither have sent anything nor have seen anything end.
        return {**_change_keys(change), "changed": change.ended or wait, "decision": RESUME}

    def _seen_through(self, change: Change) -> Change:
        try:
            change = see_through(self._client, change, self._patience if self._params["wait"] else None)
        except ChangeFailedError as error:
            self._keeper.following(Change(error.details.get("request_id"), error.details["state"]))
            raise
        self._keeper.following(change)
        return change

    def _now(self) -> float:
        return self._client.runtime.time()

    def _diff(self, target: Target, done: Result) -> Result:
        """Return what Ansible shows in diff mode: how far the receipt says that the change got, in check mode later."""
        if self._keeper.value is None:
            return {}
        after = _shown(self._keeper.current)
        if self._check_mode and done["changed"]:
            predicted = FINISHED if self._params["wait"] or done["state"] == FINISHED else IN_PROGRESS
            after.update(account_id=target.account_id, state=predicted)
            if done["decision"] == SEND:
                after.update(request_id=None, time=format_time(self._now()))
        return {"diff": {"before": _shown(self._keeper.earlier), "after": after}}


def _shown(receipt: Receipt | None) -> Result:
    if receipt is None:
        return {}
    value = receipt.as_value()
    return {key: value[key] for key in ("account_id", "state", "request_id", "time")}


def _change_keys(change: Change, duration: float | None = None) -> Result:
    return {**change.as_result(), "duration": duration}
