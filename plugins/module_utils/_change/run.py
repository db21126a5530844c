# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operation of isc_password: sets one password, unless its receipt shows that no change is needed."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from .._api.accounts import check_search
from .._api.change_records import ChangedAccount, find_evidence
from .._api.password_change import CHANGE_FINISHED, CHANGE_IN_PROGRESS, NOTHING_SENT, Change
from .._client.client import Client
from .._errors import IscError, check_text
from .._outcomes import ACCEPTED, FAILED, UNKNOWN
from .._password.fingerprint import NoScryptError
from .._times import format_time
from .age import ISC, YOUNG, KnownAge, ask_age, newer
from .decision import RESUMED, SEND, UpdateOptions, age_of, decide, update_options
from .flow import ChangeFlow, Decision, Leave, Resume, Settings, Watch, drive, interrupted_error, unwatched
from .poll import intervals, poll_settings
from .prepare import Target
from .receipt import CHANGE_UNKNOWN, ReceiptLog
from .sync_group import SyncGroups

Result = dict[str, t.Any]


def run_change(client: Client, params: t.Mapping[str, t.Any], check_mode: bool, watch: Watch = unwatched) -> Result:
    """Set a password if it is due, and return the result of isc_password.

    :param watch: handles interruptions while requests are sent.
    :raises IscError: the change was refused, failed, or has an unknown outcome. The details hold ``outcome`` and
        ``step`` and, once a change was accepted (now or by an earlier run), ``changed``.
    """
    polling = poll_settings(params)
    options = update_options(params)
    if options.asks_isc:
        check_search(client, f"age_from is {ISC}")
    password = check_text("password", params["password"])
    settings = Settings(polling if params["wait"] else None, params["retries"], check_mode)
    with ReceiptLog(client.tenant, password, client.runtime.time).opened(params, check_mode) as receipt:
        decider = _Decider(client, receipt, options, password, params, check_mode)
        flow = ChangeFlow(params, password, settings, client.runtime, receipt, decider)
        pauses = intervals(polling, client.runtime.random)
        try:
            with watch(lambda: _interrupted(flow, receipt, params), lambda: flow.sending):
                drive(flow, client.without_retries(), SyncGroups(client), pauses)
        finally:
            client.warnings += [*flow.warnings, *receipt.warnings(), *decider.warnings()]
        if flow.error is not None:
            raise _failure(flow, receipt, client, params)
        return _result(flow, receipt, decider, check_mode, client.runtime.time())


@dataclasses.dataclass(eq=False, repr=False)
class _Decider:
    """Decides what to do once the account is found.

    :ivar decision: the decision, as the result shows it.
    :ivar age: the age of the password, if ``max_age`` is given and a receipt or ISC was consulted.
    """

    client: Client
    receipt: ReceiptLog
    options: UpdateOptions
    password: str
    params: t.Mapping[str, t.Any]
    check_mode: bool
    decision: str = SEND
    age: KnownAge | None = None
    _earlier_run_warning: str = ""

    def warnings(self) -> list[str]:
        warnings = [*filter(None, (self._earlier_run_warning, self._not_set_warning()))]
        if self.decision == SEND and self.age is not None and self.age.last_set is None:
            warnings.append("ISC doesn't know how old the password is, so it is set, because unknown_age is change.")
        return warnings

    def __call__(self, target: Target) -> Decision:
        now = self.client.runtime.time()
        if self.options.max_age is not None:
            self.age = age_of(self.receipt.earlier)
        with self.receipt.earlier_for(target.info.source_id, target.account_id) as earlier:
            self.decision = decide(earlier, self.password, self.options, now, lambda: self._ask_isc(target))
        if self.decision == SEND:
            self._check_earlier_run(target)
            return None
        if earlier is not None and self.decision == RESUMED:
            return Resume(Change(earlier.request_id, CHANGE_IN_PROGRESS), earlier.time, set_if_forgotten=True)
        if earlier is not None and earlier.state == CHANGE_FINISHED:
            return Leave(Change(earlier.request_id, CHANGE_FINISHED))
        return Leave(None)

    def _ask_isc(self, target: Target) -> KnownAge:
        max_age = t.cast(float, self.options.max_age)
        ids = target.info.source_id, target.account_id
        reported = ask_age(self.client, *ids, max_age, self.options.reload, self.check_mode)
        self.age = newer(self.age, reported, self.client.runtime.time())
        return reported

    def _check_earlier_run(self, target: Target) -> None:
        earlier = self.receipt.earlier
        if earlier is None or earlier.state != CHANGE_UNKNOWN:
            return
        found = find_evidence(self.client, _changed_account(target, self.params), earlier.time)
        self._earlier_run_warning = (
            f"An earlier run sent a password at {format_time(earlier.time)}, and its outcome is not known. {found} "
            "The given password is set now."
        )

    def _not_set_warning(self) -> str:
        earlier = self.receipt.earlier
        if self.decision != YOUNG or earlier is None:
            return ""
        if self.age is not None and self.age.age_from != ISC:
            with contextlib.suppress(NoScryptError):
                if earlier.fingerprint.matches(self.password):
                    return ""
        return "The given password was not set: another one was set less than max_age ago."


