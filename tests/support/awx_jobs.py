# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs playbooks of the collection as AWX runs jobs: with ansible-runner, and the files that AWX gives it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from support.leak_search import leaks
from support.playbook import QUICK_START, ROOT

# The variables that AWX sets for each job, besides those of the credentials.
AWX_ENVIRONMENT = {
    "ANSIBLE_FORCE_COLOR": "True",
    "ANSIBLE_HOST_KEY_CHECKING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
    "ANSIBLE_RETRY_FILES_ENABLED": "False",
    "MAX_EVENT_RES": "700000",
}


class _UnsafeDumper(yaml.SafeDumper):
    """Marks all text as unsafe, as AWX does with the variables of a survey or a launch."""


_UnsafeDumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("!unsafe", text))


class Outcome(NamedTuple):
    """The outcome of a job.

    :ivar rc: exit code of the playbook.
    :ivar events: the job events, in order.
    :ivar files: the text of each file by its path in the artifacts folder, and the output of ansible-runner itself.
    """

    rc: int
    events: list[dict[str, Any]]
    files: dict[str, str]

    @property
    def artifacts(self) -> dict[str, Any]:
        """The data of set_stats, which AWX passes to the next jobs of a workflow."""
        found = [event["event_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return found[-1].get("artifact_data", {}) if found else {}

    @property
    def stdout(self) -> str:
        """The output as AWX shows it."""
        return "\n".join(event["stdout"] for event in self.events)

    def verdict(self, host: str | None = None) -> str:
        """Return the message of the last failed task, of any host or of *host*."""
        for event in reversed(self.events):
            data = event.get("event_data", {})
            if event["event"] == "runner_on_failed" and host in (None, data["host"]):
                return str(data["res"].get("msg"))
        raise AssertionError(f"no task has failed\n{self.stdout[-3000:]}")


class Jobs:
    """Runs jobs, each in its own folder."""

    def __init__(self, folder: Path, tenant: Any) -> None:
        self.folder, self.tenant = folder, tenant
        self.number = 0

    def run(self, playbook: str, survey: dict[str, Any], **how: Any) -> Outcome:
        """Run a job to its end. See ``start``."""
        return self.end(self.start(playbook, survey, **how))

    def start(
        self,
        playbook: str,
        survey: dict[str, Any],
        hosts: dict[str, Any] | None = None,
        shared: dict[str, Any] | None = None,
        credential: dict[str, str] | None = None,
        verbosity: int = 0,
        arguments: str = "",
        project: Path | None = None,
    ) -> tuple[subprocess.Popen[str], Path]:
        """Start a job.

        :param survey: the answers. AWX's own variables are added.
        :param hosts: variables by host; by default only localhost.
        :param shared: variables of the inventory.
        :param credential: the environment variables of the credential; by default those of the tenant's api-client.
        :param arguments: additional arguments of ansible-playbook.
        :param project: the folder of the playbook; by default that of the collection.
        :returns: the process, and the job's folder.
        """
        self.number += 1
        folder = self.folder / f"awx_{self.number}"
        for name in ("env", "inventory", "home", "cp"):
            (folder / name).mkdir(parents=True)
        (folder / "project").symlink_to(project or ROOT / "playbooks")
        variables = {"awx_job_id": self.number, "tower_job_id": self.number, **survey}
        _write(folder / "env" / "extravars", yaml.dump(variables, Dumper=_UnsafeDumper))
        _write(folder / "env" / "cmdline", f"-u root {'-' * bool(verbosity)}{'v' * verbosity} {arguments}")
        _write(folder / "env" / "settings", json.dumps({"suppress_ansible_output": True}))
        _write(folder / "env" / "envvars", json.dumps(self._environment(folder, credential)))
        inventory = {
            "all": {
                "hosts": list(hosts or {"localhost": {}}),
                "vars": {"ansible_python_interpreter": sys.executable, **(shared or {})},
            },
            "_meta": {"hostvars": hosts or {"localhost": {}}},
        }
        _write(folder / "inventory" / "hosts", f"#! {sys.executable}\nprint({json.dumps(inventory)!r})\n")
        (folder / "inventory" / "hosts").chmod(0o700)
        command = [sys.executable, "-m", "ansible_runner", "run", "--omit-env-files"]
        child = subprocess.Popen(
            [*command, "--ident", str(self.number), "--playbook", f"{playbook}.yml", str(folder)],
            env={"PATH": _path(), "HOME": str(folder / "home"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return child, folder

    def end(self, job: tuple[subprocess.Popen[str], Path]) -> Outcome:
        """Wait for the end of a job, and return its outcome."""
        child, folder = job
        try:
            stdout, stderr = child.communicate(timeout=240)
        finally:
            child.kill()
        (artifacts,) = (folder / "artifacts").iterdir()
        files = {
            str(path.relative_to(artifacts)): path.read_text("utf-8", "replace")
            for path in artifacts.rglob("*")
            if path.is_file()
        }
        # This file repeats the environment of ansible-runner, which AWX masks itself.
        files["command"] = json.dumps({**json.loads(files["command"]), "env": None})
        events = [json.loads(text) for name, text in files.items() if name.startswith("job_events/")]
        events.sort(key=lambda event: event["counter"])
        return Outcome(child.returncode, events, {**files, "runner's stdout": stdout, "runner's stderr": stderr})

    def _environment(self, folder: Path, credential: dict[str, str] | None) -> dict[str, str]:
        certificates = {"REQUESTS_CA_BUNDLE": self.tenant.ca_path} if self.tenant.ca_path else {}
        return {
            **AWX_ENVIRONMENT,
            "JOB_ID": str(self.number),
            "AWX_PRIVATE_DATA_DIR": str(folder),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "cp"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build"),
            "ANSIBLE_HOME": str(folder / "home" / ".ansible"),
            **QUICK_START,
            **certificates,
            **(self.tenant.environment() if credential is None else credential),
        }


def assert_no_leak(outcome: Outcome, secrets: list[str]) -> None:
    """Fail if a secret is in any output of a job."""
    # Make sure that there is output to search.
    assert len(outcome.events) > 4, outcome.files
    assert {"stdout", "stderr", "rc", "status"} <= set(outcome.files)
    assert all(len(secret) >= 6 for secret in secrets)
    # One search in all files is faster. A search by file only names the places.
    if leaks("\0".join(outcome.files.values()), secrets):
        found = {name: leaks(text, secrets) for name, text in outcome.files.items()}
        raise AssertionError({name: places for name, places in found.items() if places})


def _write(path: Path, text: str) -> None:
    path.touch(0o600)
    path.write_text(text, "utf-8")


def _path() -> str:
    return os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
