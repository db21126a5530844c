# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an action plugin hands to an operation in process."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._arguments import plain


class Tagged(str):
    """Text as ansible-core hands it over, with something attached."""


def test_what_ansible_attaches_to_text_is_left_behind():
    given = {Tagged("accounts"): [{Tagged("name"): Tagged("zo\u00eb"), "discard": True}, (Tagged("a"), 1, 2.5, None)]}
    made = plain(given)
    assert made == {"accounts": [{"name": "zo\u00eb", "discard": True}, ["a", 1, 2.5, None]]}
    texts = [*made, *made["accounts"][0], made["accounts"][0]["name"], made["accounts"][1][0]]
    assert {type(text) for text in texts} == {str}


@pytest.mark.parametrize("value", [b"bytes", 1, True, None])
def test_what_is_no_text_stays_as_it_is(value):
    assert plain(value) is value
