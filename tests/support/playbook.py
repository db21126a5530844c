# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible-playbook as a process, as a user does."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
CALLBACKS = ROOT / "tests" / "support" / "callback_plugins"
ACTIONS = ROOT / "tests" / "support" / "action_plugins"
CONNECTIONS = ROOT / "tests" / "integration" / "targets" / "setup_isc" / "connection_plugins"
VARIABLES = "variables.yml"
QUICK_START = {
    # Compiling the collection again takes a tenth of the time of a play.
    "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bytecode"),
    # Code loads a tenth faster without column numbers, which only tracebacks show.
    "PYTHONNODEBUGRANGES": "1",
}

# The two ways in which a module runs, and the connection of each.
WAYS = {"in_process": "local", "ordinary": "isc_target"}

_NAME = re.compile(r"\w+\.\w+\.\w+")
_RECAP = re.compile(r"^(\S+)\s+: ((?:\w+=\d+\s*)+)$", re.MULTILINE)


class Outcome(NamedTuple):
    """The outcome of a playbook: exit code, output, log, events as AWX would store them, argv and environments.

    :ivar event_text: the events as lines of JSON, including the data of set_stats.
    :ivar stats: the data of set_stats, which a workflow gets.
    """

    rc: int
    stdout: str
    stderr: str
    log: str
    events: list[dict[str, Any]]
    event_text: str
    command_lines: set[str]
    environments: set[str]
    stats: dict[str, Any]

    @property
    def output(self) -> str:
        """The output that a person sees."""
        return self.stdout + self.stderr

    @property
    def complaints(self) -> str:
        """The results of the failed tasks, and the end of the output."""
        failed = [event for event in self.events if event["event"] in ("failed", "unreachable")]
        return "\n".join([*(f"{event['task']}: {event['result']}" for event in failed), self.output[-1500:]])

    def result(self, task: str, host: str | None = None) -> dict[str, Any]:
        """Return the result of the only task of that name, as a callback plugin gets it."""
        found = [
            event["result"]
            for event in self.events
            if event["task"] == task and host in (None, event["host"]) and event["event"] in ("ok", "failed")
        ]
        assert len(found) == 1, f"{len(found)} results of {task!r}\n{self.complaints}"
        return found[0]

    def failures(self, host: str) -> list[str]:
        """Return the messages of the failed tasks of a host, in order."""
        failed = [event for event in self.events if event["event"] == "failed" and event["host"] == host]
        return [str(event["result"].get("msg")) for event in failed]

    @property
    def words(self) -> str:
        """The output on one line, without Ansible's line breaks."""
        return " ".join(self.output.split())

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """The numbers at the end of the output, by host."""
        return {
            host: {key: int(number) for key, number in (pair.split("=") for pair in numbers.split())}
            for host, numbers in _RECAP.findall(self.stdout)
        }

    @property
    def ended(self) -> dict[str, str]:
        """How each host ended according to the recap: failed, changed or ok."""
        return {
            host: "failed" if numbers["failed"] else "changed" if numbers["changed"] else "ok"
            for host, numbers in self.recap.items()
        }


