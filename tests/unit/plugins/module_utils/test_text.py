# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of a server, made fit to be shown."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._text import clean_text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        ("plain", "plain"),
        ("  two\r\nlines\t", "two lines"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u202eb\u2028c\x00d\ud800e", "a b c d e"),
        ("B\u00fcro \u20ac", "B\u00fcro \u20ac"),
    ],
)
def test_a_text_is_put_on_one_line(text, clean):
    assert clean_text(text) == clean


def test_a_long_text_is_cut():
    assert clean_text("x" * 1000) == "x" * 1000
    assert clean_text("x" * 1001) == "x" * 997 + "..."
    assert clean_text("abcdefgh", 6) == "abc..."


@given(st.text(st.characters()), st.integers(3, 50))
def test_any_text_becomes_printable_and_short(text, longest):
    clean = clean_text(text, longest)
    assert clean.isprintable()
    assert len(clean) <= longest
    assert clean_text(clean, longest) == clean
