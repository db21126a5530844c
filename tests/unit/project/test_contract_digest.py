# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of SailPoint's API description: whether it is that of the description, where this is at hand."""

from __future__ import annotations

import json

import pytest
from support.contract import OFFICIAL, VERSIONS, names
from tools import contract


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official description is not beside the checkout (../shared/api)")
def test_it_is_the_one_of_the_description():
    assert json.loads(contract.DIGEST.read_text("utf-8")) == contract.digest(OFFICIAL)


def test_every_version_has_the_operations_that_all_share():
    for version in VERSIONS:
        assert names(version) >= {"query", "set", "status", "sources", "sync_groups", "reload"}


def test_a_part_that_may_be_null_and_parts_of_one_whole():
    whole = {
        "allOf": [{"type": "object", "properties": {"a": {"type": "string", "example": "x"}}, "required": ["a"]}],
        "properties": {"b": {"type": "string", "nullable": True, "enum": ["x"], "description": "Prose."}},
    }
    assert contract.json_schema(whole) == {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string"}, "b": {"type": ["string", "null"], "enum": ["x", None]}},
    }
