# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the README and the guides runs, and every message in the guide to troubleshooting exists."""

from __future__ import annotations

import os
import re
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
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
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))


def markdown_examples(text: str) -> list[str]:
    """Return the YAML blocks of a Markdown file."""
    return re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def rst_examples(text: str) -> list[str]:
    """Return the YAML blocks of a reStructuredText file that are not files of their own."""
    blocks = re.findall(r"^\.\. code-block:: yaml\n\n((?:   .*\n|\n)+)", text, re.MULTILINE)
    return [dedent(block) for block in blocks]


def rst_files() -> dict[str, str]:
    """Return the YAML blocks of all guides that have a file name as caption."""
    form = r"^\.\. code-block:: yaml\n   :caption: (\S+)\n\n((?:   .*\n|\n)+)"
    return {
        name: dedent(block)
        for guide in GUIDES
        for name, block in re.findall(form, guide.read_text("utf-8"), re.MULTILINE)
    }


def examples() -> list[tuple[str, str]]:
    """Return the name and the text of every example."""
    found = [("README.md", block) for block in markdown_examples((ROOT / "README.md").read_text("utf-8"))]
    for guide in GUIDES:
        found += [(guide.name, block) for block in rst_examples(guide.read_text("utf-8"))]
    return [(f"{name}-{number}", block) for number, (name, block) in enumerate(found)]


def vault_of(request, example: str) -> dict[str, str]:
    """Return the environment of an example that needs a vault: that of a real server."""
    if "kv2" not in example:
        return {}
    server = request.getfixturevalue("openbao")
    return {"VAULT_ADDR": server.url, "VAULT_TOKEN": server.root_token}


def started_change(tenant) -> str:
    """Have a password changed, and return the request id."""
    from ansible_collections.community.sailpoint.plugins.module_utils._execution import execute
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


def playbook_of(name: str, content: dict) -> str:
    """Return the playbook that an example of variables or of an inventory is for."""
    if "lock_out_accounts_hosts" in content:
        return "lock_out_accounts"
    many = "accounts" in content and not name.startswith("rotation.rst")
    return "rotate_accounts" if many else "rotate_password"


@pytest.mark.parametrize(("name", "example"), examples(), ids=dict(examples()))
def test_an_example_runs(request, playbook, tenant, name, example):
    content = yaml.safe_load(example)
    given = {
        "new_password": PASSWORD,
        "new_passwords": {"svc-backup": PASSWORD, "svc-payroll": PASSWORD},
        "store_dir": str(playbook.folder / "passwords"),
        "store_key": STORE_KEY,
        "request_id": started_change(tenant) if "request_id" in example else "",
    }
    arguments, inventory = [], LOCALHOST
    if isinstance(content, list):
        plays: list | str = example
    else:
        plays = [{"ansible.builtin.import_playbook": f"community.sailpoint.{playbook_of(name, content)}"}]
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
    if "after_change" in example:
        arguments = ["-i", "servers.yml"]
    file = playbook.folder / "given.yml"
    file.write_text(yaml.safe_dump(given), "utf-8")
    environment = {
        **tenant.environment(),
        "REQUESTS_CA_BUNDLE": str(tenant.ca_path),
        "NEW_PASSWORD": PASSWORD,
        "STORE_KEY": STORE_KEY,
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join((str(ROOT / ".build"), str(WITHOUT_WINDOWS))),
        **vault_of(request, example),
    }
    outcome = playbook.run(
        plays,
        "-e",
        f"@{file}",
        *arguments,
        inventory=inventory,
        environment=environment,
        files={**rst_files(), "servers.yml": SERVERS},
    )
    assert_all_ok(outcome)
    assert {"login"} < set(tenant.counts()), "the example reached the tenant"


def test_there_are_examples_in_every_place_that_should_have_some():
    places = {name.rpartition("-")[0] for name in dict(examples())}
    assert {"README.md", "authentication.rst", "rotation.rst", "batch.rst", "stores.rst", "receipts.rst"} <= places


def headings(guide: Path) -> list[str]:
    """Return the headings of the lowest level."""
    lines = guide.read_text("utf-8").splitlines()
    return [line for line, rule in zip(lines, lines[1:]) if rule and set(rule) == {"~"}]


def sources() -> str:
    """Return the text of all that can fail, with its strings joined as Python joins them."""
    files = [*(ROOT / "plugins").rglob("*.py"), *(ROOT / "roles").rglob("*.yml")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    # A sentence about a file is put together from the file and what is wrong with it.
    return (
        re.sub(r"\"\s*\n\s*f?\"", "", text)
        .replace('by another run"', 'by another run."')
        .replace('meanwhile"', 'meanwhile."')
    )


@pytest.mark.parametrize("message", headings(ROOT / "docs" / "docsite" / "rst" / "troubleshooting.rst"))
def test_a_message_in_the_guide_is_one_that_the_code_has(message):
    # A message about an operation is put together from its name.
    named = re.sub(
        r"^ISC refused to (log in|query password info|set password|create digit token)",
        r"ISC refused to ...\1",
        message,
    )
    pieces = [piece for piece in named.split("...") if piece.strip(" :.,")]
    text = sources()
    assert pieces
    for piece in pieces:
        assert piece.strip() in text, piece


def test_the_guides_are_all_in_the_table_of_contents():
    sections = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text("utf-8"))["sections"]
    assert {name for section in sections for name in section["toctree"]} == {guide.stem for guide in GUIDES}


def test_every_scope_in_the_readme_is_one_that_an_operation_needs():
    from ansible_collections.community.sailpoint.plugins.module_utils._endpoints import OPERATIONS

    needed = {operation.scope for operation in OPERATIONS}
    for path in (ROOT / "README.md", ROOT / "docs" / "docsite" / "rst" / "authentication.rst"):
        assert set(re.findall(r"idn:[a-z:-]+[a-z]", path.read_text("utf-8"))) == needed
