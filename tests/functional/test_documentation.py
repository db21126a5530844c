# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the README and the guides runs, and prints the output that the guide shows."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.modules import isc_password
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    Record,
    RecordedAccount,
    RecordedPassword,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import record_name
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.file import FileStore
from simulator.fixtures import dashed
from support.guides import GUIDES, README, Block, blocks
from support.keepers import Vault
from support.modules import access, validated
from support.playbook import ROOT, Outcome, assert_all_ok, play
from support.role_plays import ACCOUNT, LOCALHOST, SOURCE, arrived

PASSWORD = "Wonderful-Passw0rd!"
FIRST, SECOND = "The first.1", "The second.2"
STORE_KEY = "a key for encrypted files"
# Modules for Windows are replaced by ones that only check their arguments.
WITHOUT_WINDOWS = ROOT / "tests" / "support" / "collections"
# The account of the example that rolls back. Its source has no password history.
OF_ROLLBACK = {"rotate_password_user_name": "Abby.Smith", "rotate_password_source_name": "HR Database"}
# An account whose record is in a user's home directory.
OF_HOME = RecordedAccount("svc-backup", SOURCE, "id of the source", "id of the account")
SERVERS = """
backup_servers:
  hosts:
    server1:
    server2:
  vars:
    ansible_connection: local
accounts:
  hosts:
    svc-backup:
    svc-payroll:
"""


class Example(NamedTuple):
    """A block of YAML, and the output that the page shows below it, if any."""

    name: str
    text: str
    output: str = ""


def is_part_of_another(block: Block) -> bool:
    """Return whether a block is tasks, an inventory, or variables of configure_awx. They are tested elsewhere."""
    content = yaml.safe_load(block.text)
    if isinstance(content, list):
        return "hosts" not in content[0] and "ansible.builtin.import_playbook" not in content[0]
    return any(name == "plugin" or name.startswith("configure_awx_") for name in content)


def files() -> dict[str, str]:
    """Return the named blocks of all guides, and the folder that a reader creates."""
    named = {block.caption: block.text for guide in GUIDES for block in blocks(guide) if block.caption}
    return {**named, "servers.yml": SERVERS, "home/isc-passwords/.made": ""}


class Records(ThreadingHTTPServer):
    """The server of the example of an own store: JSON documents with an ETag for each version.

    :ivar documents: the documents by path.
    :ivar puts: the written contents.
    :ivar meanwhile: whether another writer replaces each of them.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Documents)
        self.documents: dict[str, bytes] = {}
        self.puts: list[bytes] = []
        self.meanwhile = False

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class _Documents(BaseHTTPRequestHandler):
    server: Records

    def do_GET(self) -> None:
        """Return a document."""
        content = self.server.documents.get(self.path)
        self._response(404 if content is None else 200, content)

    def do_PUT(self) -> None:
        """Replace the named version, or any version if none is named."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        there, named = self.server.documents.get(self.path), self.headers["If-Match"]
        follows = there is None if "If-None-Match" in self.headers else named in (None, there and _etag(there))
        if follows:
            self.server.documents[self.path] = b"{}" if self.server.meanwhile else content
            self.server.puts.append(content)
        self._response(204 if follows else 412, content)

    def _response(self, status: int, content: bytes | None) -> None:
        self.send_response(status)
        if content is not None and status < 400:
            self.send_header("ETag", _etag(content))
        body = content or b""
        if status == 200:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if status == 200 else 0))
        self.end_headers()
        if status == 200:
            self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Write nothing into the tests' output."""


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()}"'


@pytest.fixture
def records():
    """A running service for records."""
    with Records() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def file_of(account: RecordedAccount, folder: Path) -> Path:
    """Return the file that stores an account's record."""
    return folder / f"{record_name(account)}.json"


