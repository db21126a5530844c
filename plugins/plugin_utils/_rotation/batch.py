# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rotations of all hosts of a play, as one batch at the pace that ISC allows.

The flow of each account's change queries, plans, stages, sets, records and commits in the threads of the batch. A
password is therefore stored just before it is sent, and a request id before the account's next request goes out. The
variables of the play hold no password, unless the host has hooks or its own store.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._api.password_change import CHANGE_FINISHED, CHANGE_IN_PROGRESS, Change, PasswordInfo
from ...module_utils._batch.account import BatchAccount
from ...module_utils._batch.ages import SourceAges
from ...module_utils._batch.batch import Batch, BatchOptions, read_options, start_flow, why_stopped
from ...module_utils._batch.journal import AccountHistory, Journal
from ...module_utils._batch.run import BatchProgress
from ...module_utils._change.age import KnownAge
from ...module_utils._change.flow import ChangeLog, Decision, Leave, Logs, Resume, Send
from ...module_utils._change.poll import poll_settings
from ...module_utils._change.prepare import Target
from ...module_utils._change.sync_group import IGNORE
from ...module_utils._client.client import Client
from ...module_utils._client.connection import connection_spec
from ...module_utils._errors import AgeUnknownError, InputError, IscError
from ...module_utils._outcomes import AT_OPTIONS, AT_QUERY, AT_SET, AT_STORE, FINISHED, SUCCESSES, UNCHANGED
from .._stores.base import Store
from .._stores.kinds import is_built_in
from .log import StoreLog
from .options import COMMON, NOTHING_SENT, PREFIX, RotationOptions, validated_connection
from .owner import RunOwner
from .rotation import Problem, Rotation
from .steps import NOTHING, RESEND, SET, STORE, WAIT

_SECRETS = ("client_secret", "access_token")
_WITHOUT_RUN_ONCE = ("free", "host_pinned")
"""The strategies that ignore ``run_once``, by the last part of their names."""


@dataclasses.dataclass
class HostRotation:
    """The rotation of one host.

    :ivar target: the account, if the host's tasks before the batch have queried it and planned the rotation.
    """

    name: str
    rotation: Rotation
    target: Target | None = None
    history: AccountHistory = dataclasses.field(init=False)
    account: BatchAccount = dataclasses.field(init=False)
    log: StoreLog | None = None
    logs: list[ChangeLog] = dataclasses.field(default_factory=list)


