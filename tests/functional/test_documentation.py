# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the README and the guides runs, and prints what the guide says that it prints."""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

import pytest
import yaml
from ansible_collections.community.sailpoint.tests.unit.docs.guides import GUIDES, README, Block, blocks
from functional.playbook import ROOT, assert_all_ok
from functional.test_role import LOCALHOST

PASSWORD = "Wonderful-Passw0rd!"
STORE_KEY = "a key for encrypted files"
# No Windows machine is at hand: its modules are replaced by ones that only check their arguments.
WITHOUT_WINDOWS = ROOT / "tests" / "functional" / "collections"
SERVERS = """
backup_servers:
  hosts:
    server1:
    server2:
  vars:
    ansible_connection: local
"""


class Example(NamedTuple):
    """A block of YAML that is run, and the output that the page shows below it, if any."""

    name: str
    text: str
    output: str = ""


def is_part_of_another(block: Block) -> bool:
    """Return whether a block of YAML is a file of tasks, or of variables of configure_awx, which a unit test checks."""
    content = yaml.safe_load(block.text)
    if isinstance(content, list):
        return "hosts" not in content[0] and "ansible.builtin.import_playbook" not in content[0]
    return any(name.startswith("configure_awx_") for name in content)


def files() -> dict[str, str]:
    """Return the blocks of all guides that are files of tasks, by their names."""
    return {
        block.caption: block.text
        for guide in GUIDES
        for block in blocks(guide)
        if block.language == "yaml" and block.caption and is_part_of_another(block)
    }


def examples() -> list[Example]:
    """Return every example. What stands in several places is one."""
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


def assert_printed(printed: str, told: str) -> None:
    """Fail unless the lines that are told were printed, in their order. Three dots stand for anything."""
    rest = iter(printed.splitlines())
    for line in filter(str.strip, told.splitlines()):
        pattern = re.sub(r"(\\\*){3,}", r"\\*+", re.escape(line.rstrip())).replace(r"\.\.\.", ".+")
        found = any(re.fullmatch(pattern, each.rstrip()) for each in rest)
        assert found, f"{line}\n\nis not there, or not in order:\n{printed}"


def vault_of(request, example: str) -> dict[str, str]:
    """Return the environment of an example that needs a vault: that of a real server."""
    if "kv2" not in example:
        return {}
    server = request.getfixturevalue("openbao")
    return {"VAULT_ADDR": server.url, "VAULT_TOKEN": server.root_token}


def started_change(tenant) -> str:
    """Have a password changed, and return the request id."""
    from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
    from ansible_collections.community.sailpoint.plugins.modules import isc_password

    spec = isc_password.ARGUMENT_SPEC
    client = tenant.clients["api-client"]
    params = {
        **{option: details.get("default") for option, details in spec.items()},
        "base_url": tenant.base_url,
        "ca_path": tenant.ca_path,
        "wait": False,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "user_name": "Abby.Smith",
        "source_name": "Active Directory",
        "password": "Another-Passw0rd!",
    }
    return execute(isc_password.run, params, False)["request_id"]


def playbook_of(example: Example, content: dict[str, Any]) -> str:
    """Return the playbook that an example of variables or of an inventory is for."""
    if "lock_out_accounts_hosts" in content:
        return "lock_out_accounts"
    many = "accounts" in content and not example.name.startswith("rotation.rst")
    return "rotate_accounts" if many else "rotate_password"


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_an_example_runs(request, playbook, tenant, example):
    content = yaml.safe_load(example.text)
    given = {
        "new_password": PASSWORD,
        "new_passwords": {"svc-backup": PASSWORD, "svc-payroll": PASSWORD},
        "store_dir": str(playbook.folder / "passwords"),
        "store_key": STORE_KEY,
        "request_id": started_change(tenant) if "request_id:" in example.text else "",
    }
    arguments, inventory = [], LOCALHOST
    if isinstance(content, list):
        plays: list | str = example.text
    else:
        plays = [{"ansible.builtin.import_playbook": f"community.sailpoint.{playbook_of(example, content)}"}]
    if "accounts" in content:
        hosts = content["accounts"]["hosts"]
        inventory = dict.fromkeys(hosts, content["accounts"]["vars"])
        arguments = ["-e", "rotate_password_hosts=all"]
    elif not isinstance(content, list):
        given.update(content)
    if "lock_out_accounts_hosts" in content:
        inventory = {
            "Abby.Smith": {"rotate_password_user_name": "Abby.Smith", "rotate_password_source_name": "HR Database"}
        }
    if "after_change" in example.text:
        arguments = ["-i", "servers.yml"]
    file = playbook.folder / "given.yml"
    file.write_text(yaml.safe_dump(given), "utf-8")
    environment = {
        **tenant.environment(),
        "REQUESTS_CA_BUNDLE": str(tenant.ca_path),
        "NEW_PASSWORD": PASSWORD,
        "STORE_KEY": STORE_KEY,
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join((str(ROOT / ".build"), str(WITHOUT_WINDOWS))),
        **vault_of(request, example.text),
    }
    outcome = playbook.run(
        plays,
        "-e",
        f"@{file}",
        *arguments,
        inventory=inventory,
        environment=environment,
        files={**files(), "servers.yml": SERVERS},
    )
    assert_all_ok(outcome)
    assert {"login"} < set(tenant.counts()), "the example reached the tenant"
    assert_printed(outcome.stdout, example.output)


def test_there_are_examples_in_every_place_that_should_have_some():
    places = {example.name.rpartition("-")[0] for example in examples()}
    guides = {f"{name}.rst" for name in ("quickstart", "authentication", "rotation", "batch", "stores", "receipts")}
    assert {"README.md", *guides} <= places
    assert sum(bool(example.output) for example in examples()) == 2


@pytest.mark.parametrize(
    "told",
    ["TASK [One] ****\nchanged: [localhost]", "ok: [localhost]\nTASK [One] *****", "TASK [Two] ****"],
    ids=["another line", "another order", "nothing like it"],
)
def test_output_that_was_not_printed_is_found(told):
    printed = "TASK [One] **********\nok: [localhost]\n"
    assert_printed(printed, "TASK [One] ****\nok: [...]")
    with pytest.raises(AssertionError):
        assert_printed(printed, told)