def commands(name: str, program: str) -> list[str]:
    """Return the commands of a guide that call a program."""
    (guide,) = (guide for guide in GUIDES if guide.stem == name)
    found = [block.text for block in blocks(guide) if block.language == "shell" and program in block.text]
    assert found, f"{name}.rst shows no {program}"
    return found


def examples() -> list[Example]:
    """Return every example once."""
    found: dict[str, Example] = {}
    for page in (README, *GUIDES):
        text = ""
        for block in blocks(page):
            if block.language == "yaml" and not is_part_of_another(block):
                text = block.text
                found.setdefault(text, Example(f"{page.name}-{len(found)}", text))
            elif block.language == "ansible-output":
                assert text, f"output of nothing in {page.name}"
                found[text] = found[text]._replace(output=f"{found[text].output}{block.text}")
    return list(found.values())


def assert_printed(printed: str, expected: str) -> None:
    """Assert that the expected lines were printed in order. Three dots match anything."""
    rest = iter(printed.splitlines())
    for line in filter(str.strip, expected.splitlines()):
        pattern = re.sub(r"(\\\*){3,}", r"\\*+", re.escape(line.rstrip())).replace(r"\.\.\.", ".+")
        found = any(re.fullmatch(pattern, each.rstrip()) for each in rest)
        assert found, f"{line}\n\nis not there, or not in order:\n{printed}"


def started_change(tenant) -> str:
    """Start a password change, and return its request id."""
    given = {"user_name": "Abby.Smith", "source_name": SOURCE, "password": "Another-Passw0rd!", "wait": False}
    params = validated(isc_password.ARGUMENT_SPEC, **access(tenant), **given)
    return execute(isc_password.run, params, False)["request_id"]


def keep_two(folder: Path, account: RecordedAccount) -> None:
    """Store a current and a previous password of an account in a new folder."""
    folder.mkdir(parents=True)
    record = Record(account, current=RecordedPassword(SECOND, 2.0), previous=RecordedPassword(FIRST, 1.0))
    FileStore(str(file_of(account, folder)), STORE_KEY).save(record.as_value(), "")


def rolls_back(example: Example) -> bool:
    """Return whether an example sets the previous password."""
    return "rotate_password_value" in example.text and "version='previous'" in example.text


def reads_a_store(example: Example) -> bool:
    """Return whether an example only reads a stored password."""
    return "rotated_password'" in example.text and not re.search(
        r"include_role|import_role|isc_password:", example.text
    )


def playbook_of(example: Example, content: dict[str, Any]) -> str:
    """Return the playbook for an example of variables or of an inventory."""
    many = "accounts" in content and not example.name.startswith("rotation.rst")
    names = ("lock_out_accounts", "issue_digit_token", "check_tenant", "report_password_ages", "configure_passwords")
    found = (name for name in names if any(variable.startswith(name) for variable in content))
    return next(found, "rotate_accounts" if many else "rotate_password")


def runs_alone(example: Example) -> bool:
    """Return whether an example needs its own run: for its hosts, for another client, or for numbers that it shows."""
    alone = re.search(r"hosts: all$|configure_passwords_", example.text, re.MULTILINE)
    return bool(alone) or "PLAY RECAP" in example.output


def as_playbook(example: Example) -> str:
    """Return the playbook of an example, or one that imports it with the example's variables."""
    content = yaml.safe_load(example.text)
    if isinstance(content, list):
        return example.text
    given = content
    if "accounts" in content:
        given = {**content["accounts"]["vars"], "rotate_accounts_hosts": "accounts"}
    imported = {"ansible.builtin.import_playbook": f"community.sailpoint.{playbook_of(example, content)}"}
    return yaml.safe_dump([{"name": example.name, **imported, "vars": {**given, "example_name": example.name}}])


def environment_of(tenant: Any, client: str = "api-client") -> dict[str, str]:
    """Return the environment in which a reader runs examples."""
    return {
        **tenant.environment(client),
        "REQUESTS_CA_BUNDLE": str(tenant.ca_path),
        "NEW_PASSWORD": PASSWORD,
        "STORE_KEY": STORE_KEY,
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join((str(ROOT / ".build"), str(WITHOUT_WINDOWS))),
    }


