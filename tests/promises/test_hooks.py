# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hooks of a rotation, alone and in a batch: which of them run, their variables, and the effect of a failure.

The functional tests cover Ansible's part, such as where a hook is found and on which host it runs.
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
        """Rotate again, and return the result and the names of the hooks that ran."""
        before = len(self.world.hooks)
        (result,) = self.rotate(**given).values()
        return result, [hook.name for hook in self.world.hooks[before:]]


def end(result: dict[str, Any]) -> tuple[str, str, bool]:
    """Return the outcome, the step, and whether a password changed."""
    return result["outcome"], result["step"], result["changed"]


@pytest.fixture(params=[False, True], ids=["alone", "batch"])
def account(tmp_path, request):
    """Return an account whose password counts as young only with YOUNG."""
    return Rotated(tmp_path, request.param)


def test_hooks_before_and_after_a_change_get_both_passwords(account):
    result, names = account.run()
    assert (result["outcome"], names) == ("finished", ["before_change", "after_change"])
    new = account.in_effect("svc")
    assert [(hook.account_id, hook.new, hook.old) for hook in account.world.hooks] == [
        ("CN=svc", new, account.first)
    ] * 2
    assert account.run(**YOUNG)[1] == []


def test_the_failure_hook_gets_the_problem(account):
    account.world.tenant.fails = 1
    result, names = account.run()
    assert (end(result), names) == (("failed", "wait", False), ["before_change", "on_failure"])
    failure = account.world.hooks[-1].failure
    assert (failure["outcome"], failure["step"]) == ("failed", "wait")
    assert "The password was used before." in failure["message"]


def test_the_result_that_a_hook_sees_holds_no_password(account):
    account.run()
    account.world.tenant.fails = 1
    account.run()
    account.world.tenant.fails = 0
    account.world.broken = {"before_change"}
    account.run()
    seen = {(hook.name, hook.result["outcome"], hook.result["step"]) for hook in account.world.hooks}
    assert seen == {
        ("before_change", None, None),
        ("after_change", "finished", None),
        ("on_failure", "failed", "wait"),
        ("on_failure", "refused", "hook_before"),
    }
    passwords = {account.first, *(password for hook in account.world.hooks for password in (hook.new, hook.old))}
    shown = str([hook.result for hook in account.world.hooks])
    assert len(passwords - {""}) >= 3
    assert not [password for password in passwords if password and password in shown]


def test_a_hook_that_fails_before_the_change_prevents_it(account):
    before = account.world.record("svc")
    account.world.broken = {"before_change"}
    result, names = account.run()
    assert (end(result), names) == (("refused", "hook_before", False), ["on_failure"])
    assert 'The task "Break" failed: on purpose.' in result["msg"]
    assert "The password was not changed; the previous one is still valid." in result["msg"]
    assert (account.world.record("svc"), account.sets("svc")) == (before, [account.first])
    assert account.world.hooks[-1].failure["step"] == "hook_before"


def test_a_failing_failure_hook_does_not_change_the_result(account):
    account.world.tenant.fails = 1
    account.world.broken = {"on_failure"}
    result, names = account.run()
    assert (end(result), names) == (("failed", "wait", False), ["before_change"])
    assert "reported FAILED" in result["msg"]
    assert account.world.record("svc")["pending"] is None


def test_a_hook_that_fails_after_the_change_is_all_that_the_next_run_does(account):
    account.world.broken = {"after_change"}
    result, _names = account.run()
    assert end(result) == ("finished", "hook_after", True)
    assert "The password was changed and stored. The hook after the change failed." in result["msg"]
    record = account.world.record("svc")
    assert record["after_change_due"]
    assert record["current"]["password"] == account.in_effect("svc")

    again, names = account.run()
    assert (again["step"], names) == ("hook_after", ["on_failure"])
    assert "The hook after the change failed. Run this again, which runs only that hook." in again["msg"]
    assert account.world.record("svc") == record
    account.world.broken = set()
    repaired, names = account.run(**YOUNG)
    assert (end(repaired), names) == (("unchanged", None, False), ["after_change"])
    assert account.world.hooks[-1].new == account.in_effect("svc")
    assert account.world.record("svc") == {**record, "after_change_due": False}
    assert account.run(**YOUNG)[1] == []
    assert len(account.sets("svc")) == 2


def test_the_hook_after_the_change_runs_for_a_change_of_an_earlier_run(tmp_path):
    account = Rotated(tmp_path, batch=False)
    accepted, names = account.run(wait=False)
    assert (accepted["outcome"], names) == ("accepted", ["before_change"])
    result, names = account.run()
    assert (result["outcome"], result["changed"], names) == ("finished", True, ["after_change"])
    assert len(account.sets("svc")) == 2