class RotationBatch:
    """Rotates the passwords of hosts.

    :param open_store: opens the store of a rotation whose account was found.
    :param me: returns the run for an inventory host.
    :ivar stopped: why the batch stopped sending, in the words of the journal; ``None`` if it tried all hosts.
    :ivar why_stopped: the same as a sentence; empty if it tried all hosts.
    :ivar warnings: pairs of a host and a warning about it.
    :ivar recent: when the recent requests got their responses, for the next batch with the same client.
    """

    def __init__(
        self,
        client: Client,
        options: BatchOptions,
        journal: Journal,
        open_store: t.Callable[[Rotation], Store],
        me: t.Callable[[str], RunOwner],
        hosts: t.Sequence[HostRotation],
    ) -> None:
        self.stopped: str | None = None
        self.why_stopped = ""
        self.warnings: list[tuple[str, str]] = []
        self._client, self._options, self._journal = client, options, journal
        self._open_store, self._me = open_store, me
        self._hosts = hosts
        self.recent = list(options.recent)
        self._ages = SourceAges(client, ())

    def run(self, progress: BatchProgress | None) -> None:
        """Rotate all passwords, and then set the given ones that had to wait for a pending one.

        :raises IscError: nothing could be done at all.
        """
        # A host with wrong options may lack the ones that identify its account.
        added = self._journal.add(
            (host.name, host.rotation.options.identification or {"user_name": host.name}) for host in self._hosts
        )
        for host, history in zip(self._hosts, added):
            host.history = history
        if self._journal.problem is not None:
            raise self._journal.problem
        new = [host.rotation for host in self._hosts if host.rotation.in_progress and host.target is None]
        self._ages = SourceAges(self._client, [each.options.identification for each in new if each.options.asks_isc])
        for host in self._hosts:
            self._skip_if_not_due(host)
            problem = host.rotation.problem
            if problem is not None:
                # It failed before the batch, and the report is made from the journal.
                self._journal.log(host.history.number).refused(InputError(problem.message))
        self._log_unchanged(self._hosts)
        hosts = [host for host in self._hosts if host.rotation.in_progress]
        while hosts and self.stopped is None:
            self._run(hosts, progress)
            # The user's own store saves a staged password only in the tasks after the batch.
            finished = [host for host in hosts if host.rotation.outcome == FINISHED and host.rotation.another_round]
            hosts = [host for host in finished if is_built_in(host.rotation.options["store"])]
            for host in hosts:
                host.rotation.start_next_round()
                host.target = None

    def _run(self, hosts: t.Sequence[HostRotation], progress: BatchProgress | None) -> None:
        options = self._options._replace(recent=tuple(self.recent))
        batch = Batch(self._client, options, len(hosts), lambda: self._journal.problem)
        for host in hosts:
            host.account = batch_account(host.name, host.rotation, host.target is not None)
            self._begin(batch, host)
        accounts = [host.account for host in hosts]
        batch.begin(accounts)
        batch.work(progress, "Run this again: it does the rest.")
        self.recent = list(batch.limiter.recent(self._client.runtime.clock()))
        self.stopped = batch.run.stopped
        self.why_stopped = why_stopped(batch.run, self._journal.problem)
        for account in accounts:
            if account.flow.outcome is None:
                batch.run.interrupt(account)
        staged_at = {host.name: host.rotation.pending.time for host in hosts if host.rotation.pending is not None}
        batch.add_evidence(accounts, lambda account: staged_at.get(account.name))
        for host in hosts:
            self._record_outcome(host)
        self._log_unchanged(hosts)

    def _skip_if_not_due(self, host: HostRotation) -> None:
        """Leave the host unchanged if Search already shows that its password is not due, which saves a query.

        Only for hosts without a store, because a record may have a pending password or a hook that is due.
        """
        rotation = host.rotation
        options = rotation.options
        if host.target is not None or options.has_store or not (rotation.in_progress and options.asks_isc):
            return
        known = None if host.history.begun else self._ages.account(options.identification)
        if known is None:
            return
        target = Target(PasswordInfo(known.identity_id, known.source_id, "", "", (), ()), known.account_id)
        rotation.set_target(target)
        rotation.load({}, "", "")
        try:
            rotation.plan((), self._me(host.name), self._client.runtime.time(), self._age_of(target))
        except AgeUnknownError as error:
            rotation.fail(Problem.of(error, AT_QUERY))
            return
        except IscError:
            rotation.due = SET
        if rotation.due != NOTHING:
            rotation.discard_plan()

    def _age_of(self, target: Target) -> t.Callable[[], KnownAge]:
        return lambda: self._ages.of(target.info.source_id, target.account_id)

    def _begin(self, batch: Batch, host: HostRotation) -> None:
        """Create the flow of the change for the account of *host*."""
        account, history = host.account, host.history
        if not host.rotation.options.has_store and not host.rotation.settled:
            # Without a store, only the journal knows what earlier runs did.
            start_flow(batch, account, history, self._journal)
            if account.flow.kind is None:
                return
        # _decide puts the log of the store in front, after the account was found.
        host.logs = [self._journal.log(history.number)]
        flow = batch.flow(account, Logs(host.logs), lambda target: self._decide(host, target))
        if account.from_earlier_run:
            batch.resume(account, history.change, history.sent_at)
        elif host.target is not None:
            flow.target = host.target

    def _decide(self, host: HostRotation, target: Target) -> Decision:
        """Load the record, plan the rotation, and return what the flow must do. Any thread may call this."""
        rotation, history = host.rotation, host.history
        time, check_mode = self._client.runtime.time, self._options.settings.check_mode
        planned = host.target is not None
        if rotation.account is None:
            rotation.set_target(target)
        store = self._open_store(rotation)
        host.log = StoreLog(rotation, store, time, check_mode)
        host.logs.insert(0, host.log)
        if not planned and not rotation.settled:
            stored = store.load()
            rotation.load(stored.record, stored.version, store.place)
        host.account.flow.other_passwords = rotation.passwords
        if _set_by_earlier_run(host):
            rotation.leave_unchanged()
            rotation.reason = "an earlier run with this journal has set it"
            return Leave(history.change._replace(state=CHANGE_FINISHED))
        if not planned:
            rotation.plan(target.info.policies, self._me(host.name), time(), self._age_of(target))
            if rotation.age_warning is not None:
                self.warnings.append((host.name, rotation.age_warning))
        pending = rotation.pending
        if rotation.due == SET and pending is not None:
            if rotation.length_warning is not None:
                self.warnings.append((host.name, rotation.length_warning))
            if check_mode:
                host.log.store()
            return Send(pending.password)
        if rotation.due == WAIT and pending is not None:
            change = Change(pending.request_id, CHANGE_IN_PROGRESS)
            if history.request_id != pending.request_id:
                # Otherwise a run that is killed after the commit would leave a journal without this change.
                self._journal.log(history.number).accepted(change)
            resend = rotation.options["on_unknown"] == RESEND
            return Resume(change, pending.time, set_if_forgotten=resend, password=pending.password)
        if rotation.due == STORE and not check_mode:
            host.log.store()
        return Leave(rotation.change or Change(None, CHANGE_FINISHED))

    def _record_outcome(self, host: HostRotation) -> None:
        """Record the outcome of the account's flow in the rotation."""
        flow, rotation, log = host.account.flow, host.rotation, host.log
        now = self._client.runtime.time()
        self.warnings += [(host.name, warning) for warning in flow.warnings]
        if flow.sync_group is not None:
            rotation.sync_group = flow.sync_group.as_result()
        if flow.target is not None and rotation.account is None:
            rotation.set_target(flow.target)
        if flow.error is not None or flow.outcome not in SUCCESSES:
            rotation.changed = rotation.changed or flow.changed
            rotation.change = flow.change or rotation.change
            problem = Problem(f"Not sent. {self.why_stopped}", None, AT_SET)
            if flow.error is not None:
                problem = Problem.of(flow.error, flow.step or AT_SET)
            rotation.fail(problem, flow.outcome)
        elif rotation.outcome is None:
            rotation.end(flow.outcome, rotation.changed or flow.changed, now, flow.change)
            if self._options.settings.check_mode:
                rotation.rotated_at = None
            if host.account.from_earlier_run and not flow.changed:
                rotation.reason = "an earlier run with this journal has set it"
        if log is not None and log.problem is not None and flow.outcome == FINISHED:
            rotation.fail(Problem.of(log.problem, AT_STORE), FINISHED)

    def _log_unchanged(self, hosts: t.Iterable[HostRotation]) -> None:
        """Log why hosts were left unchanged, except those that an earlier run with the same journal has set."""
        left = [host for host in hosts if host.rotation.outcome == UNCHANGED and not _set_by_earlier_run(host)]
        self._journal.unchanged((host.history.number, host.rotation.reason) for host in left)


