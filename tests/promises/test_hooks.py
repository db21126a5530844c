# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hooks of a rotation, alone and in a batch: which of them run, what they are told, and what it means if one fails.

What Ansible has to do with it, such as where a hook is found and on which host it runs, is in the functional tests.
"""

from __future__ import annotations

from typing import Any

import pytest
from crashes.convergence import Accounts
from crashes.runs import HOOKS, World

YOUNG = {"max_age": "1h"}


class Rotated(Accounts):
    """An account that was rotated once without hooks."""

    def __init__(self, folder: Any, batch: bool) -> None:
        super().__init__(World(folder, "file"), ["svc"], batch)
        self.rotate()
        self.first = self.current("svc")
        self.world.given = {"hooks": tuple(HOOKS)}

    def run(self, **given: Any) -> tuple[dict[str, Any], list[str]]:
        """Rotate again, and return the result, and the names of the hooks that were run."""
        before = len(self.world.hooks)
        (result,) = self.rotate(**given).values()
        return result, [told.name for told in self.world.hooks[before:]]


def end(result: dict[str, Any]) -> tuple[str, str, bool]:
    """Return how a rotation has ended."""
    return result["outcome"], result["step"], result["changed"]


@pytest.fixture(params=[False, True], ids=["alone", "batch"])
def these(tmp_path, request):
    """Return an account whose password is not young unless YOUNG says so."""
    return Rotated(tmp_path, request.param)


def test_those_before_and_after_a_change_are_told_both_passwords(these):
    result, names = these.run()
    assert (result["outcome"], names) == ("finished", ["before_change", "after_change"])
    new = these.in_effect("svc")
    assert [(told.account_id, told.new, told.old) for told in these.world.hooks] == [("CN=svc", new, these.first)] * 2
    assert these.run(**YOUNG)[1] == []


def test_one_on_failure_is_told_what_failed(these):
    these.world.tenant.fails = 1
    result, names = these.run()
    assert (end(result), names) == (("failed", "wait", False), ["before_change", "on_failure"])
    failure = these.world.hooks[-1].failure
    assert (failure["outcome"], failure["step"]) == ("failed", "wait")
    assert "The password was used before." in failure["message"]


def test_one_that_fails_before_the_change_prevents_it(these):
    before = these.world.record("svc")
    these.world.broken = {"before_change"}
    result, names = these.run()
    assert (end(result), names) == (("refused", "hook_before", False), ["on_failure"])
    assert 'The task "Break" failed: on purpose.' in result["msg"]
    assert "The password was not changed; the previous one is still valid." in result["msg"]
    assert (these.world.record("svc"), these.sets("svc")) == (before, [these.first])
    assert these.world.hooks[-1].failure["step"] == "hook_before"


def test_one_that_fails_on_failure_changes_nothing_about_it(these):
    these.world.tenant.fails = 1
    these.world.broken = {"on_failure"}
    result, names = these.run()
    assert (end(result), names) == (("failed", "wait", False), ["before_change"])
    assert "reported FAILED" in result["msg"]
    assert these.world.record("svc")["pending"] is None


def test_one_that_fails_after_the_change_is_all_that_the_next_runs_do(these):
    these.world.broken = {"after_change"}
    result, _names = these.run()
    assert end(result) == ("finished", "hook_after", True)
    assert "The password was changed and stored. The hook after the change failed." in result["msg"]
    record = these.world.record("svc")
    assert record["after_change_due"]
    assert record["current"]["password"] == these.in_effect("svc")

    again, names = these.run()
    assert (again["step"], names) == ("hook_after", ["on_failure"])
    assert "The hook after the change failed. Run this again, which runs only that hook." in again["msg"]
    assert these.world.record("svc") == record
    these.world.broken = set()
    repaired, names = these.run(**YOUNG)
    assert (end(repaired), names) == (("unchanged", None, False), ["after_change"])
    assert these.world.hooks[-1].new == these.in_effect("svc")
    assert these.world.record("svc") == {**record, "after_change_due": False}
    assert these.run(**YOUNG)[1] == []
    assert len(these.sets("svc")) == 2


def test_one_after_the_change_runs_for_what_an_earlier_run_has_begun(tmp_path):
    these = Rotated(tmp_path, batch=False)
    accepted, names = these.run(wait=False)
    assert (accepted["outcome"], names) == ("accepted", ["before_change"])
    result, names = these.run()
    assert (result["outcome"], result["changed"], names) == ("finished", True, ["after_change"])
    assert len(these.sets("svc")) == 2
