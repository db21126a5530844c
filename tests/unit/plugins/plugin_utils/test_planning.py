# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a rotation: the account, the dry run, and the task files that carry it out."""

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
def test_the_account_is_chosen_and_keeps_the_queried_data(given):
    target = choose(options(value="Given-1", **given), QUERIED)
    assert target.account_id == "CN=two"
    assert target.info.identity_id == "identity"
    queried = {name: getattr(target.info, name) for name in ("source_id", "public_key_id", "public_key")}
    assert queried == {name: QUERIED[name] for name in queried}
    assert target.info.policies == ("passwordMinLength is 8",)
    assert [each.account_name for each in target.info.accounts] == ["one", "two"]


def test_an_ambiguous_account_is_refused_with_the_names_of_the_options():
    with pytest.raises(AccountChoiceError, match="2 accounts") as refusal:
        choose(options(value="Given-1"), QUERIED)
    assert "rotate_password_account_id or rotate_password_account_name" in refusal.value.hint


def look_up(pending, age=100.0, status=None, **given):
    """Look up the change of that pending password, and return the rotation, the change and the calls of the client."""
    made = rotation(RECORD._replace(pending=pending), **given)
    client = ScriptedClient(VirtualTime(), status=status or [Change("request-1", "FINISHED", (), ("source",))])
    seen = read_pending_change(made, client, NOW - 10 + age)
    return made, seen, client.calls


def test_a_change_of_an_earlier_run_is_looked_up():
    made, seen, _calls = look_up(KNOWN)
    assert seen == Change("request-1", "FINISHED", (), ("source",))
    assert made.record.pending == KNOWN


@pytest.mark.parametrize("password", [NEW, OLD.password])
def test_a_password_that_isc_repeats_is_masked(password):
    _made, seen, _calls = look_up(KNOWN, status=[Change("request-1", "FAILED", (f"{password} was used before.",))])
    assert seen.errors == ("******** was used before.",)


@pytest.mark.parametrize(("pending", "given"), [(None, {}), (UNSURE, {}), (KNOWN, {"settle_pending": "commit"})])
def test_a_change_that_was_not_sent_or_is_settled_is_not_looked_up(pending, given):
    made, seen, calls = look_up(pending, **given)
    assert (made.record.pending, seen, calls) == (pending, None, [])


NOT_FOUND = ApiError("Not found.", status_code=404)


@pytest.mark.parametrize(
    ("error", "age", "pending"),
    [
        (NOT_FOUND, 100.0, UNSURE),
        # ISC may not know the request yet.
        (NOT_FOUND, 10.0, KNOWN),
        (ApiError("Later.", status_code=503), 100.0, KNOWN),
        (ApiError("No.", status_code=403), 100.0, KNOWN),
    ],
)
def test_a_request_that_isc_has_forgotten_is_sent_again(error, age, pending):
    made, seen, _calls = look_up(KNOWN, age, [error])
    assert (made.record.pending, seen) == (pending, None)


def run_dry(tenant, fake_time, check_mode=False, pending=PENDING, due=steps.SET, target=TARGET, **given):
    """Return the rotation after its dry run, the warnings, and the operations that the tenant was asked for."""
    made = rotation(RECORD._replace(pending=pending), **given)
    made.due = due
    with connected(tenant, fake_time) as client:
        warnings = dry_run(made, client, target, check_mode)
    return made, warnings, [request["operation"] for request in tenant.requests()]


STRICT = TARGET._replace(info=INFO._replace(policies=("passwordMinLength is 40",)))


def test_a_dry_run_sends_only_a_login_and_warns_about_the_password(tenant, fake_time):
    _made, warnings, operations = run_dry(tenant, fake_time)
    assert (warnings, operations) == ([], ["login"])
    _made, (warning,), _operations = run_dry(tenant, fake_time, pending=PENDING._replace(password="Short-123"))
    assert warning.startswith("The generated password has only 9 characters")
    _made, (warning,), _operations = run_dry(tenant, fake_time, target=STRICT)
    assert "seems to violate the policy" in warning
    with pytest.raises(IscError, match="violates the policy"):
        run_dry(tenant, fake_time, target=STRICT, enforce_policy=True)


@pytest.mark.parametrize("due", [steps.WAIT, steps.STORE, steps.NOTIFY, steps.NOTHING])
def test_without_a_password_to_set_there_is_no_dry_run(tenant, fake_time, due):
    _made, warnings, operations = run_dry(tenant, fake_time, due=due, target=STRICT, enforce_policy=True)
    assert (warnings, operations) == ([], [])


@pytest.mark.parametrize(
    ("password", "problem"),
    [("Harbour-42\n", "line break or another control character"), ("$encrypted$", "in place of a hidden value")],
)
def test_an_unintended_password_is_not_staged(tenant, fake_time, password, problem):
    with pytest.raises(InputError, match=problem):
        run_dry(tenant, fake_time, pending=PENDING._replace(password=password))
    assert tenant.counts() == {}


def test_in_fips_mode_nothing_is_staged(tenant, fake_time, fips_mode):
    with pytest.raises(EncryptionError) as refusal:
        run_dry(tenant, fake_time)
    assert refusal.value.explanation == fips_mode
    assert tenant.counts() == {}


