# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a rotation ends by the role's tasks in this process: its result and message, and no secret in a variable."""

from __future__ import annotations

import errno
import json
import os
import stat
from typing import Any

import pytest
from crashes.convergence import Accounts, check_agreement
from crashes.runs import OWN, World
from crashes.tenant import SimulatedTenant
from support.leak_search import leaks
from support.modules import BACKUP, PASSWORD

USER = "svc-backup"
STILL_VALID = "The password was not changed; the previous one is still valid."


@pytest.fixture
def rotate(tenant, fake_time, tmp_path):
    """Rotate the password of a service account, and return the result."""

    def rotate(user_name: str = USER, **given: Any) -> dict[str, Any]:
        world = World(tmp_path, given.pop("store", "none"), tenant=SimulatedTenant(tenant, fake_time))
        if not given.get("discard"):
            given = {"value": PASSWORD, **given}
        return world.rotate(user_name, **given)

    return rotate


UNKNOWN = ("unknown", "wait", True, "IN_PROGRESS")
ENDS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[Any, ...], str]] = {
    "failed": ({"outcome": "fail", "errors": ["Used before."]}, {}, ("failed", "wait", False, "FAILED"), "Used before"),
    "never": ({"outcome": "never"}, {"wait_timeout": 1}, UNKNOWN, "not ended after rotate_password_wait_timeout (1 s)"),
    "not waited": ({"outcome": "never"}, {"wait": False}, ("accepted", None, True, "IN_PROGRESS"), "not waited for"),
    "final": ({"outcome": "final_at_once"}, {}, ("finished", None, True, "FINISHED"), f"set for {BACKUP}"),
    "without id": ({"outcome": "accepted_without_id"}, {}, UNKNOWN, "without a request id"),
    "late": ({"status_404_first": 2}, {}, ("finished", None, True, "FINISHED"), f"set for {BACKUP}"),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_result_reports_how_a_change_ended(tenant, rotate, end):
    outcome, given, expected, message = ENDS[end]
    tenant.outcome(**outcome)
    result = rotate(**given)
    assert tuple(result[name] for name in ("outcome", "step", "changed", "state")) == expected
    assert (result["request_id"] is None) is (end in ("final", "without id"))
    assert message in result["msg"]
    assert ("Find out before you set it again." in result["msg"]) is (end == "never")
    assert tenant.counts()["set"] == 1


def test_a_lost_response_is_an_unknown_outcome(tenant, rotate):
    tenant.fault("set", "lost_after")
    result = rotate()
    assert (result["outcome"], result["step"]) == ("unknown", "set")
    assert "is not known" in result["msg"]
    assert tenant.counts()["set"] == 1


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "too short": ({"discard": True, "length": 3}, "No password can be generated: "),
    "enforced": ({"value": "short", "enforce_policy": True}, "or leave rotate_password_enforce_policy out to let ISC"),
    "nobody": ({"user_name": "nobody"}, "Check rotate_password_user_name (the identity's"),
    "no source": ({"source_name": "Nowhere"}, "ISC refused to query password info"),
    "no account": ({"account_id": "CN=nobody"}, "rotate_password_account_id"),
    "several": ({"user_name": "multi.account"}, "The identity has 3 accounts on this source and none was chosen."),
    "none": ({"user_name": "no.account"}, "The identity has no account on this source."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_impossible_rotation_is_explained_before_anything_is_sent(tenant, rotate, case):
    given, message = REFUSED[case]
    result = rotate(**given)
    assert (result["outcome"], result["step"], result["changed"]) == ("refused", "query", False)
    assert message in result["msg"]
    assert STILL_VALID in result["msg"]
    assert "internal error" not in result["msg"]
    assert "set" not in tenant.counts()


class Disk:
    """A disk that is full after a number of files."""

    def __init__(self, files: int) -> None:
        self.free = files

    def fsync(self, descriptor: int) -> None:
        """Write a file, or raise OSError."""
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            if not self.free:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.free -= 1


@pytest.mark.parametrize("batch", [False, True], ids=["alone", "batch"])
@pytest.mark.parametrize("first", [True, False], ids=["first", "later"])
@pytest.mark.parametrize("files", [0, 1, 2])
def test_a_full_disk_loses_nothing(tmp_path, batch, first, files):
    """It is full when the password is staged, when its request is recorded, or when it is committed."""
    world = World(tmp_path, "file")
    accounts = Accounts(world, ["svc"], batch)
    if not first:
        accounts.rotate()
    before, sets = world.record("svc"), len(accounts.sets("svc"))
    world.fsync = Disk(files).fsync
    (result,) = accounts.rotate().values()
    assert "can't be written: no space left on device" in result["msg"]
    record = world.record("svc")
    if files == 0:
        assert (result["outcome"], result["step"], result["changed"]) == ("refused", "store", False)
        assert STILL_VALID in result["msg"]
        assert (record, len(accounts.sets("svc"))) == (before, sets)
    else:
        assert (result["outcome"], result["step"], result["changed"]) == ("finished", "store", True)
        assert "The password was changed, and the store could not be updated" in result["msg"]
        assert record["pending"]["password"] == accounts.in_effect("svc")
        assert record["current"] == before.get("current")
        assert (record["pending"]["request_id"] is None) is (files == 1)
    world.fsync = lambda _descriptor: None
    check_agreement(accounts, accounts.rotate())
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".lock"}


STORE_KEY = "the key of the encrypted files"
# The outcome, changes to the world, and options of the account.
ENDS_OF_ANY_STORE: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "finished": ("finished", {}, {}),
    "not waited for": ("accepted", {}, {"wait": False}),
    "young": ("unchanged", {}, {"max_age": "1d"}),
    "failed": ("failed", {"fails": 1}, {}),
    "answer lost": ("unknown", {"loses": 1}, {}),
    "hook": ("finished", {}, {"hooks": ("after_change",)}),
    "hook failed": ("finished", {"broken": {"after_change"}}, {"hooks": ("after_change",)}),
}
ENDS_OF_OWN_STORE = {
    "load failed": ("refused", {"broken": {("load", 2)}}, {}),
    "stage failed": ("refused", {"broken": {("save", 4)}}, {}),
    "request id lost": ("unknown", {"broken": {("save", 5)}}, {}),
    "commit failed": ("finished", {"broken": {("save", 6)}}, {}),
}


