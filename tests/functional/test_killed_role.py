# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role, killed with SIGKILL at each of its steps and run again: store and tenant agree, and no password is lost."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable

import pytest
from functional.killing import (
    COMMITTED,
    NOTHING_STAGED,
    REQUEST_KNOWN,
    STAGED,
    Killed,
    Scene,
    in_agreement,
    look_at,
    refused_then_settled,
    run_again,
    wait_until_carried_out,
)
from functional.playbook import kill

# The kill points at tasks are dealt out to so many tests, which run side by side.
LANES = 8

# The tasks that change something, in the store or in ISC.
CHANGING = ("Write the record into its encrypted file", "Set the password", "Wait until the change has ended")


@pytest.fixture
def make_scene(quick_tenant, template, tmp_path):
    """Make an account whose rotation is due, as often as a test wants."""

    def make(first: bool = False, **options: Any) -> Scene:
        number = len(list(tmp_path.iterdir()))
        return Scene(quick_tenant, tmp_path / f"scene{number}", None if first else template, **options)

    return make


@pytest.fixture
def survive(make_scene, record_property):
    """Kill the role, run it again, check all that must hold, and note the kill point for the table at the end."""

    def check(
        point: str,
        strike: Callable[[Scene], Any],
        arrived: bool | None = None,
        wait: bool = True,
        again: bool = True,
        settle: bool = False,
        **options: Any,
    ) -> Killed:
        scene = make_scene(**options)
        strike(scene)
        killed = look_at(scene, arrived)
        if killed.arrived and wait:
            wait_until_carried_out(scene, (killed.record["pending"] or killed.record["current"])["password"])
        done = []
        if settle:
            # Whether the source takes a password twice makes a difference only where it was sent and nobody knows.
            assert killed.state == STAGED
            done.append(refused_then_settled(scene, killed))
            scene.file.write_bytes(killed.content)
            scene.keep_history(False)
            killed = killed._replace(sets=scene.sets())
        if killed.state == NOTHING_STAGED and not again:
            # As if it had not run: the next run is the first one again.
            assert scene.read() == scene.template.record
            assert [path.name for path in scene.store.iterdir()] == [scene.template.name]
            done.append("not run: all is as before the first run")
        elif killed.state == COMMITTED and not again:
            in_agreement(scene, killed)
            done.append("not run: all is done")
        else:
            done.append(run_again(scene, killed))
        sets = "set request sent" if killed.arrived or killed.sets else "nothing sent"
        record_property("kill point", [point, f"{killed.state}, {sets}", "; ".join(done)])
        return killed

    return check


def run_into(names: list[str], number: int, scene: Scene) -> None:
    """Run a rotation until it is killed at the start of a task, and add the names of the tasks to *names*."""
    names.extend(scene.run_into_task(number))


def points(tasks: list[str]) -> list[int]:
    """Return the numbers of the tasks to kill at: those that change something, and each third of the others.

    Between two changes one task is like the other. make soak kills anywhere.
    """
    return [
        number
        for number, name in enumerate(tasks, 1)
        if name in CHANGING or tasks[number - 2] in CHANGING or not number % 3
    ]


@pytest.mark.parametrize("lane", range(LANES))
def test_killed_at_the_start_of_each_task(survive, template, lane):
    # The tasks that write, each the second after the one that is named here.
    stage, accepted, commit = (
        template.tasks.index(name) + 1
        for name in ("Stage the password", "Record that ISC has accepted it", "Commit it")
    )
    for number in points(template.tasks)[lane::LANES]:
        name = template.tasks[number - 1]

        # Where the store is still, or already, as a whole run leaves it, one more run for all such points will do.
        killed = survive(
            f"task {number}, {name}",
            partial(run_into, names := [], number),
            again=stage <= number <= commit + 3,
            settle=number == accepted,
        )
        assert names == template.tasks[:number]
        assert (killed.state == NOTHING_STAGED) == (number <= stage + 2)
        assert (killed.state == COMMITTED) == (number > commit + 2)
    assert {"Load its record from the store", "Set the password", "Record the request id", "Commit it"} <= set(
        template.tasks
    )


