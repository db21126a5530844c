# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rotations of many hosts as one batch, against a tenant: requests, records and the journal."""

from __future__ import annotations

import json
import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import query_password_info
from ansible_collections.community.sailpoint.plugins.module_utils._batch import batch as _batch
from ansible_collections.community.sailpoint.plugins.module_utils._batch.journal import open_journal
from ansible_collections.community.sailpoint.plugins.module_utils._change.prepare import Target
from ansible_collections.community.sailpoint.plugins.module_utils._errors import JournalError, RecordError
from ansible_collections.community.sailpoint.plugins.module_utils._times import format_time
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.batch import (
    HostRotation,
    RotationBatch,
    batch_options,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    PendingPassword,
    Record,
    RecordedAccount,
    RecordedPassword,
    read_any_record,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Problem, Rotation
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kinds import kind_of
from simulator.tenant import Tenant
from support.batch_runs import dn
from support.modules import AD, connected
from support.rotations import ME, MemoryStore, options

OLD = "Old-Harbour-41"
NEW = "New-Harbour-42"
GIVEN = "Given-Harbour-43"
NO_STORE = {"store": "none", "value": GIVEN}
FULL = RecordError("The disk is full.", "Make room.")


class Play:
    """Hosts that stand for users of a tenant: host 1 for user00001. Each has its own store in memory."""

    def __init__(self, tenant: Tenant, fake_time, folder) -> None:
        self.tenant = tenant
        self.fake_time = fake_time
        self.journal = str(folder / "journal.jsonl")
        self.stores: dict[str, MemoryStore] = {}
        self.rotations: dict[str, Rotation] = {}
        self.directory = next(source["id"] for source in tenant.world()["sources"] if source["name"] == AD)

    def account(self, number: int) -> RecordedAccount:
        return RecordedAccount(f"user{number:05d}", AD, self.directory, dn(number))

    def store(self, number: int, **record) -> MemoryStore:
        """Put a record into a host's store, and return the store."""
        made = MemoryStore(Record(self.account(number), **record) if record else None)
        self.stores[f"user{number:05d}"] = made
        return made

    def current(self, number: int, age: float = 1000.0, **more) -> RecordedPassword:
        """Return a password that was set *age* seconds ago."""
        return RecordedPassword(OLD, self.fake_time.time() - age, **more)

    def pending(self, age: float = 1000.0, **more) -> PendingPassword:
        """Return a password that an ended run staged *age* seconds ago."""
        return PendingPassword(NEW, self.fake_time.time() - age, ME, **more)

    def record(self, number: int) -> Record:
        stored = self.stores[f"user{number:05d}"].load().record
        return read_any_record(stored, "a place")

    def password_of(self, number: int):
        """Return the password that the tenant holds for a host, or None if none was ever set."""
        kept = self.tenant.password(AD, dn(number))
        return kept and kept["password"]

    def sets(self) -> int:
        return self.tenant.counts().get("set", 0)

    def rotate(self, *numbers: int, check_mode=False, journal=False, found=False, each=None, **given) -> RotationBatch:
        """Rotate hosts. *each* has further options by host.

        :param found: whether the accounts were queried and planned before, as for hosts with the user's own tasks.
        """
        by_host = {number: {**given, **((each or {}).get(number, {}))} for number in numbers}
        self.rotations = {str(number): self._begun(number, **more) for number, more in by_host.items()}
        return self.run(check_mode, journal, found)

    def run(self, check_mode=False, journal=False, found=False) -> RotationBatch:
        with connected(self.tenant, self.fake_time) as client:
            hosts = [HostRotation(host, made) for host, made in self.rotations.items()]
            for host in hosts if found else ():
                self._plan(client, host)
            first = next(iter(self.rotations.values())).options
            chosen = batch_options(first, len(hosts), check_mode, ())
            time, path = self.fake_time.time, self.journal if journal else None
            with open_journal(path, client.tenant, len(hosts), check_mode, time) as opened:
                made = RotationBatch(client, chosen, opened, self._open, owner_of, hosts)
                try:
                    made.run(None)
                finally:
                    opened.ended(made.stopped)
            return made

    def lines(self) -> list[dict]:
        with open(self.journal, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def endings(self) -> list[tuple]:
        """Return each host's outcome, whether its password changed, and the step that failed."""
        return [
            (made.outcome, made.changed, None if made.problem is None else made.problem.step)
            for made in self.rotations.values()
        ]

    def _begun(self, number: int, **given) -> Rotation:
        names = {"user_name": f"user{number:05d}", "source_name": AD}
        self.stores.setdefault(names["user_name"], MemoryStore())
        no_limit = {"rate_limit": {"requests": 0}}
        return Rotation(options(True, **{"store": "file", **no_limit, **names, **given}))

    def _open(self, rotation: Rotation):
        assert rotation.account is not None
        if rotation.options["store"] == "file":
            return self.stores[rotation.account.user_name]
        return kind_of(rotation.options["store"]).open(rotation.options, rotation.account, None)

    def _plan(self, client, host: HostRotation) -> None:
        made = host.rotation
        info = query_password_info(client, made.options["user_name"], AD)
        host.target = Target(info, info.accounts[0].account_id)
        made.set_target(host.target)
        stored = self.stores[made.options["user_name"]].load()
        made.load(stored.record, stored.version, "memory")
        made.plan(info.policies, ME, self.fake_time.time())


def owner_of(host):
    return ME._replace(inventory_host=host)


@pytest.fixture
def play(crowd, fake_time, tmp_path):
    return Play(crowd, fake_time, tmp_path)


def test_each_password_is_staged_sent_recorded_and_committed(play):
    batch = play.rotate(1, 2)
    assert play.endings() == [("finished", True, None)] * 2
    for number in (1, 2):
        staged, accepted, committed = play.stores[f"user{number:05d}"].writes
        password_of = play.password_of(number)
        assert staged["pending"]["password"] == accepted["pending"]["password"] == password_of
        assert (staged["pending"]["request_id"], committed["pending"]) == (None, None)
        assert staged["pending"]["owner"]["inventory_host"] == str(number)
        assert committed["current"]["password"] == password_of
        assert committed["current"]["request_id"] == accepted["pending"]["request_id"]
    assert play.password_of(1) != play.password_of(2)
    first = play.rotations["1"]
    assert first.account == play.account(1)
    assert first.change.state == "FINISHED"
    assert first.rotated_at is not None
    assert first.place == "memory"
    assert (batch.stopped, batch.why_stopped, batch.warnings) == (None, "", [])


def test_the_next_batch_gets_the_latest_requests(play):
    batch = play.rotate(1, 2, rate_limit={"requests": 100})
    assert len(batch.recent) == sum(play.tenant.counts()[name] for name in ("query", "set", "status"))
    assert not play.rotate(3).recent


def test_passwords_are_generated_by_the_policy_with_a_warning_if_it_is_short(play):
    play.tenant.settings(policies={AD: ["passwordMinLength is 33"]})
    play.rotate(1, store="none", discard=True)
    assert len(play.password_of(1)) >= 33
    play.tenant.settings(policies={AD: ["passwordMaxLength is 9"]})
    batch = play.rotate(1, 2, each={2: {"length": 9}})
    (warned,) = batch.warnings
    assert warned[0] == "1" and warned[1].startswith("The generated password has only 9 characters")


def test_a_change_of_an_earlier_run_is_waited_for(play):
    play.rotate(1, wait=False)
    assert play.endings() == [("accepted", True, None)]
    staged = play.record(1).pending
    play.rotate(1)
    assert play.endings() == [("finished", True, None)]
    assert play.sets() == 1
    assert play.record(1).current.password == staged.password == play.password_of(1)


@pytest.mark.parametrize("pending", [{"outcome_unknown": True}, {}, {"request_id": "forgotten"}])
def test_a_password_of_unknown_outcome_is_sent_again(play, pending):
    store = play.store(1, current=play.current(1), pending=play.pending(**pending))
    play.rotate(1)
    assert play.endings() == [("finished", True, None)]
    assert (play.sets(), play.password_of(1)) == (1, NEW)
    # The outcome is recorded as unknown before the password is sent.
    assert store.writes[1]["pending"]["outcome_unknown"] is True
    assert play.record(1).current.password == NEW


def test_a_failed_change_is_discarded_and_does_not_affect_others(play):
    play.store(1, current=play.current(1))
    play.tenant.outcome("fail", user_name="user00001")
    play.rotate(1, 2)
    assert play.endings() == [("failed", False, "wait"), ("finished", True, None)]
    record = play.record(1)
    assert (record.pending, record.current.password, len(record.discarded)) == (None, OLD, 1)
    assert play.rotations["1"].change.state == "FAILED"


def test_a_missing_or_repeated_account_does_not_affect_others(play):
    play.rotate(1, 2, 3, each={1: {"user_name": "nobody"}, 3: {"user_name": "user00002"}})
    assert play.endings() == [("refused", False, "query"), ("finished", True, None), ("refused", False, "query")]
    assert play.rotations["1"].account is None
    assert play.rotations["1"].problem.hint.startswith("Check rotate_password_user_name (the identity")
    assert "the same account" in play.rotations["3"].problem.message
    assert play.sets() == 1


def test_a_settled_password_is_stored_and_not_sent(play):
    play.store(1, current=play.current(1), pending=play.pending(outcome_unknown=True))
    play.store(2, current=play.current(2), pending=play.pending(outcome_unknown=True))
    play.rotate(1, 2, each={1: {"settle_pending": "commit"}, 2: {"settle_pending": "discard"}})
    assert play.endings() == [("finished", False, None), ("unchanged", False, None)]
    assert play.sets() == 0
    assert (play.record(1).current.password, play.record(1).pending) == (NEW, None)
    assert (play.record(2).current.password, play.record(2).pending) == (OLD, None)


def test_a_given_password_is_set_after_the_pending_one(play):
    play.store(1, current=play.current(1), pending=play.pending(outcome_unknown=True))
    play.rotate(1, 2, value=GIVEN)
    assert play.endings() == [("finished", True, None)] * 2
    assert play.sets() == 3
    record = play.record(1)
    assert (record.current.password, record.previous.password, record.pending) == (GIVEN, NEW, None)
    assert play.password_of(1) == GIVEN


def test_with_a_users_own_store_a_batch_has_no_second_round(play):
    play.store(1, current=play.current(1), pending=play.pending(outcome_unknown=True))
    play.rotate(1, store="/play/own", value=GIVEN, found=True)
    made = play.rotations["1"]
    assert (made.outcome, made.another_round, play.sets(), play.password_of(1)) == ("finished", True, 1, NEW)


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_password_that_cant_be_staged_is_not_sent(play, check_mode):
    play.store(1).problem = FULL
    play.rotate(1, 2, check_mode=check_mode)
    assert play.endings() == [("refused", False, "store"), ("finished", True, None)]
    assert play.rotations["1"].problem == Problem("The disk is full.", "Make room.", "store")
    assert play.password_of(1) is None


def test_a_failed_commit_is_a_failure_of_the_store(play):
    store = play.store(1, current=play.current(1))
    saves = store.save

    def save(record, version, check_mode=False):
        if record["pending"] is None:
            raise FULL
        return saves(record, version, check_mode)

    store.save = save
    play.rotate(1)
    assert play.endings() == [("finished", True, "store")]
    assert play.record(1).pending.password == play.password_of(1)


@pytest.mark.parametrize(("wait", "outcome"), [(True, "finished"), (False, "accepted")])
def test_check_mode_predicts_and_sends_and_stores_nothing(play, wait, outcome):
    play.store(2, current=play.current(2))
    play.rotate(1, 2, check_mode=True, wait=wait, each={2: {"update_password": "when_changed"}}, journal=True)
    assert play.endings() == [(outcome, True, None), ("unchanged", False, None)]
    assert play.rotations["1"].rotated_at is None
    assert play.rotations["1"].sync_group["name"] == "Directory and payroll"
    assert play.sets() == 0
    assert play.stores["user00001"].writes == []


def test_policy_and_sync_group_are_checked_for_each_host(play):
    play.tenant.settings(policies={AD: ["passwordMinLength is 8"]})
    each = {1: {"enforce_policy": True, "value": "short"}, 2: {"sync_group": "refuse"}, 3: {"sync_group": "warn"}}
    batch = play.rotate(1, 2, 3, value=GIVEN, each=each)
    assert [ending[0] for ending in play.endings()] == ["refused", "refused", "finished"]
    assert "violates the policy" in play.rotations["1"].problem.message
    assert "Directory and payroll" in play.rotations["2"].problem.message
    assert {host for host, _warning in batch.warnings} == {"3"}
    assert play.rotations["3"].sync_group["name"] == "Directory and payroll"


def test_a_host_that_was_planned_before_is_sent_without_another_query_or_warning(play):
    play.store(1, current=play.current(1))
    batch = play.rotate(1, found=True, journal=True, sync_group="warn")
    counts = play.tenant.counts()
    assert (counts["query"], counts["set"], "sync_groups" in counts, batch.warnings) == (1, 1, False, [])
    assert play.endings() == [("finished", True, None)]
    assert play.record(1).current.password == play.password_of(1)


def test_a_host_that_failed_before_is_only_written_into_the_journal(play):
    play.rotations = {name: play._begun(int(name)) for name in "123"}
    play.rotations["1"].fail(Problem("No.", None, "hook_before"))
    for name in ("user_name", "source_name"):
        play.rotations["3"].options.values[name] = None
    play.rotations["3"].fail(Problem("It is missing.", None, "options"))
    play.run(journal=True)
    assert play.endings() == [
        ("refused", False, "hook_before"),
        ("finished", True, None),
        ("refused", False, "options"),
    ]
    assert play.password_of(1) is None
    steps = [(line["account"], line["step"]) for line in play.lines() if "step" in line]
    assert sorted(steps) == [(0, "refused"), (1, "accepted"), (1, "finished"), (1, "sending"), (2, "refused")]
    # Without options, its line has the name of the host.
    assert {"account": 2, "name": "3", "user_name": "3"} in play.lines()


@pytest.mark.parametrize("stored", [True, False])
def test_a_second_run_with_the_journal_sends_nothing(play, stored):
    given = {"store": "file"} if stored else NO_STORE
    play.rotate(1, journal=True, **given)
    password_of = play.password_of(1)
    play.rotate(1, 2, journal=True, **given)
    assert play.endings() == [("unchanged" if stored else "finished", False, None), ("finished", True, None)]
    assert play.rotations["1"].reason == "an earlier run with this journal has set it"
    assert (play.sets(), play.password_of(1)) == (2, password_of)
    # The journal still records the change.
    steps = [line["step"] for line in play.lines() if line.get("account") == 0 and "step" in line]
    assert steps == ["sending", "accepted", "finished"]


def test_a_change_that_only_the_journal_knows_is_waited_for(play):
    play.rotate(1, journal=True, wait=False, **NO_STORE)
    assert play.endings() == [("accepted", True, None)]
    play.rotate(1, journal=True, **NO_STORE)
    assert play.endings()[0][0] == "finished"
    assert play.sets() == 1


def test_an_unchanged_password_is_written_into_the_journal(play):
    play.store(1, current=play.current(1))
    play.rotate(1, journal=True, update_password="when_changed")
    (line,) = [line for line in play.lines() if "step" in line]
    assert (line["step"], line["reason"]) == ("unchanged", "the store holds a password")


def test_too_many_failures_stop_the_batch(play):
    names = {1: {"user_name": "nobody"}, 2: {"user_name": "nobody else"}}
    batch = play.rotate(1, 2, 3, 4, concurrency=1, max_failures="1", each=names, journal=True)
    assert [ending[0] for ending in play.endings()] == ["refused", "refused", "not_sent", "not_sent"]
    assert batch.stopped == "max_failures"
    assert batch.why_stopped == "The batch stopped, because more than max_failures accounts failed."
    assert play.rotations["4"].problem == Problem(f"Not sent. {batch.why_stopped}", None, "set")
    assert play.sets() == 0
    assert play.lines()[-1]["stopped"] == "max_failures"


def test_a_batch_that_has_stopped_begins_no_second_round(play):
    play.store(1, current=play.current(1), pending=play.pending(outcome_unknown=True))
    names = {2: {"user_name": "nobody"}}
    play.rotate(1, 2, concurrency=1, max_failures="0", value=GIVEN, each=names)
    assert play.password_of(1) in (NEW, None)
    assert play.sets() <= 1


def test_a_journal_that_cant_be_written_stops_before_anything_is_sent(play, monkeypatch):
    problem = JournalError("journal can't be written: no space left on device.", "Make room.")
    monkeypatch.setattr(
        "ansible_collections.community.sailpoint.plugins.module_utils._batch.journal.Journal.add",
        lambda self, accounts: setattr(self, "problem", problem) or [None for _each in accounts],
    )
    with pytest.raises(JournalError, match="no space left"):
        play.rotate(1, journal=True)
    assert play.sets() == 0


def test_passwords_that_isc_repeats_are_masked(play):
    play.store(1, current=play.current(1), previous=RecordedPassword("Older-Lantern-40", 1.0))
    error = f"Neither {OLD} nor Older-Lantern-40 may come again."
    play.tenant.fault("status", "status", status=200, body={"requestId": "r", "state": "FAILED", "errors": [error]})
    play.rotate(1, journal=True)
    (made,) = play.rotations.values()
    assert "Neither ******** nor ******** may come again" in str(made.problem)
    with open(play.journal, encoding="utf-8") as file:
        text = file.read()
    assert "Neither ******** nor" in text
    assert not [each for each in (OLD, "Lantern") if each in f"{text} {made.as_value()['problem']} {made.change}"]


# ---- ages of passwords that ISC knows ----

ASKING = {"max_age": "90d", "age_from": "isc", "unknown_age": "skip"}


@pytest.fixture
def present(play):
    """Set the fake clock to the time of the tenant, and return the hosts."""
    play.fake_time.now += time.time() - play.fake_time.time()
    return play


def make_old(play, *numbers):
    for number in numbers:
        play.tenant.add_account(f"user{number:05d}", AD, dn(number), facts={"passwordLastSet": 1e12})


@pytest.mark.parametrize("check_mode", [True, False])
def test_without_a_store_a_young_password_costs_no_request(present, check_mode):
    make_old(present, 1)
    present.rotate(*range(1, 9), check_mode=check_mode, journal=True, **NO_STORE, **ASKING)
    made = present.rotations
    assert [made[str(number)].outcome for number in range(1, 9)] == ["finished"] + ["unchanged"] * 7
    assert made["2"].reason == "the password is younger than rotate_password_max_age, so the given one was not set"
    assert made["2"].account.account_id == dn(2) and made["2"].age.age_from == "isc"
    counts = present.tenant.counts()
    assert (counts["query"], counts["search"], present.sets()) == (1, 2, 0 if check_mode else 1)


def test_a_change_in_the_store_counts_more_than_search(present):
    present.tenant.settings(last_set_at_once=False)
    make_old(present, 1, 2)
    present.store(1, current=present.current(1))
    present.store(2)
    present.store(3)
    present.rotate(1, 2, 3, store="file", **ASKING)
    assert [present.rotations[host].outcome for host in "123"] == ["unchanged", "finished", "unchanged"]
    assert [present.rotations[host].age.age_from for host in "123"] == ["store", "isc", "isc"]
    # Search still shows the old age.
    present.rotate(1, 2, 3, store="file", **ASKING)
    assert {made.outcome for made in present.rotations.values()} == {"unchanged"}
    assert (present.sets(), present.rotations["2"].age.age_from) == (1, "store")


@pytest.mark.parametrize(
    ("unknown_age", "outcome"), [("change", "finished"), ("skip", "unchanged"), ("fail", "refused")]
)
@pytest.mark.parametrize("store", ["none", "file"])
def test_an_unknown_age_is_handled_as_the_option_says(present, store, unknown_age, outcome):
    present.tenant.add_account("user00003", AD, dn(3), facts={"passwordLastSet": None})
    present.store(3)
    given = {**ASKING, "unknown_age": unknown_age, **(NO_STORE if store == "none" else {"store": store})}
    made = present.rotate(3, **given)
    rotation = present.rotations["3"]
    assert (rotation.outcome, rotation.age.last_set) == (outcome, None)
    warned = "ISC doesn't know how old the password is, so it is set, because rotate_password_unknown_age is change."
    assert made.warnings == ([("3", warned)] if outcome == "finished" else [])
    if outcome == "refused":
        assert rotation.problem.step == "query"
        assert "unknown_age is fail" in str(rotation.problem)


def test_a_journal_remembers_a_change_that_search_does_not_show(present):
    present.tenant.settings(last_set_at_once=False)
    make_old(present, 1)
    for _time in range(2):
        present.rotate(1, 2, journal=True, **NO_STORE, **ASKING)
    assert present.sets() == 1
    assert present.rotations["1"].reason == "an earlier run with this journal has set it"


# ---- ISC's records of a change of unknown outcome ----


def test_the_first_unknown_outcomes_are_reported_with_isc_s_records(present, monkeypatch):
    monkeypatch.setattr(_batch, "MAX_LOOKUPS", 2)
    present.tenant.fault("set", "lost_after", times=None)
    present.rotate(1, 2, 3, 4, **NO_STORE)
    records = [str(made.problem) for made in present.rotations.values() if "ISC has on record" in str(made.problem)]
    assert len(records) == 2
    assert {made.outcome for made in present.rotations.values()} == {"unknown"}
    assert present.tenant.counts()["activities"] == 2
    assert "account activity" in records[0] and "audit event USER_PASSWORD_UPDATE_PASSED" in records[0]


def test_isc_s_records_are_searched_since_the_password_was_staged(present):
    present.store(1, pending=present.pending(age=7200.0))
    present.rotate(1, store="file", on_unknown="fail")
    staged = format_time(present.fake_time.time() - 7200)
    assert present.rotations["1"].outcome == "unknown"
    assert f"show no password change of this account since {staged[:-3]}" in str(present.rotations["1"].problem)