def batch_account(host: str, rotation: Rotation, planned: bool = False) -> BatchAccount:
    """Return the account of a host for the batch.

    :param planned: the rotation was planned before the batch, which checked the sync group.
    """
    options = rotation.options
    return BatchAccount(
        {
            "name": host,
            **options.identification,
            "password": None,
            "discard": True,
            "enforce_policy": options["enforce_policy"],
            "sync_group": IGNORE if planned else options["sync_group"],
            "option_prefix": PREFIX,
        }
    )


def _set_by_earlier_run(host: HostRotation) -> bool:
    """Return whether an earlier run with the same journal has set the current password of the store."""
    rotation, request_id = host.rotation, host.history.request_id
    if rotation.pending is not None or rotation.current is None or rotation.settled:
        return False
    return request_id is not None and request_id == rotation.current.request_id


def check_strategy(strategy: str) -> None:
    """Raise InputError if the strategy ignores ``run_once``, so that the batch would run for each host."""
    if strategy.rpartition(".")[2].removeprefix("mitogen_") in _WITHOUT_RUN_ONCE:
        raise InputError(
            f"The play has the strategy {strategy}, in which no task runs once for all hosts, so each host would set "
            "the passwords of all.",
            f"Give the play strategy: linear, which is Ansible's default. {NOTHING_SENT}",
        )


def shared_problem(rotations: t.Mapping[str, Rotation]) -> Problem | None:
    """Return the problem that all hosts share and that is therefore reported once, or ``None``."""
    problems = {rotation.problem for rotation in rotations.values()}
    if len(problems) == 1 and None not in problems:
        return problems.pop()
    disagreement = _disagreement({host: each for host, each in rotations.items() if each.problem is None})
    if disagreement is None:
        return None
    return Problem(disagreement, f"Rotate them in separate plays. {NOTHING_SENT}", AT_OPTIONS)


def _disagreement(good: t.Mapping[str, Rotation]) -> str | None:
    """Return a sentence about an option in which hosts differ although they share a connection, a pace or a store."""
    values = {host: {**rotation.options.connection, **rotation.options.values} for host, rotation in good.items()}
    first = next(iter(good), "")
    for name in (*connection_spec(), *COMMON):
        for host in good:
            here, there = values[first].get(name), values[host].get(name)
            if here != there:
                shown = "" if name in _SECRETS else f": {here!r} and {there!r}"
                return (
                    f"The hosts {first} and {host} have different values of {PREFIX}{name}{shown}. All hosts of a play "
                    "are rotated with one connection, at one pace."
                )
    firsts: dict[str, str] = {}
    for host, rotation in good.items():
        first = firsts.setdefault(rotation.options["store"], host)
        here, there = good[first].store_variables, rotation.store_variables
        differing = sorted(name for name in {*here, *there} if here.get(name) != there.get(name))
        if differing:
            return (
                f"The hosts {first} and {host} have different values of {', '.join(differing)}. All hosts of a play "
                f"are stored with one connection to {rotation.options['store']}."
            )
    return None


def batch_options(options: RotationOptions, total: int, check_mode: bool, recent: t.Sequence[float]) -> BatchOptions:
    """Return the options of a batch of *total* accounts.

    :param recent: when the recent requests got their responses, see ``RateLimiter``.
    :raises InputError: an option can't be used; the message names it.
    """
    polling = poll_settings(options.values)
    params = {**options.values, "retries": validated_connection(options)["retries"]}
    read = read_options(params, total, polling if options["wait"] else None, check_mode)
    return read._replace(recent=tuple(recent))
