# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credential types in use keep their fields. If that is impossible, the run fails before it changes anything."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.action.awx_plan import (
    keep_fields_in_use,
    same_fields,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError

URL = {"id": "url", "label": "Address", "type": "string"}
TOKEN = {"id": "token", "label": "Token", "type": "string", "secret": True}
WANTED = {"name": "Vault", "kind": "cloud", "inputs": {"fields": [URL, TOKEN], "required": ["url"]}, "injectors": {}}


def found_by(kept: dict[str, Any] | None, *users: str) -> Any:
    """Return what asks an AWX that has a credential type with inputs, and credentials of that type."""

    def find(endpoint: str, **fields: Any) -> list[dict[str, Any]]:
        if endpoint == "credential_types":
            assert fields == {"name": "Vault", "kind": "cloud"}
            return [{"id": 7, "inputs": kept}] if kept is not None else []
        assert (endpoint, fields) == ("credentials", {"credential_type": 7})
        return [{"name": name} for name in users]

    return find


OLDER = {"fields": [{**URL, "label": "URL", "help_text": "Of the API"}, TOKEN], "required": ["url"]}
OTHER = {"fields": [URL], "required": ["url"]}


@pytest.mark.parametrize("find", [found_by(None), found_by(OLDER), found_by(OTHER)], ids=["new", "texts", "fields"])
def test_a_type_that_nobody_uses_is_as_wanted(find):
    assert keep_fields_in_use(WANTED, find) == WANTED


def test_where_only_texts_differ_the_old_ones_stay():
    kept = keep_fields_in_use(WANTED, found_by(OLDER, "Mine"))
    assert kept == {**WANTED, "inputs": OLDER}


def test_other_fields_are_refused_with_what_to_do():
    with pytest.raises(InputError) as refused:
        keep_fields_in_use(WANTED, found_by(OTHER, "Mine", "Yours"))
    said = refused.value.explanation
    assert said.startswith('This version needs other fields in the credential type "Vault", and AWX refuses to change')
    assert "rename the type and its credentials (Mine, Yours)" in said
    assert said.endswith("Nothing was changed.")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (OLDER, True),
        ({**OLDER, "required": []}, False),
        ({"fields": OLDER["fields"]}, False),
        ({"fields": [TOKEN, URL], "required": ["url"]}, False),
        ({"fields": [URL, {**TOKEN, "secret": False}], "required": ["url"]}, False),
        ({}, False),
    ],
)
def test_which_fields_are_the_same(other, same):
    assert same_fields(WANTED["inputs"], other) is same


def test_none_required_is_the_same_as_nothing_said_of_it():
    assert same_fields({"fields": [URL], "required": []}, {"fields": [URL]})
