# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files in the collection's archive, and requirements of Galaxy, Automation Hub and ansible-test.

galaxy-importer always exits with 0, so its log is checked. `make galaxy` checks other requirements.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tools import archive, importer

# Concatenated, so that this file isn't taken for one with a secret.
VAULT = b"---\nkey: !vault |\n  $ANSIBLE" + b"_VAULT;1.1;AES256\n  6162\n"
KEY = b"-----BEGIN RSA " + b"PRIVATE KEY-----\nMIIE\n"
CONTENT = dict.fromkeys((*archive.NEEDED, "plugins/modules/isc_login.py"), b"")


def test_the_required_files_are_complete_and_belong():
    assert archive.complaints(CONTENT) == []


@pytest.mark.parametrize(
    "name",
    [
        *(".github/workflows/tests.yml", "Makefile", "docs/conf.py", "extensions/molecule/config.yml"),
        *("playbooks/.vault.yml", "playbooks/vault.key", "tests/unit/test_one_place.py"),
        *("plugins/modules/__pycache__/isc_login.cpython-313.pyc", "plugins/modules/test_isc_login.py"),
        "roles/rotate_password/tests/main.yml",
    ],
)
def test_other_files_do_not_belong(name):
    """Tests, tools, hidden and unknown files are refused."""
    assert archive.complaints({**CONTENT, name: b""}) == [f"{name} doesn't belong in it."]


@pytest.mark.parametrize("name", archive.NEEDED)
def test_a_missing_file_is_found(name):
    content = {other: b"" for other in CONTENT if other != name}
    assert archive.complaints(content) == [f"{name} is missing."]


@pytest.mark.parametrize("content", [VAULT, KEY])
def test_a_secret_is_found(content):
    """A secret is refused even in a file that belongs."""
    name = "playbooks/inventories/accounts.yml"
    assert archive.complaints({**CONTENT, name: content}) == [f"{name} holds a secret."]


GOOD = """\
Importing with galaxy-importer 0.4.44
Getting doc strings via ansible-doc
Finding content inside collection
Loading module isc_login
Loading playbook rotate_password.yml
Linting collection via ansible-lint 26.10.1...
...ansible-lint run complete
Collection loading complete
Importer processing completed successfully
"""


def test_a_good_log():
    assert importer.complaints(GOOD) == []


@pytest.mark.parametrize(
    "text",
    [
        "WARNING: roles/rotate_password/tasks/main.yml:11: name[missing][/]: All tasks should be named.",
        "WARNING: No changelog found. Add a CHANGELOG.rst or CHANGELOG.md file in the collection root.",
        "WARNING: Ignore files skip ansible-test sanity tests, found ignore-2.19.txt with 0 statement(s)",
        "WARNING: ansible-doc not found, skipping loading of docstrings",
        "ERROR: Error during parsing of role metadata",
        "Traceback (most recent call last):",
        "a line of a version to come",
    ],
)
def test_any_unknown_line_is_a_complaint(text):
    assert importer.complaints(GOOD.replace("isc_login\n", f"isc_login\n{text}\n")) == [text]


def test_an_import_that_failed_or_ended_early():
    reason = "ERROR: The import failed for the following reason: No role readme found."
    no_end, no_lint = f"The log doesn't end with: {importer.LAST}.", "ansible-lint didn't run."
    assert importer.complaints(GOOD.replace(importer.LAST, reason)) == [reason, no_end]
    assert importer.complaints(GOOD.partition("Collection loading complete")[0])[-1] == no_end
    assert importer.complaints("") == [no_end, no_lint]
    assert importer.complaints("\n".join(line for line in GOOD.splitlines() if "-lint" not in line)) == [no_lint]


def test_a_module_without_documentation():
    contents = [
        {"content_type": "module", "content_name": "isc_login", "doc_strings": None},
        {"content_type": "filter", "content_name": "generate_password", "doc_strings": {"doc": {}}},
        {"content_type": "module_utils", "content_name": "_client", "doc_strings": None},
    ]
    found = importer.undocumented({"docs_blob": {"contents": contents}})
    assert found == ["Galaxy shows no documentation of the module isc_login."]


ROOT = Path(__file__).resolve().parents[3]
ROLES = sorted(path for path in (ROOT / "roles").iterdir() if path.is_dir())


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_role_has_a_page_and_a_description(role):
    """Without a page the import fails. A list of roles shows the description."""
    assert (role / "README.md").read_text("utf-8").partition("\n# ")[2].startswith(f"{role.name}\n")
    assert yaml.safe_load((role / "meta" / "main.yml").read_text("utf-8"))["galaxy_info"]["description"]


def test_sanity_ignores_nothing():
    """A file of exceptions is empty or missing."""
    files = [path for path in (ROOT / "tests" / "sanity").glob("ignore*") if path.stat().st_size]
    assert files == []


def test_the_readme_has_the_sections_and_links_that_certification_requires():
    """Galaxy and Automation Hub show it on a page of their own, where a relative link leads nowhere."""
    text = (ROOT / "README.md").read_text("utf-8")
    repository = "https://github.com/ansible-collections/community.sailpoint/blob/main/"
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert [link for link in links if not link.startswith("https://")] == []
    files = [link.removeprefix(repository) for link in links if link.startswith(repository)]
    assert files and [file for file in files if not (ROOT / file).exists()] == []
    headings = {"Requirements", "Installation", "Use cases", "Testing", "Support"}
    headings |= {"Release notes", "Related information", "License"}
    assert headings <= set(re.findall(r"^## (.*)$", text, re.MULTILINE))