def variables_of(playbook: Any, **more: Any) -> dict[str, Any]:
    """Return the variables that examples leave to the reader, updated with *more*."""
    usual = {
        "new_password": PASSWORD,
        "new_passwords": {"svc-backup": PASSWORD, "svc-payroll": PASSWORD},
        "store_dir": str(playbook.folder / "passwords"),
        "store_key": STORE_KEY,
    }
    return {**usual, **more}


@pytest.mark.parametrize("example", [*filter(runs_alone, examples())], ids=lambda example: example.name)
def test_an_example_runs(playbook, tenant, example):
    (playbook.folder / "passwords").mkdir()
    content, given = yaml.safe_load(example.text), variables_of(playbook)
    if isinstance(content, list):
        plays: list | str = example.text
    else:
        plays = [{"ansible.builtin.import_playbook": f"community.sailpoint.{playbook_of(example, content)}"}]
        given.update(content)
    inventory = {"Abby.Smith": OF_ROLLBACK} if "lock_out_accounts_hosts" in content else LOCALHOST
    environment = environment_of(tenant, "pat-abby" if "configure_passwords_" in example.text else "api-client")
    outcome = playbook.run(plays, inventory=inventory, environment=environment, variables=given, files=files())
    assert_all_ok(outcome)
    assert "login" in tenant.counts()
    assert_printed(outcome.stdout, example.output)


def digest_of(example: Example) -> str:
    """Return the digest that identifies an example in its passwords and store path; see run_all."""
    return hashlib.sha256(yaml.safe_load(as_playbook(example))[0]["name"].encode()).hexdigest()[:12]


def run_all(playbook: Any, chosen: list[Example], environment: dict[str, str], *arguments: str, **more: Any) -> Outcome:
    """Run the playbooks of examples in one process, each with its own passwords and store."""
    name = "(example_name | default(ansible_play_name) | hash('sha256'))[:12]"
    for example in chosen:
        (playbook.folder / "passwords" / digest_of(example)).mkdir(parents=True, exist_ok=True)
    own = {
        "new_password": f"Wonderful-{{{{ {name} }}}}!",
        "new_passwords": {user: f"{user[4:7]}-{{{{ {name} }}}}.1A" for user in ("svc-backup", "svc-payroll")},
        "store_dir": f"{playbook.folder}/passwords/{{{{ {name} }}}}",
        # No change of this tenant takes longer. The examples don't set the interval of polls.
        "rotate_password_wait_sleep": 0.3,
    }
    texts = {f"{example.name}.yml": as_playbook(example) for example in chosen}
    *others, last = texts
    outcome = playbook.run(
        texts[last],
        *(*arguments, "-i", "servers.yml", *others),
        inventory=LOCALHOST,
        environment=environment,
        variables=variables_of(playbook, **{**own, **more}),
        files={**files(), **texts},
        path=last,
    )
    assert_all_ok(outcome)
    assert [line for line in outcome.stdout.splitlines() if line.startswith("skipping: no hosts matched")] == []
    assert len(re.findall(r"^PLAY \[", outcome.stdout, re.MULTILINE)) >= len(chosen)
    for example in chosen:
        assert_printed(outcome.stdout, example.output)
    return outcome


TOGETHER = [example for example in examples() if not runs_alone(example)]


