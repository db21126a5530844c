# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that are meant to do harm when they are shown, parsed, templated, or put into a path."""

from __future__ import annotations

TEXTS = {
    "empty": "",
    "blank": " ",
    "C0 controls": "".join(map(chr, range(1, 32))),
    "C1 controls": "a" + "".join(map(chr, range(0x80, 0xA0))),
    "NUL and DEL": "a\x00b\x7f",
    "colours and a cleared screen": "\x1b[2J\x1b[1;31mFINISHED\x1b[0m",
    "a title and a link of a terminal": "\x1b]0;title\x07\x1b]8;;https://example.org/\x1b\\here\x1b]8;;\x1b\\",
    "a line that looks like Ansible's": "done\r\nfatal: [host]: FAILED! => {}\nok: [host]",
    "line separators": "one\u2028two\u2029three\x85four",
    "another direction": "\u202edetrevni\u202c \u2066isolated\u2069",
    "invisible characters": "a\u200bb\ufeff\u00ad\U0001f511e\u0301",
    "half of a surrogate pair": "a\ud800b",
    "Jinja": "{{ 6 * 7 }}{{lookup('pipe','false')}}{% raw %}{# comment #}",
    "HTML": "</script><img src=x onerror=alert(1)>'\"`$(false)`",
    "a path": "../../oauth/token?x=1#y",
    "a dot": ".",
    "two dots": "..",
    "dots that are encoded": "%2e%2e%2f",
    "slashes and a semicolon": "a/b\\c;d",
    "an address": "https://attacker.example.org/@attacker.example.org",
    "JSON": '", "state": "FINISHED',
    "very long": "x" * 5000,
    "very long, with lines": "\x1b[1m\n" * 1000,
}
"""Each text by the name of its attack."""

_ALIKE = (
    ("C1 controls", "NUL and DEL", "colours and a cleared screen", "a title and a link of a terminal"),
    ("another direction", "invisible characters"),
    ("Jinja", "HTML", "JSON"),
)
FEWER = {
    **{name: text for name, text in TEXTS.items() if not any(name in names for names in _ALIKE)},
    **{", ".join(names): " ".join(TEXTS[name] for name in names) for names in _ALIKE},
}
"""Fewer texts for slow tests: texts with similar characters are joined, where none hides another."""
