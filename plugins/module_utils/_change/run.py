# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Setting one password, as far as a receipt leaves anything to do."""

from __future__ import annotations

import contextlib
import typing as t

from .._api.password_change import CHANGE_FINISHED, CHANGE_IN_PROGRESS, Change
from .._errors import IscError, check_text
from .._outcomes import ACCEPTED, FAILED, UNKNOWN
from .._password.fingerprint import NoScryptError
from .._times import format_time
from .decision import RESUMED, SEND, YOUNG, UpdateOptions, update_options
from .flow import ChangeFlow, Decision, Leave, Resume, Settings, drive
from .interrupted import Watch, interrupted_error, unwatched
from .poll import intervals, poll_settings
from .prepare import Target
from .receipt_log import ReceiptLog, Sent, open_receipt
from .sync_group import SyncGroups

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .receipt import Receipt

Result = dict[str, t.Any]

NOTHING_SENT: Result = {"request_id": None, "state": None, "errors": [], "source_ids": [], "duration": None}
"""The result keys of a change that check mode only predicts."""


def run_change(client: Client, params: t.Mapping[str, t.Any], check_mode: bool, watch: Watch = unwatched) -> Result:
    """Do what is to be done about one password, and return the result of isc_password.

    :param watch: watches over the requests.
    :raises IscError: what stands against it, or how else it ended. The details hold ``outcome``, ``step`` and, once a
        change was accepted (now or by an earlier run), ``changed``.
    """
    polling = poll_settings(params)
    options = update_options(params)
    password = check_text("password", params["password"])
    settings = Settings(polling if params["wait"] else None, params["retries"], check_mode)
    with open_receipt(params, Sent(client.tenant, password, client.runtime.time), check_mode) as receipt:
        decision = _Decision(receipt, options, password)
        flow = ChangeFlow(params, password, settings, client.runtime, receipt, decision)
        pauses = intervals(polling, client.runtime.random)
        try:
            with watch(lambda: _interrupted(flow, receipt, params), lambda: flow.sending):
                drive(flow, client.without_retries(), SyncGroups(client), pauses)
        finally:
            client.warnings += [*flow.warnings, *receipt.warnings(), *decision.warnings()]
        if flow.error is not None:
            raise _failure(flow, receipt)
        return _result(flow, receipt, decision.word, check_mode, client.runtime.time())


class _Decision:
    """Decides once the account is found. ``word`` is the decision as the result tells it."""

    def __init__(self, receipt: ReceiptLog, options: UpdateOptions, password: str) -> None:
        self.word = SEND
        self._receipt = receipt
        self._password = password
        self._options = options

    def warnings(self) -> list[str]:
        """Return what has to be said about a password that is not set."""
        earlier = self._receipt.earlier
        if self.word != YOUNG or earlier is None:
            return []
        with contextlib.suppress(NoScryptError):
            if earlier.fingerprint.is_of(self._password):
                return []
        return ["The password that was given was not set: another one was set less than max_age ago."]

    def __call__(self, target: Target) -> Decision:
        self.word = self._receipt.decide(target.info.source_id, target.account_id, self._options)
        earlier = self._receipt.earlier
        if self.word == SEND or earlier is None:
            return None
        if self.word == RESUMED:
            return Resume(Change(earlier.request_id, CHANGE_IN_PROGRESS), earlier.time, set_if_forgotten=True)
        return Leave(Change(earlier.request_id, CHANGE_FINISHED))


_WITH_RECEIPT = "Or run this again with its receipt: that keeps waiting as well, and sends nothing."


def _failure(flow: ChangeFlow, receipt: ReceiptLog) -> Exception:
    error = t.cast(t.Any, flow.error)
    if flow.outcome == UNKNOWN and receipt.resumable:
        error = error.with_hint(_WITH_RECEIPT)
    details = {**error.details, "outcome": flow.outcome, "step": flow.step}
    if flow.outcome in (UNKNOWN, FAILED):
        details["changed"] = flow.changed
    if receipt.of_the_account and receipt.value is not None:
        details["receipt"] = receipt.value
    return error.replaced(details=details)


def _interrupted(flow: ChangeFlow, receipt: ReceiptLog, params: t.Mapping[str, t.Any]) -> IscError:
    """Return what is known now. A receipt that would have been returned is lost with the run."""
    error = interrupted_error(flow)
    resumable = params["receipt_file"] is not None and receipt.resumable
    return error.with_hint(_WITH_RECEIPT) if error.details["outcome"] == UNKNOWN and resumable else error


def _result(flow: ChangeFlow, receipt: ReceiptLog, word: str, check_mode: bool, now: float) -> Result:
    target = t.cast(Target, flow.target)
    sent = not flow.resumed and word in (SEND, RESUMED)
    if flow.change is None or (check_mode and sent):
        change: Result = dict(NOTHING_SENT)
    else:
        change = {**flow.change.as_result(), "duration": _duration(flow) if sent else None}
    return {
        "identity_id": target.info.identity_id,
        "source_id": target.info.source_id,
        "account_id": target.account_id,
        "policy_violations": list(flow.policy_violations),
        **change,
        "outcome": flow.outcome,
        "changed": flow.changed,
        "decision": SEND if sent else word,
        **({} if flow.sync_group is None else {"sync_group": flow.sync_group.as_result()}),
        "receipt": receipt.value,
        **_diff(flow, receipt, sent, check_mode, now),
    }


def _duration(flow: ChangeFlow) -> float:
    """Return the seconds from sending the change to its end, or to its acceptance where that is not waited for."""
    return round(flow.accepted_at - flow.requested_at if flow.duration is None else flow.duration, 3)


def _diff(flow: ChangeFlow, receipt: ReceiptLog, sent: bool, check_mode: bool, now: float) -> Result:
    """Return what Ansible shows in diff mode: how far the receipt says that the change got, in check mode later."""
    if receipt.value is None:
        return {}
    after = _shown(receipt.current)
    if check_mode and flow.changed:
        in_progress = flow.outcome == ACCEPTED and not (flow.change is not None and flow.change.ended)
        state = CHANGE_IN_PROGRESS if in_progress else CHANGE_FINISHED
        after.update(account_id=t.cast(Target, flow.target).account_id, state=state)
        if sent:
            after.update(request_id=None, time=format_time(now))
    return {"diff": {"before": _shown(receipt.earlier), "after": after}}


def _shown(receipt: Receipt | None) -> Result:
    if receipt is None:
        return {}
    value = receipt.as_value()
    return {key: value[key] for key in ("account_id", "state", "request_id", "time")}