def test_the_examples_that_are_plays_run(playbook, tenant, records, openbao):
    """None of them shows a password, not even with ``-vvv``."""
    request_id = started_change(tenant)
    chosen = [example for example in TOGETHER if not reads_a_store(example)]
    (back,) = filter(rolls_back, chosen)
    account = RecordedAccount("Abby.Smith", "HR Database", dashed("source:hr"), "100042")
    keep_two(playbook.folder / "passwords" / digest_of(back), account)
    environment = {**environment_of(tenant), **openbao.environment()}
    outcome = run_all(playbook, chosen, environment, "-vvv", records_url=records.url, request_id=request_id)

    assert arrived(tenant, "100042", "HR Database") == FIRST
    were_set = set(tenant.password(SOURCE, ACCOUNT)["history"])
    loops = {f"bac-{digest_of(example)}.1A" for example in chosen if "loop:" in example.text}
    assert len(loops) == 2 and loops <= were_set
    in_file = next(block.text for guide in GUIDES for block in blocks(guide) if block.caption == "vault.yml")
    assert "Backup-{{ 7*7 }}-4" in in_file and "Backup-{{ 7*7 }}-4" in were_set
    (record,) = map(json.loads, records.documents.values())
    assert record["current"]["password"] in were_set
    assert (record["pending"], len(records.puts)) == (None, len(("stage", "set", "commit")))
    assert [password for password in were_set if password in outcome.output + outcome.event_text] == []


def test_the_examples_that_only_read_a_store_run_without_a_tenant(playbook, tenant):
    chosen = [example for example in TOGETHER if reads_a_store(example)]
    assert len(chosen) > 1
    rotated = playbook.folder / "rotated"
    keep_two(rotated, RecordedAccount("svc-payroll", "Active Directory", "id of the source", "id of the account"))
    run_all(playbook, chosen, environment_of(tenant), store_dir=str(rotated))
    assert tenant.requests() == []


def test_no_example_reads_what_another_one_registered():
    """They share a run, which would hide such a dependency."""
    registered = {example.name: set(re.findall(r"register: (\w+)", example.text)) for example in TOGETHER}
    for example in TOGETHER:
        others = set().union(*registered.values()) - registered[example.name]
        templates = " ".join(re.findall(r"(?:\{\{|when:|that:|var:)(.*)", example.text))
        assert others.isdisjoint(re.findall(r"(?<![.'\w])\w+\b(?!')", templates)), example.name


def test_the_own_store_of_the_guide_overwrites_nothing_of_another_run(playbook, records):
    account = {"source_id": "source", "account_id": ACCOUNT}
    path = f"/source/{quote(ACCOUNT)}"
    records.documents[path], records.meanwhile = b'{"number": 1}', True
    load, save = ({"ansible.builtin.include_tasks": f"http_store/{name}.yml"} for name in ("load", "save"))
    read = {"ansible.builtin.set_fact": {"read": "{{ rotate_password_record }}"}}
    save["vars"] = {"rotate_password_record": {"number": "{{ read.number + 1 }}"}}
    outcome = playbook.run(
        play([load, read, save, save], vars={"rotate_password_account": account}),
        inventory=LOCALHOST,
        variables={"records_url": records.url},
        files=files(),
    )
    assert (outcome.rc, outcome.recap["localhost"]["failed"]) == (2, 1)
    assert [json.loads(content) for content in records.puts] == [{"number": 2}]
    assert records.documents == {path: b"{}"}


