# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides are found, and what they say of the code is so."""

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
from support.guides import GUIDES, README, ROOT
from support.operations import OPERATIONS

DOCSITE = ROOT / "docs" / "docsite"
BY_NAME = {guide.stem: guide.read_text("utf-8") for guide in GUIDES}
# What a newcomer finds from the README in one step.
IN_ONE_STEP = (
    *("quickstart", "rotation", "batch", "awx", "digit_tokens", "password_settings", "playbooks"),
    *("security", "faq", "troubleshooting", "contributor_guide"),
)


def test_all_are_in_the_table_of_contents():
    sections = yaml.safe_load((DOCSITE / "extra-docs.yml").read_text("utf-8"))["sections"]
    assert sorted(name for section in sections for name in section["toctree"]) == sorted(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_it_has_the_label_of_its_name(name):
    assert f"\n.. _ansible_collections.community.sailpoint.docsite.{name}:\n" in BY_NAME[name]


def test_the_links_for_contributors_lead_to_files():
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", BY_NAME)
def test_what_it_names_in_the_repository_is_there(name):
    named = re.findall(r"``((?:docs|extensions|playbooks|plugins|roles|tests)/[\w./]+)``", BY_NAME[name])
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", IN_ONE_STEP)
def test_the_readme_leads_to_it(name):
    assert f"/blob/main/docs/docsite/rst/{name}.rst)" in README.read_text("utf-8")


@pytest.mark.parametrize("place", [README, DOCSITE / "rst" / "authentication.rst"], ids=lambda path: path.name)
def test_its_scopes_are_those_that_the_operations_need(place):
    assert set(re.findall(r"(?:idn|sp):[a-z:-]+[a-z]", place.read_text("utf-8"))) == {
        each.scope for each in OPERATIONS if each.scope
    }


def test_the_requests_of_a_lookup_are_counted():
    text = " ".join(BY_NAME["troubleshooting"].split())
    assert f"each {_client.PAGE_SIZE} sync groups that the tenant has, at most {_client.MAX_PAGES}" in text
    parts = _sync_group.MAX_NAMED // _sync_group.NAMED_AT_ONCE
    assert f"each {_sync_group.NAMED_AT_ONCE} other sources of the group, at most {parts}." in text


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


def test_the_numbers_of_the_security_model_are_those_of_the_code():
    text = BY_NAME["security"]
    smallest, largest = _encryption.SMALLEST_KEY, _encryption.LARGEST_KEY
    assert f"less than {smallest} or more than {largest} bits are refused" in " ".join(text.split())
    assert f"Responses over {_transport.MAX_RESPONSE_SIZE // 1024**2} MiB after decompression, and in" in text
    fingerprint = _fingerprint.new_fingerprint("any", bytes(_fingerprint.SALT_BYTES))
    assert f"{_fingerprint.SCHEME} ({128 * fingerprint.n * fingerprint.r // 1024**2} MiB" in text
