# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run that a pending password belongs to, and whether that run is still alive."""

from __future__ import annotations

import io
import multiprocessing
import os
import subprocess
import sys
import time

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import owner as _owner
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import (
    ALIVE,
    DEAD,
    OWN,
    REMOTE,
    RunOwner,
    liveness,
    start_of_process,
    this_run,
)


@pytest.fixture
def child():
    """Another process that waits to be killed."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def owner_of(process: int) -> RunOwner:
    return this_run("localhost")._replace(process=process, started=start_of_process(process))


def test_the_same_run_another_host_and_another_node():
    assert liveness(this_run("localhost"), this_run("localhost")) == OWN
    assert liveness(this_run("db1"), this_run("db2")) == ALIVE
    assert liveness(this_run("localhost")._replace(node="another"), this_run("localhost")) == REMOTE
    assert this_run("localhost").process == os.getpid()
    assert this_run("localhost").started


def test_a_forked_worker_acts_for_the_run_that_it_was_forked_from():
    # Ansible performs each task in a worker.
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    worker = context.Process(target=lambda: queue.put(this_run("localhost")))
    worker.start()
    worker.join(30)
    assert worker.exitcode == 0
    assert queue.get() == this_run("localhost")


def test_a_killed_process_is_dead_even_as_a_zombie_and_so_is_one_whose_id_is_reused(child):
    owner = owner_of(child.pid)
    assert liveness(owner, this_run("localhost")) == ALIVE
    assert liveness(owner._replace(started="1"), this_run("localhost")) == DEAD
    child.kill()
    deadline = time.monotonic() + 10
    while liveness(owner, this_run("localhost")) != DEAD:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with open(f"/proc/{child.pid}/stat", encoding="utf-8") as file:
        assert file.read().rpartition(")")[2].split()[0] == "Z"
    child.wait()
    assert liveness(owner, this_run("localhost")) == DEAD


@pytest.mark.parametrize("number", [2**22 + 1, 2**31 - 1, 2**70, -5])
def test_an_impossible_process_id_is_dead(number):
    assert liveness(this_run("localhost")._replace(process=number), this_run("localhost")) == DEAD


def test_a_node_is_a_host_a_boot_and_a_process_namespace(monkeypatch):
    node = this_run("localhost").node
    for part, replacement in (
        ("builtins.open", lambda *_arguments, **_keywords: io.StringIO("another")),
        ("os.readlink", lambda _path: "another"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(part, replacement)
            assert this_run("localhost").node != node
            assert "another" in this_run("localhost").node
    monkeypatch.setattr(_owner.socket, "gethostname", lambda: "another")
    assert this_run("localhost").node.startswith("another ")


def test_without_proc_a_process_is_found_by_a_signal(monkeypatch, child):
    real = open
    monkeypatch.setattr(_owner.os.path, "isdir", lambda path: False)

    def without_proc(path, *arguments, **keywords):
        if str(path).startswith("/proc"):
            raise FileNotFoundError(path)
        return real(path, *arguments, **keywords)

    monkeypatch.setattr("builtins.open", without_proc)
    assert start_of_process(child.pid) == ""
    child.kill()
    child.wait()
    assert start_of_process(child.pid) is None
    assert this_run("localhost").node


def test_a_process_name_with_parentheses_and_blanks_is_parsed(tmp_path):
    odd = tmp_path / ") Z 1 ("
    os.symlink("/bin/sleep", odd)
    process = subprocess.Popen([str(odd), "60"])
    try:
        deadline = time.monotonic() + 10
        while "sleep" not in os.readlink(f"/proc/{process.pid}/exe") and time.monotonic() < deadline:
            time.sleep(0.01)
        assert start_of_process(process.pid).isdigit()
        assert int(start_of_process(process.pid)) >= int(start_of_process(os.getpid()))
    finally:
        process.kill()
        process.wait()


def test_an_owner_survives_json_and_is_readable():
    owner = this_run("localhost")
    assert RunOwner.from_value(owner._asdict()) == owner
    # In ansible-core 2.18 and older, Jinja turns a number in a template with other text into text.
    assert RunOwner.from_value({**owner._asdict(), "process": str(owner.process)}) == owner
    assert str(RunOwner("node boot namespace", 7, "1", "db1")) == "process 7 on node, for the host db1"


@pytest.mark.parametrize(
    ("field", "value"), [("node", 1), ("started", None), ("inventory_host", []), ("process", True), ("process", "x")]
)
def test_a_malformed_owner_is_refused(field, value):
    with pytest.raises((TypeError, ValueError)):
        RunOwner.from_value({**this_run("localhost")._asdict(), field: value})