def in_shell(command: str, home: Path, **environment: str) -> None:
    """Run a command as a user with the home directory *home*."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    given = {**os.environ, "HOME": str(home), "PATH": path, **environment}
    subprocess.run(["bash", "-euo", "pipefail", "-c", command], env=given, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def home(tmp_path):
    """A home directory with a record and the key of its store."""
    keep_two(tmp_path / "user" / "isc-passwords", OF_HOME)
    (tmp_path / "user" / "old.key").write_text(f"{STORE_KEY}\n", "utf-8")
    (tmp_path / "user" / "new.key").write_text("another key\n", "utf-8")
    return tmp_path / "user"


def test_the_key_of_the_store_can_be_changed(home):
    path = str(file_of(OF_HOME, home / "isc-passwords"))
    before = FileStore(path, STORE_KEY).load().record
    (command,) = commands("stores", "ansible-vault rekey")
    keys = f"--vault-password-file {home / 'old.key'} --new-vault-password-file {home / 'new.key'}"
    in_shell(f"{command.strip()} {keys}", home)
    with pytest.raises(RecordError, match="can't be decrypted"):
        FileStore(path, STORE_KEY).load()
    assert FileStore(path, "another key").load().record == before


def test_a_record_can_be_moved_from_a_file_to_openbao(openbao, home):
    file = file_of(OF_HOME, home / "isc-passwords")
    (command,) = commands("stores", "bao kv put")
    in_the_guide = set(re.findall(r"svc-backup[a-z0-9.-]*?\.[0-9a-f]{12}", command))
    command = command.replace(in_the_guide.pop(), file.stem)
    assert not in_the_guide, "name and path are the same"
    in_shell(command, home, ANSIBLE_VAULT_PASSWORD_FILE=str(home / "old.key"), **openbao.environment())
    assert Vault(openbao).open(OF_HOME).load().record == FileStore(str(file), STORE_KEY).load().record


def test_the_guides_have_examples():
    places = {example.name.rpartition("-")[0] for example in examples()}
    guides = (
        *("quickstart", "authentication", "rotation", "batch", "stores", "receipts", "digit_tokens"),
        *("password_settings", "playbooks", "faq", "check", "accounts"),
    )
    assert {"README.md", *(f"{name}.rst" for name in guides)} <= places
    assert sum(bool(example.output) for example in examples()) == 3


@pytest.mark.parametrize(
    "expected",
    ["TASK [One] ****\nchanged: [localhost]", "ok: [localhost]\nTASK [One] *****", "TASK [Two] ****"],
    ids=["another line", "another order", "nothing like it"],
)
def test_output_that_was_not_printed_is_found(expected):
    printed = "TASK [One] **********\nok: [localhost]\n"
    assert_printed(printed, "TASK [One] ****\nok: [...]")
    with pytest.raises(AssertionError):
        assert_printed(printed, expected)


FORMS = [
    yaml.safe_load(block.text)[0]
    for guide in GUIDES
    for block in blocks(guide)
    if block.language == "yaml" and "tags: rotate" in block.text
]
INCLUDE, IMPORT = "ansible.builtin.include_role", "ansible.builtin.import_role"


def form_of(tags: Any) -> list[Any]:
    """Return how a play or a task uses the role, and what it applies to the role's tasks."""
    used = next(key for key in ("roles", INCLUDE, IMPORT) if key in tags)
    return [used, tags[used].get("apply") if used == INCLUDE else None]


def test_each_form_with_tags_rotates_under_them(playbook, tenant):
    name = "(ansible_play_name | hash('sha256'))[:8]"
    outcome = playbook.run(
        FORMS,
        *("--tags", "rotate"),
        inventory=LOCALHOST,
        environment={**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)},
        variables={"new_password": f"{PASSWORD}-{{{{ {name} }}}}", "rotate_password_wait_sleep": 0.1},
    )
    assert_all_ok(outcome)
    history = tenant.password(SOURCE, ACCOUNT)["history"]
    assert outcome.recap["localhost"]["changed"] == len(set(history)) == len(FORMS)
    assert all(password.startswith(f"{PASSWORD}-") for password in history)


def test_the_guides_and_examples_show_the_same_forms():
    shown = [form_of(form if "roles" in form else form["tasks"][0]) for form in FORMS]
    applied = {"tags": "rotate"}
    assert shown == [[IMPORT, None], [INCLUDE, applied], ["roles", None]]
    specs = yaml.safe_load((ROOT / "roles/rotate_password/meta/argument_specs.yml").read_text("utf-8"))
    tasks = [task for spec in specs["argument_specs"].values() for task in yaml.safe_load(spec["examples"])]
    in_examples = [form_of(task) for task in tasks if "tags" in task]
    assert len(in_examples) == 3
    assert [form for form in in_examples if form not in shown] == []