_WITH_RECEIPT = "Or run this again with its receipt: that also keeps waiting, and sends nothing."


def _changed_account(target: Target, params: t.Mapping[str, t.Any]) -> ChangedAccount:
    info = target.info
    names = params.get("source_name"), params.get("user_name")
    return ChangedAccount(target.account_id, info.source_id, *names, identity_id=info.identity_id)


def _failure(flow: ChangeFlow, receipt: ReceiptLog, client: Client, params: t.Mapping[str, t.Any]) -> Exception:
    error = t.cast(t.Any, flow.error)
    if flow.outcome == UNKNOWN and flow.target is not None:
        found = find_evidence(client, _changed_account(flow.target, params), flow.send_time)
        error = error.replace(message=f"{error.message} {found}")
    if flow.outcome == UNKNOWN and receipt.resumable:
        error = error.with_hint(_WITH_RECEIPT)
    details = {**error.details, "outcome": flow.outcome, "step": flow.step}
    if flow.outcome in (UNKNOWN, FAILED):
        details["changed"] = flow.changed
    if receipt.matches_account and receipt.value is not None:
        details["receipt"] = receipt.value
    return error.replace(details=details)


def _interrupted(flow: ChangeFlow, receipt: ReceiptLog, params: t.Mapping[str, t.Any]) -> IscError:
    """Return the error to report if the run is interrupted now. Only a receipt in a file survives the interruption."""
    error = interrupted_error(flow)
    resumable = params["receipt_file"] is not None and receipt.resumable
    return error.with_hint(_WITH_RECEIPT) if error.details["outcome"] == UNKNOWN and resumable else error


def _result(flow: ChangeFlow, receipt: ReceiptLog, decider: _Decider, check_mode: bool, now: float) -> Result:
    target, age = t.cast(Target, flow.target), decider.age
    sent = not flow.resumed and decider.decision in (SEND, RESUMED)
    if flow.change is None or (check_mode and sent):
        change: Result = {**NOTHING_SENT, "duration": None}
    else:
        # Without waiting, the duration ends when ISC accepts the change.
        duration = flow.accepted_at - flow.requested_at if flow.duration is None else flow.duration
        change = {**flow.change.as_result(), "duration": round(duration, 3) if sent else None}
    predicted: Result = {}
    if check_mode and flow.changed:
        in_progress = flow.outcome == ACCEPTED and not (flow.change is not None and flow.change.ended)
        predicted = {"account_id": target.account_id, "state": CHANGE_IN_PROGRESS if in_progress else CHANGE_FINISHED}
        if sent:
            predicted.update(request_id=None, time=format_time(now))
    return {
        "identity_id": target.info.identity_id,
        "source_id": target.info.source_id,
        "account_id": target.account_id,
        "policy_violations": list(flow.policy_violations),
        **change,
        "outcome": flow.outcome,
        "changed": flow.changed,
        "decision": SEND if sent else decider.decision,
        **({} if age is None else {"password_age": age.as_result(now)}),
        **({} if flow.sync_group is None else {"sync_group": flow.sync_group.as_result()}),
        "receipt": receipt.value,
        **receipt.diff(("account_id", "state", "request_id", "time"), predicted),
    }