@pytest.mark.parametrize(
    ("operation", "when", "end", "state", "arrived"),
    [
        ("query", "before", "abort", NOTHING_STAGED, False),
        ("set", "before", "abort", STAGED, False),
        ("set", "before", "open", STAGED, True),
        ("set", "after", "abort", STAGED, True),
        ("status", "before", "abort", REQUEST_KNOWN, True),
    ],
)
def test_killed_while_a_request_is_on_its_way(survive, operation, when, end, state, arrived):
    def strike(scene: Scene) -> None:
        scene.tenant.fault(operation, "gate", name="here", when=when)
        child = scene.start()
        scene.tenant.wait_for_gate("here")
        kill(child)
        scene.tenant.control("POST", f"gates/here/{end}")

    point = f"{operation} held {when} it was processed, then {'dropped' if end == 'abort' else 'let go'}"
    settle = (operation, when, end) == ("set", "before", "open")
    assert survive(point, strike, arrived, settle=settle).state == state


def test_killed_while_the_change_takes_its_time(survive):
    def strike(scene: Scene) -> None:
        scene.tenant.outcome("finish", change_seconds=3)
        scene.run_into_task("Wait until the change has ended")

    assert survive("waiting, run again before the change has ended", strike, wait=False).state == REQUEST_KNOWN


@pytest.mark.parametrize(
    ("number", "before", "after", "first", "moment"),
    [
        (1, NOTHING_STAGED, STAGED, False, "torn"),
        (1, NOTHING_STAGED, STAGED, False, "replaced"),
        (2, STAGED, REQUEST_KNOWN, False, "written"),
        (2, STAGED, REQUEST_KNOWN, False, "replaced"),
        (3, REQUEST_KNOWN, COMMITTED, False, "torn"),
        (3, REQUEST_KNOWN, COMMITTED, False, "replaced"),
        # There is no file yet.
        (1, NOTHING_STAGED, STAGED, True, "torn"),
        (1, NOTHING_STAGED, STAGED, True, "written"),
        (1, NOTHING_STAGED, STAGED, True, "replaced"),
    ],
)
def test_killed_in_a_write_of_the_store(survive, number, moment, before, after, first):
    killed = survive(
        f"write {number}, {moment}{', no record yet' if first else ''}",
        lambda scene: scene.run_into_write(number, moment),
        first=first,
        settle=(number, moment) == (2, "written"),
    )
    assert killed.state == (after if moment == "replaced" else before)


HOOK = """
- name: Tell the first consumer
  ansible.builtin.shell: echo told >> {folder}/first
  changed_when: true
- name: Tell the second consumer
  ansible.builtin.shell: echo told >> {folder}/second
  changed_when: true
"""


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ("Run what is to follow a change", (1, 1)),
        ("Tell the second consumer", (2, 1)),
        ("Record that the hook has succeeded", (2, 2)),
    ],
)
def test_killed_in_the_hook_after_the_change(make_scene, record_property, tmp_path, task, told):
    hook = tmp_path / "hook.yml"
    hook.write_text(HOOK.format(folder=tmp_path), "utf-8")
    scene = make_scene(rotate_password_after_change=str(hook))
    scene.run_into_task(task)
    killed = look_at(scene)
    assert killed.state == COMMITTED
    assert killed.record["after_change_due"] is True
    again = scene.run()
    assert again.rc == 0, again.complaints
    assert tuple(len((tmp_path / name).read_text().splitlines()) for name in ("first", "second")) == told
    assert scene.sets() == 1
    assert scene.read() == {**killed.record, "after_change_due": False}
    in_agreement(scene, killed)
    record_property("kill point", [f"hook, {task}", f"{killed.state}, hook due", "only the hook"])
