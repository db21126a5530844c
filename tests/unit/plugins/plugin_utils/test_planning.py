# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a rotation: the account, the dry run, and the files of tasks that carry it out."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import SET_PASSWORD, Change
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    AccountChoiceError,
    ApiError,
    EncryptionError,
    InputError,
    IscError,
    SyncGroupError,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.planning import (
    choose,
    dry_run,
    read_pending_change,
    task_files,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import (
    AFTER_BATCH,
    BEFORE_BATCH,
    Problem,
)
from support.flows import INFO, TARGET, ScriptedClient, VirtualTime
from support.modules import connected
from support.rotations import ACCOUNT, KNOWN, NEW, NOW, OLD, PENDING, UNSURE, options, rotation

RECORD = Record(ACCOUNT, OLD)
QUERIED = {
    "identity_id": "identity",
    "source_id": "source",
    "public_key_id": "key",
    "public_key": INFO.public_key,
    "policies": ["passwordMinLength is 8"],
    "accounts": [{"account_id": "CN=one", "account_name": "one"}, {"account_id": "CN=two", "account_name": "two"}],
    "changed": False,
}


@pytest.mark.parametrize("given", [{"account_id": "cn=TWO"}, {"account_name": "two"}])
def test_the_account_that_is_meant_is_chosen_with_what_was_queried(given):
    target = choose(options(value="Given-1", **given), QUERIED)
    assert target.account_id == "CN=two"
    assert target.info.identity_id == "identity"
    assert (target.info.source_id, target.info.public_key_id, target.info.public_key) == (
        "source",
        "key",
        INFO.public_key,
    )
    assert target.info.policies == ("passwordMinLength is 8",)
    assert [each.account_name for each in target.info.accounts] == ["one", "two"]


def test_which_one_is_asked_for_with_the_names_of_the_options():
    with pytest.raises(AccountChoiceError, match="2 accounts") as refused:
        choose(options(value="Given-1"), QUERIED)
    assert "rotate_password_account_id or rotate_password_account_name" in refused.value.hint


def looked(pending, age=100.0, status=None, **given):
    """Return the rotation with that pending password, and the change that ISC tells about it."""
    made = rotation(RECORD._replace(pending=pending), **given)
    client = ScriptedClient(VirtualTime(), status=status or [Change("request-1", "FINISHED", (), ("source",))])
    seen = read_pending_change(made, client, NOW - 10 + age)
    return made, seen, client.calls


def test_a_change_of_an_earlier_run_is_looked_at():
    made, seen, _calls = looked(KNOWN)
    assert seen == Change("request-1", "FINISHED", (), ("source",))
    assert made.record.pending == KNOWN


@pytest.mark.parametrize("password", [NEW, OLD.password])
def test_a_password_that_isc_repeats_is_masked(password):
    _made, seen, _calls = looked(KNOWN, status=[Change("request-1", "FAILED", (f"{password} was used before.",))])
    assert seen.errors == ("******** was used before.",)


@pytest.mark.parametrize(("pending", "given"), [(None, {}), (UNSURE, {}), (KNOWN, {"settle_pending": "commit"})])
def test_where_nothing_was_sent_or_the_user_knows_nothing_is_asked(pending, given):
    made, seen, calls = looked(pending, **given)
    assert (made.record.pending, seen, calls) == (pending, None, [])


NOT_FOUND = ApiError("Not found.", status_code=404)


@pytest.mark.parametrize(
    ("error", "age", "pending"),
    [
        (NOT_FOUND, 100.0, UNSURE),
        # It may not be there yet.
        (NOT_FOUND, 10.0, KNOWN),
        (ApiError("Later.", status_code=503), 100.0, KNOWN),
        (ApiError("No.", status_code=403), 100.0, KNOWN),
    ],
)
def test_a_request_that_isc_has_forgotten_is_forgotten(error, age, pending):
    made, seen, _calls = looked(KNOWN, age, [error])
    assert (made.record.pending, seen) == (pending, None)


def dry_ran(tenant, fake_time, check_mode=False, pending=PENDING, due=steps.SET, target=TARGET, **given):
    """Return the rotation after its dry run, the warnings, and what the tenant was asked for."""
    made = rotation(RECORD._replace(pending=pending), **given)
    made.due = due
    with connected(tenant, fake_time) as client:
        warnings = dry_run(made, client, target, check_mode)
    return made, warnings, [request["operation"] for request in tenant.requests()]


STRICT = TARGET._replace(info=INFO._replace(policies=("passwordMinLength is 40",)))


def test_a_dry_run_sends_nothing_but_a_login(tenant, fake_time):
    _made, warnings, asked = dry_ran(tenant, fake_time)
    assert (warnings, asked) == ([], ["login"])


def test_a_dry_run_warns_of_a_short_password(tenant, fake_time):
    _made, warnings, _asked = dry_ran(tenant, fake_time, pending=PENDING._replace(password="Short-123"))
    (warning,) = warnings
    assert warning.startswith("The generated password has only 9 characters")


@pytest.mark.parametrize("due", [steps.WAIT, steps.STORE, steps.NOTIFY, steps.NOTHING])
def test_where_nothing_is_set_there_is_no_dry_run(tenant, fake_time, due):
    _made, warnings, asked = dry_ran(tenant, fake_time, due=due, target=STRICT, enforce_policy=True)
    assert (warnings, asked) == ([], [])


def test_the_policy_warns_or_refuses(tenant, fake_time):
    _made, warnings, _asked = dry_ran(tenant, fake_time, target=STRICT)
    assert len(warnings) == 1 and "seems to violate the policy" in warnings[0]
    with pytest.raises(IscError, match="violates the policy"):
        dry_ran(tenant, fake_time, target=STRICT, enforce_policy=True)


@pytest.mark.parametrize(
    ("password", "problem"),
    [("Harbour-42\n", "line break or another control character"), ("$encrypted$", "in place of a hidden value")],
)
def test_a_password_that_nobody_meant_is_not_staged(tenant, fake_time, password, problem):
    with pytest.raises(InputError, match=problem):
        dry_ran(tenant, fake_time, pending=PENDING._replace(password=password))
    assert tenant.counts() == {}


def test_in_fips_mode_nothing_is_staged(tenant, fake_time, fips_mode):
    with pytest.raises(EncryptionError) as refusal:
        dry_ran(tenant, fake_time)
    assert refusal.value.explanation == fips_mode
    assert tenant.counts() == {}


def test_what_the_token_may_not_do_is_refused_before_anything_is_staged(tenant, fake_time):
    made = rotation(RECORD._replace(pending=PENDING))
    made.due = steps.SET
    with connected(tenant, fake_time) as client:
        client.dry_run = refuse
        with pytest.raises(InputError, match="set password"):
            dry_run(made, client, TARGET, False)


def refuse(operation):
    """Refuse to set a password, as a token without its scope."""
    if operation is SET_PASSWORD:
        raise InputError(f"The token may not {operation.name}.")


@pytest.fixture
def grouped(tenant):
    """Return an account on a source of a password sync group."""
    source = next(each["id"] for each in tenant.world()["sources"] if each["name"] == "Active Directory")
    return TARGET._replace(info=INFO._replace(source_id=source))


@pytest.mark.parametrize(
    ("given", "check_mode", "told", "warned"),
    [
        ({}, False, False, False),
        ({}, True, True, False),
        ({"sync_group": "warn"}, False, True, True),
        ({"sync_group": "ignore"}, True, False, False),
    ],
)
def test_the_sync_group_is_looked_up_as_the_option_says(tenant, fake_time, grouped, given, check_mode, told, warned):
    made, warnings, asked = dry_ran(tenant, fake_time, check_mode, target=grouped, **given)
    assert (made.sync_group is not None) is told
    assert ("sync_groups" in asked) is told
    assert not told or made.sync_group["name"] == "Directory and payroll"
    assert [warning for warning in warnings if "password sync group Directory and payroll" in warning] == (
        warnings if warned else []
    )


def test_a_sync_group_is_refused_before_anything_is_staged(tenant, fake_time, grouped):
    with pytest.raises(SyncGroupError, match="password sync group Directory and payroll"):
        dry_ran(tenant, fake_time, target=grouped, sync_group="refuse")


HOOKS = ("before_change", "after_change", "on_failure")
BEFORE, AFTER = "/play/before_change.yml", "after.yml"
PROBLEM = Problem("No.", None, "query")
OWN = "/play/own"
SOURCE = {"update_source": "Active Directory"}


def files(due=steps.SET, own_store="", check_mode=False, hooks=(), given=None, **more):
    made = rotation(RECORD._replace(pending=PENDING), hooks, **(given or {}))
    made.due = due
    for name, value in more.items():
        setattr(made, name, value)
    return task_files(made, own_store, check_mode)


@pytest.mark.parametrize(
    ("due", "more", "expected"),
    [
        (steps.SET, {}, ["stage.yml", "set.yml", "wait.yml"]),
        (steps.SET, {"given": {"store": "none", "value": "Given-1"}}, ["set.yml", "wait.yml"]),
        (steps.SET, {"given": {"wait": False}}, ["stage.yml", "set.yml"]),
        (steps.SET, {"hooks": HOOKS}, [BEFORE, "stage.yml", "set.yml", "wait.yml", AFTER, "failed.yml"]),
        (
            steps.SET,
            {"own_store": OWN, "hooks": ("after_change",)},
            ["stage.yml", "save.yml", "set.yml", "save.yml", "wait.yml", "save.yml", AFTER, "save.yml"],
        ),
        (steps.WAIT, {"hooks": HOOKS}, ["wait.yml", AFTER, "failed.yml"]),
        # What an earlier run sent is looked at, whatever this one waits for.
        (steps.WAIT, {"given": {"wait": False}}, ["wait.yml"]),
        (steps.WAIT, {"own_store": OWN}, ["wait.yml", "save.yml"]),
        (steps.STORE, {"hooks": HOOKS}, ["stage.yml", AFTER, "failed.yml"]),
        (steps.STORE, {"own_store": OWN}, ["stage.yml", "save.yml"]),
        (steps.NOTIFY, {"hooks": HOOKS}, [AFTER, "failed.yml"]),
        (steps.NOTIFY, {"hooks": HOOKS, "own_store": OWN}, [AFTER, "save.yml", "failed.yml"]),
        (steps.NOTHING, {"hooks": HOOKS}, []),
        (steps.SET, {"given": SOURCE}, ["stage.yml", "set.yml", "wait.yml", AFTER]),
        (steps.NOTIFY, {"given": SOURCE, "own_store": OWN}, [AFTER, "save.yml"]),
        (steps.PROVE, {"given": SOURCE, "own_store": OWN}, ["prove.yml", "save.yml", AFTER, "save.yml"]),
    ],
)
def test_what_is_due_takes_these_files(due, more, expected):
    assert files(due, **more) == expected


@pytest.mark.parametrize(
    ("pending", "current", "given", "proves"),
    [
        (PENDING, OLD, SOURCE, False),
        (UNSURE, OLD, SOURCE, True),
        (UNSURE, OLD, {}, False),
        # What the source has could not be put back.
        (UNSURE, None, SOURCE, False),
    ],
)
def test_the_source_is_asked_where_it_can_tell(pending, current, given, proves):
    made = rotation(RECORD._replace(pending=pending, current=current), **given)
    made.due = steps.SET
    assert ("prove.yml" in task_files(made, "", False)) is made.needs_proof is proves
    assert "prove.yml" not in task_files(made, "", True)
    made.part = BEFORE_BATCH
    assert made.has_tasks_before is bool(given)
    assert task_files(made, "", False) == ["stage.yml", *(["prove.yml"] if proves else [])]


def test_the_source_is_looked_at_before_anything_is_staged(tenant, fake_time):
    _made, warnings, asked = dry_ran(tenant, fake_time, **SOURCE)
    assert (warnings, asked) == ([], ["login", "sources"])
    attribute = {"update_source_attribute": "/connectorAttributes/passwrd"}
    with pytest.raises(InputError, match="has no attribute"):
        dry_ran(tenant, fake_time, **SOURCE, **attribute)
    tenant.connector("Active Directory", credential_provider=True)
    with pytest.raises(InputError, match="credential provider"):
        dry_ran(tenant, fake_time, **SOURCE)


@pytest.mark.parametrize(
    ("due", "more", "expected"),
    [
        (steps.SET, {}, ["stage.yml", "set.yml"]),
        (steps.SET, {"own_store": OWN}, ["stage.yml", "set.yml"]),
        (steps.SET, {"hooks": HOOKS}, [BEFORE, "stage.yml", "set.yml", "failed.yml"]),
        (steps.SET, {"another_round": True}, ["stage.yml", "set.yml"]),
        (steps.WAIT, {}, []),
        (steps.STORE, {"own_store": OWN}, []),
        (steps.NOTIFY, {"hooks": HOOKS}, ["failed.yml"]),
    ],
)
def test_check_mode_takes_what_changes_nothing(due, more, expected):
    assert files(due, check_mode=True, **more) == expected


@pytest.mark.parametrize("check_mode", [False, True])
def test_after_a_problem_there_is_only_the_hook_for_it(check_mode):
    assert files(problem=PROBLEM, check_mode=check_mode) == []
    assert files(problem=PROBLEM, check_mode=check_mode, hooks=HOOKS) == ["failed.yml"]


def test_a_given_password_behind_a_pending_one_takes_another_round_with_its_own_end():
    assert files(steps.WAIT, another_round=True, hooks=("on_failure",)) == ["wait.yml", "change.yml"]


@pytest.mark.parametrize(
    ("due", "more", "expected"),
    [
        (steps.SET, {"hooks": HOOKS}, [BEFORE, "stage.yml"]),
        (steps.SET, {"own_store": OWN}, ["stage.yml", "save.yml"]),
        (steps.SET, {"check_mode": True, "hooks": HOOKS}, [BEFORE, "stage.yml"]),
        (steps.STORE, {"own_store": OWN}, ["stage.yml", "save.yml"]),
        (steps.STORE, {"own_store": OWN, "check_mode": True}, []),
        (steps.WAIT, {"hooks": HOOKS}, []),
        (steps.NOTIFY, {"hooks": HOOKS}, []),
        (steps.NOTHING, {"hooks": HOOKS}, []),
        (steps.SET, {"hooks": HOOKS, "problem": PROBLEM}, []),
    ],
)
def test_before_a_batch_comes_what_sends_nothing(due, more, expected):
    assert files(due, part=BEFORE_BATCH, **more) == expected


DONE = {"outcome": "finished", "record": RECORD._replace(after_change_due=True)}


@pytest.mark.parametrize(
    ("due", "more", "expected"),
    [
        (steps.SET, {"hooks": HOOKS, **DONE}, [AFTER, "failed.yml"]),
        (steps.SET, {"own_store": OWN, "hooks": HOOKS, **DONE}, ["save.yml", AFTER, "save.yml", "failed.yml"]),
        (steps.SET, {"own_store": OWN, "outcome": "failed", "problem": PROBLEM}, ["save.yml"]),
        (steps.SET, {"hooks": HOOKS, **DONE, "problem": PROBLEM}, ["failed.yml"]),
        (steps.WAIT, {"own_store": OWN}, ["save.yml"]),
        (steps.NOTHING, {"own_store": OWN}, []),
        (steps.NOTIFY, {"hooks": HOOKS, "record": DONE["record"]}, [AFTER, "failed.yml"]),
        (steps.SET, {"own_store": OWN, "another_round": True, "outcome": "finished"}, ["save.yml", "change.yml"]),
        (steps.SET, {"own_store": OWN, "hooks": HOOKS, **DONE, "check_mode": True}, ["failed.yml"]),
    ],
)
def test_after_a_batch_comes_what_is_left(due, more, expected):
    assert files(due, part=AFTER_BATCH, **more) == expected
