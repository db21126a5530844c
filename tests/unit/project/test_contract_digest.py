# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of SailPoint's API description matches the description, if that is available."""

from __future__ import annotations

import json

import pytest
from support.contract import OFFICIAL, VERSIONS, names
from tools import contract


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official description is not beside the checkout (../shared/api)")
def test_the_digest_is_up_to_date():
    assert json.loads(contract.DIGEST.read_text("utf-8")) == contract.digest(OFFICIAL)


def test_every_version_has_the_common_operations():
    for version in VERSIONS:
        assert names(version) >= {"query", "set", "status", "sources", "sync_groups", "reload"}


def test_nullable_and_combined_schemas():
    whole = {
        "allOf": [{"type": "object", "properties": {"a": {"type": "string", "example": "x"}}, "required": ["a"]}],
        "properties": {"b": {"type": "string", "nullable": True, "enum": ["x"], "description": "Prose."}},
    }
    assert contract.json_schema(whole) == {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string"}, "b": {"type": ["string", "null"], "enum": ["x", None]}},
    }
