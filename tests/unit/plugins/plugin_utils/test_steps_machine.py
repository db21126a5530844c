# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs are killed anywhere and tenants lose responses: no password is lost, and none is generated twice."""

from __future__ import annotations

from ansible_collections.community.sailpoint.plugins.module_utils._change.decision import ALWAYS, WHEN_CHANGED
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RotationBusyError, RotationUnknownError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import RunOwner
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    Record,
    RecordedAccount,
    RecordedPassword,
    read_record,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.steps import PlanOptions
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

ACCOUNT = RecordedAccount("svc-backup", "Active Directory", "source", "account")
RESPONSES = ("accepted", "lost before", "lost after", "refused")
WANTED = st.builds(
    PlanOptions,
    value=st.sampled_from([None, None, "given one", "given two"]),
    update_password=st.sampled_from([ALWAYS, WHEN_CHANGED]),
    max_age=st.sampled_from([None, 60.0]),
    on_unknown=st.sampled_from(steps.ON_UNKNOWN),
    follow_up=st.booleans(),
)


class FakeTenant:
    """An account on two sources of a sync group, and its change requests, which may be forgotten."""

    def __init__(self, history: bool) -> None:
        self.history = history
        self.held = ["at first", "at first"]
        self.ever = {"at first"}
        self.requests: dict[str, list[str]] = {}

    def ask(self, password: str) -> str:
        request = f"request-{len(self.requests) + 1}"
        self.requests[request] = [password, "IN_PROGRESS"]
        return request

    def judge(self, request: str, succeeds: bool, partially: bool) -> None:
        password = self.requests[request][0]
        succeeds, partially = (False, False) if self.history and password in self.ever else (succeeds, partially)
        if succeeds:
            self.held = [password, password]
        elif partially:
            self.held[1] = password
        self.ever.update(self.held)
        self.requests[request][1] = "FINISHED" if succeeds else "FAILED"

    @property
    def in_progress(self) -> list[str]:
        return [request for request, kept in self.requests.items() if kept[1] == "IN_PROGRESS"]


