# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cleaning texts of a server for output."""

from __future__ import annotations

import unicodedata

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._text import (
    MAX_NAME_LENGTH,
    clean_text,
    has_controls,
    one_line,
    quoted,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        ("plain", "plain"),
        ("  two\r\nlines\t", "two lines"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u202eb\u2028c\x00d\ud800e", "a\\u202eb c d e"),
        ("B\u00fcro \u20ac", "B\u00fcro \u20ac"),
    ],
)
def test_a_text_becomes_one_clean_line(text, clean):
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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("two  blanks stay", "two  blanks stay"),
        ("one\r\ntwo\x00\x1b[1m", "one  two  [1m"),
        ("a\u202eb\u2028c\x85d\ud800e\ufefff", "a\\u202eb c d e\\ufefff"),
        (
            "adm\u200bin \u2066\u3164\u034f\ufe0f\u2800\U000e0101",
            "adm\\u200bin \\u2066\\u3164\\u034f\\ufe0f\\u2800\\U000e0101",
        ),
        ("B\u00fcro \U0001f511", "B\u00fcro \U0001f511"),
    ],
)
def test_controls_become_blanks_and_invisible_characters_are_escaped(text, line):
    assert one_line(text) == line


@given(st.text(st.characters()))
def test_a_line_is_printable_and_hides_nothing(text):
    line = one_line(text)
    assert line.isprintable()
    assert not any(unicodedata.category(each) == "Cf" for each in line)
    assert one_line(line) == line
    assert not has_controls(line)


@pytest.mark.parametrize(
    "text", ["\n", "a\tb", "\x00", "\x7f", "\x9b", "\x85", "\u2028", "\u2029", "\ud800", "a\udfff"]
)
def test_controls_line_separators_and_half_pairs_are_found(text):
    assert has_controls(text)


@pytest.mark.parametrize("text", ["", "CN=Doe\\, John", "\u200d", "\u202e", "\ufeff", "\xa0", "\U0001f511", "\ue000"])
def test_invisible_characters_of_names_are_not_controls(text):
    assert not has_controls(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two  blanks", "'two  blanks'"),
        ("O'Neil", '"O\'Neil"'),
        ("CN=Doe\\, John", "'CN=Doe\\\\, John'"),
        ("a\u202e\n\ud800", "'a\\u202e\\n\\ud800'"),
        ("x" * MAX_NAME_LENGTH, f"'{'x' * MAX_NAME_LENGTH}'"),
        ("x" * (MAX_NAME_LENGTH + 1), f"'{'x' * (MAX_NAME_LENGTH - 3)}...'"),
    ],
)
def test_a_name_is_quoted_exactly_and_cut(text, shown):
    assert quoted(text) == shown
