# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rotation that is killed: how to begin one, what it leaves behind, and what must hold after it was run again."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.community.sailpoint.plugins.modules import isc_password
from functional.playbook import Outcome, Playbook
from functional.test_role import ACCOUNT, LOCALHOST, SOURCE, connection, result_of, rotation
from simulator.tenant import Tenant
from unit.support import FakeTime, run

KEY = "the key of the encrypted files"
VAULT = VaultLib([("default", VaultSecret(KEY.encode()))])
SITE = Path(__file__).parent / "killing_site"

NOTHING_STAGED = "nothing staged"
STAGED = "staged"
REQUEST_KNOWN = "request id known"
COMMITTED = "committed"
# How many set requests there can have been.
SETS = {NOTHING_STAGED: (0,), STAGED: (0, 1), REQUEST_KNOWN: (1,), COMMITTED: (1,)}

UNKNOWN = "It is not known whether the new password or the one from before holds."


class Template(NamedTuple):
    """An account that was rotated a long time ago: its file's name and content, and the tasks of that rotation."""

    name: str
    record: dict[str, Any]
    tasks: list[str]

    @property
    def password(self) -> str:
        """The password that holds."""
        return self.record["current"]["password"]


class Scene:
    """An account whose rotation is due, its store, and the runs that rotate it."""

    def __init__(self, tenant: Tenant, folder: Path, template: Template | None = None, **options: Any) -> None:
        self.tenant, self.folder, self.template, self.options = tenant, folder, template, options
        self.store = folder / "store"
        self.playbook = Playbook(folder)
        (folder / "tmp").mkdir(parents=True)
        tenant.reset()
        self.keep_history(False)
        if template is not None:
            self.store.mkdir()
            self.write(template.record)
            given = {"user_name": "svc-backup", "source_name": SOURCE, "password": template.password, "wait": False}
            tenant.outcome("finish", change_seconds=0)
            run(isc_password, tenant, FakeTime(), **given)
            wait_until_carried_out(self, template.password)
            tenant.clear_requests()

    def keep_history(self, kept: bool) -> None:
        """Say whether the source refuses a password that it had before, the present one included."""
        source = next(each for each in self.tenant.world()["sources"] if each["name"] == SOURCE)
        others = [policy for policy in source["policies"] if not policy.startswith("passwordHistory")]
        self.tenant.settings(policies={SOURCE: [*others, *(["passwordHistory is 5"] if kept else [])]})

    @property
    def file(self) -> Path:
        """The file of the record."""
        if self.template is not None:
            return self.store / self.template.name
        found = list(self.store.glob("[!.]*.json"))
        return found[0] if found else self.store / "none"

    def read(self) -> dict[str, Any]:
        """Return the record, an empty one where there is no file."""
        return json.loads(VAULT.decrypt(self.file.read_bytes())) if self.file.exists() else {}

    def write(self, record: dict[str, Any]) -> None:
        """Put a record in the store."""
        self.file.write_bytes(VAULT.encrypt(json.dumps(record).encode()))

    def start(self, *arguments: str, environment: dict[str, str] | None = None, **more: Any) -> subprocess.Popen[str]:
        """Start the role."""
        return self.playbook.start(*self._how(arguments, more), **self._where(environment))

    def run(self, *arguments: str, environment: dict[str, str] | None = None, **more: Any) -> Outcome:
        """Run the role to its end."""
        return self.playbook.run(*self._how(arguments, more), **self._where(environment))

    def run_into(self, environment: dict[str, str]) -> None:
        """Run the role into the SIGKILL that *environment* asks for."""
        child = self.start(environment=environment)
        stdout, stderr = child.communicate(timeout=120)
        assert child.returncode == -signal.SIGKILL, stdout[-3000:] + stderr[-3000:]

    def run_into_task(self, task: int | str) -> list[str]:
        """Run the role until it is killed at the start of a task, and return the names of the tasks until then."""
        names = self.folder / "killed_tasks"
        self.run_into(counting(names, task))
        return names.read_text("utf-8").splitlines()

    def run_into_write(self, number: int, moment: str) -> None:
        """Run the role until it is killed in one of its writes into the store, see killing_site."""
        count = self.folder / "killed_writes"
        count.touch()
        self.run_into(
            {
                "PYTHONPATH": str(SITE),
                "ISC_KILL_FOLDER": str(self.store),
                "ISC_KILL_WRITE": str(number),
                "ISC_KILL_MOMENT": moment,
                "ISC_KILL_COUNT": str(count),
            }
        )

    def sets(self) -> int:
        """Return how many times the tenant was asked to set a password."""
        return self.tenant.counts().get("set", 0)

    def _how(self, arguments: tuple[str, ...], more: dict[str, Any]) -> tuple[Any, ...]:
        variables = {
            "rotate_password_user_name": "svc-backup",
            "rotate_password_source_name": SOURCE,
            "rotate_password_store": "file",
            "rotate_password_store_dir": str(self.store),
            "rotate_password_store_key": KEY,
            "rotate_password_wait_sleep": 0.1,
            # So that there is nothing to do where the rotation had come to its end when it was killed.
            "rotate_password_max_age": "30d",
            **connection(self.tenant),
            **self.options,
            **more,
        }
        return (rotation(vars=variables), *arguments)

    def _where(self, environment: dict[str, str] | None) -> dict[str, Any]:
        # All that it writes is in the folder.
        return {"inventory": LOCALHOST, "environment": {"TMPDIR": str(self.folder / "tmp"), **(environment or {})}}