class Rotations(RuleBasedStateMachine):
    """One store, one tenant and one run at a time, made of the role's steps."""

    @initialize(history=st.booleans())
    def begin(self, history):
        self.tenant = FakeTenant(history)
        self.store = Record(ACCOUNT, RecordedPassword("at first", 0.0))
        self.now, self.made, self.number, self.run, self.response = 1000.0, 0, 0, None, "accepted"
        self.staged = {"at first"}

    def save(self, record):
        """Store a record as a store does: times in whole seconds, everything through JSON types."""
        self.store = read_record(record.as_value(), ACCOUNT)
        self.staged |= {record.pending.password} if record.pending else set()

    def make_password(self):
        assert self.store.pending is None, "a password was made beside a pending one"
        self.made += 1
        return f"made {self.made}"

    def rotate(self, wanted, me):
        """Yield between the steps of the role. A run that is not continued was killed."""
        settled, record = False, self.store
        while True:
            record = self.read_pending_change(record, wanted)
            before = record.pending
            try:
                plan = steps.plan(record, wanted, self.make_password, me, self.now, settled)
            except (RotationBusyError, RotationUnknownError):
                return
            record = plan.record
            yield
            if plan.due == steps.STORE:
                self.save(record)
                return
            if plan.due in (steps.NOTHING, steps.NOTIFY):
                break
            request = record.pending.request_id
            if plan.due == steps.SET:
                request, record = yield from self.send(record)
            if request is None or not (yield from self.wait(request, record)):
                return
            record = self.store
            if settled or before is None or wanted.value in (None, before.password):
                break
            settled = True
            yield
        self.succeeded()

    def read_pending_change(self, record, wanted):
        """Forget a request that ISC no longer knows."""
        pending = record.pending
        if pending is None or pending.request_id is None or wanted.settle_pending:
            return record
        return record if pending.request_id in self.tenant.requests else steps.forgotten(record)

    def send(self, record):
        self.save(record)
        yield
        assert record.pending.request_id is None, "sent although the request is known"
        assert not record.pending.inconclusive, "sent although it failed after it may have been sent twice"
        if self.response == "refused":
            self.save(steps.refused(record))
        request = self.tenant.ask(record.pending.password) if self.response in ("accepted", "lost after") else None
        if self.response != "accepted":
            return None, record
        yield
        record = steps.accepted(record, request)
        self.save(record)
        yield
        return request, record

    def wait(self, request, record):
        """Commit or discard by the state of the request. One that has not ended, or is unknown, is a timeout."""
        state = self.tenant.requests.get(request, [None, "IN_PROGRESS"])[1]
        yield
        if state == "FINISHED":
            self.save(steps.finished(record, self.now))
        elif state == "FAILED":
            self.save(steps.failed(record, self.now))
        return state == "FINISHED"

    def succeeded(self):
        """Check the promises of a run that reports success."""
        assert self.store.pending is None
        if not self.tenant.history and not self.store.discarded:
            assert self.tenant.held == [self.store.current.password] * 2, "reported success, and it is another one"

    @precondition(lambda self: self.run is None)
    @rule(wanted=WANTED, response=st.sampled_from(RESPONSES), node=st.sampled_from(["here", "there"]))
    def start(self, wanted, response, node):
        self.number += 1
        # The process doesn't exist: to the next run it has ended or is elsewhere.
        self.run, self.response = self.rotate(wanted, RunOwner(node, 2**30 + self.number, "1", "localhost")), response

    @precondition(lambda self: self.run is not None)
    @rule(steps=st.integers(1, 8))
    def go_on(self, steps):
        for _step in range(steps):
            try:
                next(self.run)
            except StopIteration:
                self.run = None
                return

    @precondition(lambda self: self.run is not None)
    @rule()
    def kill(self):
        self.run = None

    @rule(seconds=st.sampled_from([1, 100, 1000]))
    def let_time_pass(self, seconds):
        self.now += seconds

    @precondition(lambda self: self.tenant.in_progress)
    @rule(succeeds=st.booleans(), partially=st.booleans())
    def carry_out(self, succeeds, partially):
        self.tenant.judge(self.tenant.in_progress[0], succeeds, partially)

    @precondition(lambda self: self.tenant.requests)
    @rule(data=st.data())
    def forget(self, data):
        ended = [request for request in self.tenant.requests if request not in self.tenant.in_progress]
        if ended:
            request = data.draw(st.sampled_from(ended))
            self.tenant.requests[f"forgotten {request}"] = self.tenant.requests.pop(request)

    @precondition(lambda self: self.run is None and self.store.pending is not None and not self.tenant.in_progress)
    @rule()
    def settle_as_it_is(self):
        held = set(self.tenant.held)
        if len(held) == 1:
            settle = "commit" if self.store.pending.password in held else "discard"
            self.now += steps.LEASE
            self.run = self.rotate(PlanOptions(settle_pending=settle), RunOwner("here", 2**30, "1", "localhost"))
            self.go_on(20)
            assert self.store.pending is None
            assert self.run is None

    @invariant()
    def passwords_of_the_tenant_are_in_the_record(self):
        kept = {entry.password for entry in (self.store.current, self.store.pending, *self.store.discarded) if entry}
        assert set(self.tenant.held) <= kept, f"the tenant holds {self.tenant.held}, the record {kept}"
        assert set(self.tenant.held) <= self.staged

    @invariant()
    def passwords_that_may_still_be_set_are_pending(self):
        for request in self.tenant.in_progress:
            password = self.tenant.requests[request][0]
            assert self.store.pending is not None or password == self.store.current.password
            assert self.store.pending is None or password == self.store.pending.password


Rotations.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestRotations = Rotations.TestCase
