# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a rotation ends, and what its result and its message say, by the tasks of the role in this process."""

from __future__ import annotations

import errno
import os
import stat
from typing import Any

import pytest
from crashes.convergence import Accounts, check_agreement
from crashes.runs import World
from crashes.tenant import SimulatedTenant
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


ENDS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[Any, ...], str]] = {
    "failed": (
        {"outcome": "fail", "errors": ["The password was used before."]},
        {},
        ("failed", "wait", False, "FAILED"),
        "The password was used before",
    ),
    "never": (
        {"outcome": "never"},
        {"wait_timeout": 1},
        ("unknown", "wait", True, "IN_PROGRESS"),
        "has not ended after rotate_password_wait_timeout (1 s)",
    ),
    "not waited": ({"outcome": "never"}, {"wait": False}, ("accepted", None, True, "IN_PROGRESS"), "not waited for"),
    "final": ({"outcome": "final_at_once"}, {}, ("finished", None, True, "FINISHED"), f"set for {BACKUP}"),
    "without id": (
        {"outcome": "accepted_without_id"},
        {},
        ("unknown", "wait", True, "IN_PROGRESS"),
        "without a request id",
    ),
    "late": ({"status_404_first": 2}, {}, ("finished", None, True, "FINISHED"), f"set for {BACKUP}"),
}


@pytest.mark.parametrize("end", ENDS)
def test_each_end_of_a_change_is_told_by_the_result(tenant, rotate, end):
    wish, given, expected, message = ENDS[end]
    tenant.outcome(**wish)
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
    "enforced": (
        {"value": "short", "enforce_policy": True},
        "or leave rotate_password_enforce_policy out to let ISC decide",
    ),
    "nobody": ({"user_name": "nobody"}, "Check rotate_password_user_name (the identity's"),
    "no source": ({"source_name": "Nowhere"}, "ISC refused to query password info"),
    "no account": ({"account_id": "CN=nobody"}, "rotate_password_account_id"),
    "several": ({"user_name": "multi.account"}, "The identity has 3 accounts on this source and none was chosen."),
    "none": ({"user_name": "no.account"}, "The identity has no account on this source."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_be_done_is_explained_before_anything_is_sent(tenant, rotate, case):
    given, message = REFUSED[case]
    result = rotate(**given)
    assert (result["outcome"], result["step"], result["changed"]) == ("refused", "query", False)
    assert message in result["msg"]
    assert STILL_VALID in result["msg"]
    assert "internal error" not in result["msg"]
    assert "set" not in tenant.counts()


class Disk:
    """A disk that is full after some files were written."""

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
def test_a_disk_that_is_full_loses_nothing(tmp_path, batch, first, files):
    """It is full as the password is to be staged, its request to be recorded, or it is to be committed."""
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