class Playbook:
    """Runs plays in their own folder, with an environment that has nothing of the developer's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0

    def run(self, plays: list[dict[str, Any]] | str, *arguments: str, watch: bool = False, **how: Any) -> Outcome:
        """Run plays and wait for their end. See ``start``.

        :param watch: whether to collect the command lines and environments of all processes.
        """
        child = self.start(plays, *arguments, **how)
        folder = self._latest_folder
        watcher = Watcher(child.pid)
        if watch:
            watcher.start()
        try:
            stdout, stderr = child.communicate(timeout=300)
        finally:
            watcher.stop()
            if child.poll() is None:
                kill(child)
        event_text = _text(folder / "events.jsonl")
        events = [json.loads(line) for line in event_text.splitlines()]
        return Outcome(
            child.returncode,
            stdout,
            stderr,
            _text(folder / "ansible.log"),
            [event for event in events if event["event"] != "stats"],
            event_text,
            watcher.command_lines,
            watcher.environments,
            next((event["result"] for event in events if event["event"] == "stats"), {}),
        )

    def start(
        self,
        plays: list[dict[str, Any]] | str,
        *arguments: str,
        inventory: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        variables: dict[str, Any] | None = None,
        python: str | None = None,
        files: dict[str, str] | None = None,
        path: str = "playbook.yml",
        stdout: int = subprocess.PIPE,
    ) -> subprocess.Popen[str]:
        """Start plays without waiting, and return the process, which ``kill`` ends.

        :param plays: data or YAML, or the name of a collection's playbook.
        :param inventory: hosts (name: variables) of the group all; by default a host for each way.
        :param variables: variables for a file. Secrets belong there, because Ansible shows lines of a failed playbook.
        :param files: contents of files in the working directory by path.
        :param path: the path of the playbook in the working directory.
        """
        self._number += 1
        folder = self._latest_folder
        folder.mkdir(parents=True)
        (folder / "home").mkdir()
        if isinstance(plays, str) and _NAME.fullmatch(plays):
            path = plays
        else:
            playbook = folder / path
            playbook.parent.mkdir(exist_ok=True)
            playbook.write_text(plays if isinstance(plays, str) else yaml.safe_dump(plays, allow_unicode=True), "utf-8")
        hosts = inventory if inventory is not None else {name: {"ansible_connection": c} for name, c in WAYS.items()}
        common = {"ansible_python_interpreter": python or sys.executable, "ansible_pipelining": True}
        (folder / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": common}}), "utf-8")
        for name, content in (files or {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, "utf-8")
        if variables:
            (folder / VARIABLES).write_text(yaml.safe_dump(variables), "utf-8")
            arguments = ("-e", f"@{VARIABLES}", *arguments)
        return subprocess.Popen(
            [sys.executable, "-m", "ansible", "playbook", "-i", "inventory.yml", *arguments, path],
            cwd=folder,
            env={**self._environment(folder), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    @property
    def _latest_folder(self) -> Path:
        return self.folder / f"run{self._number}"

    def _environment(self, folder: Path) -> dict[str, str]:
        return {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
            "HOME": str(folder / "home"),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(folder / "home" / ".ansible"),
            "ANSIBLE_REMOTE_TMP": str(folder / "remote"),
            "ANSIBLE_ASYNC_DIR": str(folder / "async"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build"),
            "ANSIBLE_CONNECTION_PLUGINS": str(CONNECTIONS),
            "ANSIBLE_ACTION_PLUGINS": str(ACTIONS),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "isc_events",
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_GATHERING": "explicit",
            "ISC_EVENTS": str(folder / "events.jsonl"),
            **QUICK_START,
        }


class Watcher(threading.Thread):
    """Collects the command lines and environments of a process and its descendants until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.command_lines: set[str] = set()
        self.environments: set[str] = set()
        self._pid = pid
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(0.025):
            self._look_at(str(self._pid))

    def stop(self) -> None:
        self._stopped.set()
        if self.is_alive():
            self.join()

    def _look_at(self, pid: str) -> None:
        process = Path("/proc") / pid
        try:
            self.command_lines.add((process / "cmdline").read_bytes().decode("utf-8", "replace"))
            self.environments.add((process / "environ").read_bytes().decode("utf-8", "replace"))
            children = [child for thread in (process / "task").iterdir() for child in _children(thread)]
        except OSError:
            # The process has ended.
            return
        for child in children:
            self._look_at(child)


def _children(thread: Path) -> list[str]:
    try:
        return (thread / "children").read_text().split()
    except OSError:
        return []


def kill(child: subprocess.Popen[str]) -> None:
    """Kill a process of ``Playbook.start`` and its descendants, and wait until it is gone.

    Since ansible-core 2.19, workers have their own sessions, so killing the process group isn't enough.
    """
    for pid in [child.pid, *_descendants(str(child.pid))]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    child.communicate()


def _descendants(pid: str) -> list[int]:
    try:
        threads = list((Path("/proc") / pid / "task").iterdir())
    except OSError:
        return []
    return [each for thread in threads for one in _children(thread) for each in (int(one), *_descendants(one))]


def play(tasks: list[dict[str, Any]], hosts: str = "all", **keywords: Any) -> list[dict[str, Any]]:
    return [{"hosts": hosts, "gather_facts": False, "tasks": tasks, **keywords}]


def defaults(tenant: Any, **more: Any) -> dict[str, Any]:
    """Return module_defaults that connect all modules to a tenant."""
    client = tenant.clients["api-client"]
    connection = {
        "base_url": tenant.base_url,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        **({"ca_path": tenant.ca_path} if tenant.ca_path else {}),
        **more,
    }
    return {"group/community.sailpoint.isc": connection}


def assert_all_ok(outcome: Outcome) -> None:
    """Fail with the complaints unless the playbook succeeded."""
    assert outcome.rc == 0, outcome.complaints


def task(name: str, module: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": name, f"community.sailpoint.{module}": options, **keywords}


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""