class Killed(NamedTuple):
    """What a killed run has left: the store's record and bytes, its state, and the number of set requests."""

    state: str
    record: dict[str, Any]
    content: bytes | None
    sets: int
    arrived: bool


def counting(file: Path, kill_at: int | str = "") -> dict[str, str]:
    """Return the environment in which the role's tasks are counted, see the callback plugin isc_kill."""
    return {
        "ANSIBLE_CALLBACKS_ENABLED": "isc_events,isc_kill",
        "ISC_KILL_TASKS": str(file),
        "ISC_KILL_AT": str(kill_at),
    }


def rotated_long_ago(tenant: Tenant, folder: Path) -> Template:
    """Rotate an account for the first time, without a disturbance, and let forty days pass."""
    scene = Scene(tenant, folder)
    outcome = scene.run(environment=counting(folder / "tasks"))
    assert outcome.rc == 0, outcome.complaints
    record = scene.read()
    then = datetime.now(timezone.utc) - timedelta(days=40)
    record["current"]["rotated_at"] = then.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Template(scene.file.name, record, (folder / "tasks").read_text("utf-8").splitlines())


def look_at(scene: Scene, arrived: bool | None = None) -> Killed:
    """Look at what a killed run has left.

    :param arrived: whether the set request will be carried out; by default when there was one.
    """
    content = scene.file.read_bytes() if scene.file.exists() else None
    record, old = scene.read(), scene.template and scene.template.record
    pending, current = record.get("pending"), record.get("current")
    if pending:
        state = REQUEST_KNOWN if pending["request_id"] else STAGED
        assert current == (old and old["current"]), "the current password was touched before the new one holds"
    else:
        state = NOTHING_STAGED if current == (old and old["current"]) else COMMITTED
    sets = scene.sets()
    assert sets in SETS[state], f"{sets} set requests, and {state}"
    no_plaintext(scene, passwords_in(record))
    return Killed(state, record, content, sets, sets > 0 if arrived is None else arrived)


def wait_until_carried_out(scene: Scene, password: str) -> None:
    """Wait until the tenant holds a password that it was sent."""
    deadline = time.monotonic() + 10
    while tenants_password(scene) != password:
        assert time.monotonic() < deadline, "the tenant doesn't hold the password that was sent"
        time.sleep(0.02)


def tenants_password(scene: Scene) -> str | None:
    """Return the password that the tenant holds."""
    return (scene.tenant.password(SOURCE, ACCOUNT) or {}).get("password")


def passwords_in(record: dict[str, Any]) -> set[str]:
    """Return all passwords of a record."""
    return {entry["password"] for entry in record.values() if isinstance(entry, dict) and entry.get("password")}


def no_plaintext(scene: Scene, passwords: set[str]) -> None:
    """Fail where a file of the store or of a run holds a password that can be read."""
    forms = [form.encode() for one in passwords for form in (one, json.dumps(one)[1:-1])]
    for path in scene.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(form in content for form in forms), f"{path} holds a password"


def in_agreement(scene: Scene, killed: Killed) -> None:
    """Fail unless the store and the tenant agree, on one of two passwords that ever were."""
    record = scene.read()
    assert record["pending"] is None
    assert record["current"]["password"] == tenants_password(scene)
    history = scene.tenant.password(SOURCE, ACCOUNT)["history"]
    ever = {*history, *passwords_in(record), *passwords_in(killed.record)}
    assert len(ever) <= (2 if scene.template else 1), f"{len(ever)} passwords were made"
    assert (record["previous"] or {}).get("password") == (scene.template.password if scene.template else None)
    no_plaintext(scene, ever)


def run_again(scene: Scene, killed: Killed) -> str:
    """Run the role again, with the same options, hold the outcome against the state, and return what it did."""
    outcome = scene.run()
    assert outcome.rc == 0, outcome.complaints
    in_agreement(scene, killed)
    sent = scene.sets() - killed.sets
    expected = 1 if killed.state in (NOTHING_STAGED, STAGED) else 0
    assert sent == expected, f"{sent} set requests by the second run"
    assert result_of(outcome)["changed"] == (killed.state != COMMITTED)
    return decisions(outcome)


def refused_then_settled(scene: Scene, killed: Killed) -> str:
    """Run the role again where the source refuses a password that it has: the user has to say which one holds."""
    scene.keep_history(True)
    again = scene.run()
    assert again.rc == 2
    assert UNKNOWN in " ".join(again.output.split())
    assert scene.sets() == killed.sets + 1
    kept = scene.read()
    assert kept["pending"]["password"] == killed.record["pending"]["password"]
    assert kept["current"] == killed.record["current"]
    settled = scene.run(rotate_password_settle_pending="commit")
    assert settled.rc == 0, settled.complaints
    assert scene.sets() == killed.sets + 1
    in_agreement(scene, killed)
    return f"with history {decisions(again)}, then {decisions(settled)}"


def decisions(outcome: Outcome) -> str:
    """Return what a run decided to do, in order."""
    kept = [event["result"] for event in outcome.events if event["task"].endswith(" : Keep the decision")]
    return ", ".join(result["ansible_facts"]["__rotate_password_doing"] for result in kept)
