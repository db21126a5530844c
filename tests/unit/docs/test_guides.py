# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides are complete, reachable, agree with the code, and are displayed well by GitHub."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.module_utils._change import sync_group as _sync_group
from ansible_collections.community.sailpoint.plugins.module_utils._client import client as _client
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import ENVIRONMENT
from ansible_collections.community.sailpoint.plugins.module_utils._http import transport as _transport
from ansible_collections.community.sailpoint.plugins.module_utils._password import encryption as _encryption
from ansible_collections.community.sailpoint.plugins.module_utils._password import fingerprint as _fingerprint
from support.github import shown
from support.guides import GUIDES, README, ROOT, blocks
from support.operations import OPERATIONS

DOCSITE = ROOT / "docs" / "docsite"
PLAYBOOKS = {path.stem: path.read_text("utf-8") for path in (ROOT / "playbooks").glob("*.yml")}
BY_NAME = {guide.stem: guide.read_text("utf-8") for guide in GUIDES}
# The guides that the README links to.
LINKED = (
    *("quickstart", "rotation", "batch", "awx", "digit_tokens", "password_settings", "playbooks"),
    *("security", "faq", "troubleshooting", "contributor_guide"),
)


def test_the_table_of_contents_is_complete_and_links_for_contributors_work():
    sections = yaml.safe_load((DOCSITE / "extra-docs.yml").read_text("utf-8"))["sections"]
    assert sorted(name for section in sections for name in section["toctree"]) == sorted(BY_NAME)
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", BY_NAME)
def test_a_guide_has_its_label_and_names_only_existing_files(name):
    assert f"\n.. _ansible_collections.community.sailpoint.docsite.{name}:\n" in BY_NAME[name]
    named = re.findall(r"``((?:docs|extensions|playbooks|plugins|roles|tests)/[\w./]+)``", BY_NAME[name])
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", LINKED)
def test_the_readme_links_to_a_guide(name):
    assert f"/blob/main/docs/docsite/rst/{name}.rst)" in README.read_text("utf-8")


@pytest.mark.parametrize("place", [README, DOCSITE / "rst" / "authentication.rst"], ids=lambda path: path.name)
def test_the_scopes_are_those_of_the_operations(place):
    assert set(re.findall(r"(?:idn|sp):[a-z:-]+[a-z]", place.read_text("utf-8"))) == {
        each.scope for each in OPERATIONS if each.scope
    }


def test_numbers_in_the_guides_are_those_of_the_code():
    text = " ".join(BY_NAME["troubleshooting"].split())
    assert f"each {_client.PAGE_SIZE} sync groups that the tenant has, at most {_client.MAX_PAGES}" in text
    parts = _sync_group.MAX_NAMED // _sync_group.NAMED_AT_ONCE
    assert f"each {_sync_group.NAMED_AT_ONCE} other sources of the group, at most {parts}." in text
    text = BY_NAME["security"]
    smallest, largest = _encryption.SMALLEST_KEY, _encryption.LARGEST_KEY
    assert f"less than {smallest} or more than {largest} bits are refused" in " ".join(text.split())
    assert f"Responses over {_transport.MAX_RESPONSE_SIZE // 1024**2} MiB after decompression, and in" in text
    fingerprint = _fingerprint.new_fingerprint("any", bytes(_fingerprint.SALT_BYTES))
    assert f"{_fingerprint.SCHEME} ({128 * fingerprint.n * fingerprint.r // 1024**2} MiB" in text


def test_the_environment_variables_are_described():
    described = re.findall(r"^   \* - ``(SAIL_\w+)``$", BY_NAME["authentication"], re.MULTILINE)
    assert set(described) == set(ENVIRONMENT.values())


def test_the_contributor_guide_explains_each_file():
    utils = [ROOT / "plugins" / folder for folder in ("module_utils", "plugin_utils")]
    files = [str(path.relative_to(folder)) for folder in utils for path in folder.rglob("*.py")]
    explained = set(re.findall(r"^   \* - (``_.*)$", BY_NAME["contributor_guide"], re.MULTILINE))
    patterns = [pattern for row in explained for pattern in re.findall(r"``(_[\w/*]+\.py)``", row)]
    assert [file for file in files if not any(fnmatch(file, pattern) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(fnmatch(file, pattern) for file in files)] == []
    assert len(patterns) == len(set(patterns))


@pytest.mark.parametrize(
    "place",
    [
        *("README.md", "plugins/modules/isc_password.py", "plugins/modules/isc_password_batch.py"),
        *(f"docs/docsite/rst/{name}.rst" for name in ("rotation", "security", "faq")),
        *("roles/rotate_password/meta/argument_specs.yml", "playbooks/inventories/accounts.yml"),
    ],
)
def test_passwords_in_variables_are_explained_with_unsafe(place):
    assert "!unsafe" in (ROOT / place).read_text("utf-8")


def test_the_specification_of_the_role_has_no_template():
    # Ansible evaluates it, including descriptions, when it validates the options of the role.
    text = (ROOT / "roles" / "rotate_password" / "meta" / "argument_specs.yml").read_text("utf-8")
    assert [line for line in text.splitlines() if "{{" in line and '"{{' not in line] == []


@pytest.mark.parametrize("name", sorted(PLAYBOOKS))
def test_a_playbook_has_a_section_with_the_variables_of_its_comment(name):
    section = re.search(rf"^{name}\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", BY_NAME["playbooks"], re.DOTALL | re.MULTILINE)
    assert section, f"{name} is not on the page"
    variables = set(re.findall(r"^#   (\w+) {2,}", PLAYBOOKS[name], re.MULTILINE))
    assert variables
    # The variables of configure_awx are on the page about AWX.
    expected = set() if name == "configure_awx" else variables
    assert set(re.findall(r"^   \* - ``(\w+)``", section[1], re.MULTILINE)) == expected


MARKDOWN = [README, ROOT / "CONTRIBUTING.md", ROOT / "roles" / "rotate_password" / "README.md"]
CAPTION = """
.. code-block:: yaml
   :caption: first_play.yml

   - hosts: localhost
"""


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_github_displays_a_guide_with_its_code_and_links(guide):
    page = shown(guide.read_text("utf-8"))
    assert page.complaints == ""
    assert not re.search(r":\w+:`", page.text), "a raw role"
    assert [block.strip() for block in page.code] == [block.text.strip() for block in blocks(guide)]
    assert [link for link in page.links if "://" not in link and not (guide.parent / link).exists()] == []


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_markdown_has_nothing_of_sphinx(page):
    text = page.read_text("utf-8")
    assert text.count("```") == 2 * len(re.findall(r"^```\w+$", text, re.MULTILINE)), "a block without its language"
    assert not re.search(r":\w+:`|^\.\. ", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("See :ref:`authentication`.", 'Unknown interpreted text role "ref"'),
        (".. envvar:: SAIL_BASE_URL\n\n   The address.", 'Unknown directive type "envvar"'),
        (CAPTION, 'unknown option: "caption"'),
    ],
    ids=["role", "directive", "caption"],
)
def test_markup_that_github_does_not_display_is_found(text, complaint):
    page = shown(text)
    assert complaint in page.complaints
    assert page.code == []