def test_a_missing_scope_is_refused_before_the_password_is_staged(tenant, fake_time):
    made = rotation(RECORD._replace(pending=PENDING))
    made.due = steps.SET
    with connected(tenant, fake_time) as client:
        client.dry_run = refuse
        with pytest.raises(InputError, match="set password"):
            dry_run(made, client, TARGET, False)


def refuse(operation):
    if operation is SET_PASSWORD:
        raise InputError(f"The token may not {operation.name}.")


@pytest.fixture
def grouped(tenant):
    """Return an account on a source of a password sync group."""
    source = next(each["id"] for each in tenant.world()["sources"] if each["name"] == "Active Directory")
    return TARGET._replace(info=INFO._replace(source_id=source))


@pytest.mark.parametrize(
    ("given", "check_mode", "found", "warns"),
    [
        ({}, False, False, False),
        ({}, True, True, False),
        ({"sync_group": "warn"}, False, True, True),
        ({"sync_group": "ignore"}, True, False, False),
    ],
)
def test_the_sync_group_is_looked_up_as_the_option_says(tenant, fake_time, grouped, given, check_mode, found, warns):
    made, warnings, operations = run_dry(tenant, fake_time, check_mode, target=grouped, **given)
    assert (made.sync_group is not None) is ("sync_groups" in operations) is found
    assert not found or made.sync_group["name"] == "Directory and payroll"
    assert [warning for warning in warnings if "password sync group Directory and payroll" in warning] == (
        warnings if warns else []
    )
    with pytest.raises(SyncGroupError, match="password sync group Directory and payroll"):
        run_dry(tenant, fake_time, target=grouped, sync_group="refuse")


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
        # The change of an earlier run is looked up even if this run doesn't wait.
        (steps.WAIT, {"given": {"wait": False}}, ["wait.yml"]),
        (steps.WAIT, {"own_store": OWN}, ["wait.yml", "save.yml"]),
        (steps.STORE, {"hooks": HOOKS}, ["stage.yml", AFTER, "failed.yml"]),
        (steps.STORE, {"own_store": OWN}, ["stage.yml", "save.yml"]),
        (steps.NOTIFY, {"hooks": HOOKS}, [AFTER, "failed.yml"]),
        (steps.NOTIFY, {"hooks": HOOKS, "own_store": OWN}, [AFTER, "save.yml", "failed.yml"]),
        (steps.NOTHING, {"hooks": HOOKS}, []),
        (steps.SET, {"given": SOURCE}, ["stage.yml", "set.yml", "wait.yml", AFTER]),
        (steps.NOTIFY, {"given": SOURCE, "own_store": OWN}, [AFTER, "save.yml"]),
        (steps.SET, {"problem": PROBLEM}, []),
        (steps.SET, {"problem": PROBLEM, "hooks": HOOKS}, ["failed.yml"]),
        # A given password that waits for a pending one takes a second round.
        (steps.WAIT, {"another_round": True, "hooks": ("on_failure",)}, ["wait.yml", "change.yml"]),
        (steps.PROVE, {"given": SOURCE, "own_store": OWN}, ["prove.yml", "save.yml", AFTER, "save.yml"]),
    ],
)
def test_each_due_step_takes_these_files(due, more, expected):
    assert files(due, **more) == expected


@pytest.mark.parametrize(
    ("pending", "current", "given", "proves"),
    [
        (PENDING, OLD, SOURCE, False),
        (UNSURE, OLD, SOURCE, True),
        (UNSURE, OLD, {}, False),
        # Without a current password, the credential of the source could not be restored.
        (UNSURE, None, SOURCE, False),
    ],
)
def test_the_source_proves_a_password_of_unknown_outcome(pending, current, given, proves):
    made = rotation(RECORD._replace(pending=pending, current=current), **given)
    made.due = steps.SET
    assert ("prove.yml" in task_files(made, "", False)) is made.needs_proof is proves
    assert "prove.yml" not in task_files(made, "", True)
    made.part = BEFORE_BATCH
    assert made.has_tasks_before is bool(given)
    assert task_files(made, "", False) == ["stage.yml", *(["prove.yml"] if proves else [])]


def test_the_source_is_checked_before_the_password_is_staged(tenant, fake_time):
    _made, warnings, operations = run_dry(tenant, fake_time, **SOURCE)
    assert (warnings, operations) == ([], ["login", "sources"])
    attribute = {"update_source_attribute": "/connectorAttributes/passwrd"}
    with pytest.raises(InputError, match="has no attribute"):
        run_dry(tenant, fake_time, **SOURCE, **attribute)
    tenant.connector("Active Directory", credential_provider=True)
    with pytest.raises(InputError, match="credential provider"):
        run_dry(tenant, fake_time, **SOURCE)


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
        (steps.SET, {"problem": PROBLEM}, []),
        (steps.SET, {"problem": PROBLEM, "hooks": HOOKS}, ["failed.yml"]),
    ],
)
def test_check_mode_takes_only_files_that_change_nothing(due, more, expected):
    assert files(due, check_mode=True, **more) == expected


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
def test_files_before_a_batch_send_nothing(due, more, expected):
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
def test_files_after_a_batch_are_the_rest(due, more, expected):
    assert files(due, part=AFTER_BATCH, **more) == expected