@pytest.mark.parametrize(
    ("store", "end"),
    [
        *((store, end) for store in ("file", "kv2", OWN) for end in ENDS_OF_ANY_STORE),
        *((OWN, end) for end in ENDS_OF_OWN_STORE),
    ],
)
def test_no_variable_holds_a_secret(tmp_path, store, end):
    world = World(tmp_path, store, **({"store_key": STORE_KEY} if store == "file" else {}))
    world.rotate("svc")
    assert secrets_in(world.left, world) == []
    outcome, changes, given = {**ENDS_OF_ANY_STORE, **ENDS_OF_OWN_STORE}[end]
    for name, value in changes.items():
        setattr(world if name == "broken" else world.tenant, name, value)
    assert world.rotate("svc", **given)["outcome"] == outcome
    assert secrets_in(world.left, world) == []
    world.rotate("svc")
    assert secrets_in(world.left, world) == []
    # Secrets would be found.
    assert secrets_in({**world.left, "rotate_password_record": world.record("svc")}, world)


def secrets_in(variables: dict[str, Any], world: World) -> list[str]:
    """Return the variables that hold a secret, except the user's options."""
    known = [change.password for change in world.tenant.sets] + [STORE_KEY]
    texts = {name: json.dumps(value, default=repr) for name, value in variables.items() if name != "options"}
    return [name for name, text in texts.items() if leaks(text, known)]
