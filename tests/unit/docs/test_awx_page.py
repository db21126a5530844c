# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about AWX says what configure_awx sets AWX up with."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import totals
from support.guides import ROOT, blocks
from tools import awx_page

TEXT = awx_page.PAGE.read_text("utf-8")
AGAIN = "Write the tables again: python tests/tools/awx_page.py"


def rows(text: str) -> list[list[str]]:
    """Return the rows of all tables, each as the texts of its cells."""
    found: list[list[str]] = []
    for line in text.splitlines():
        cell = re.match(r" +(?P<row>\* )?(?:  )?- ?(?P<text>.*)", line)
        if cell and (cell["row"] or found):
            if cell["row"]:
                found.append([])
            found[-1].append(cell["text"])
        elif line.startswith("       ") and line.strip() and found:
            found[-1][-1] = f"{found[-1][-1]} {line.strip()}".strip()
    return found


def test_each_table_stands_on_the_page_once():
    assert sorted(awx_page.named(TEXT)) == sorted(awx_page.tables())


def test_the_tables_are_those_of_the_data():
    assert awx_page.rendered(TEXT) == TEXT, AGAIN


@pytest.mark.parametrize("name", awx_page.surveys())
def test_each_question_is_on_the_page_field_by_field(name):
    """Read from the page, and not written by what writes it."""
    begin = TEXT.index(f".. table: {name}\n")
    told = rows(TEXT[begin : TEXT.index(".. end of table", begin)])[1:]
    asked = awx_page.surveys()[name]["spec"]
    assert len(told) == len(asked)
    for (question, answer, default, meaning), field in zip(told, asked):
        assert question == f"{field['question_name']} ``{field['variable']}``"
        assert default == (f"``{field['default']}``" if field.get("default") not in (None, "") else "–")
        assert ("required" in answer) == field["required"]
        assert all(f"``{choice}``" in answer for choice in field.get("choices", []))
        assert ("password" in answer) == (field["type"] == "password")
        assert meaning == field["question_description"]


def test_the_variables_of_the_playbook_are_described_with_their_defaults():
    names = (ROOT / "playbooks" / "awx" / "names.yml").read_text("utf-8")
    defaults = dict(re.findall(r"(configure_awx_\w+) \| default\('?(.*?)'?, true\)", names))
    told = {row[0].strip("`"): row[2] for row in rows(TEXT) if row[0].startswith("``configure_awx_")}
    assert set(told) == set(defaults)
    in_words = {
        "configure_awx_execution_environment_image": "required",
        "configure_awx_project_url": "that of this collection",
        "configure_awx_project_branch": "the tag of this version",
    }
    for name, default in defaults.items():
        assert told[name].startswith(in_words.get(name) or (f"``{default}``" if default else "none")), name


def test_the_example_of_variables_has_only_such_that_exist():
    (example,) = (block for block in blocks(awx_page.PAGE) if block.caption == "awx.yml")
    names = (ROOT / "playbooks" / "awx" / "names.yml").read_text("utf-8")
    assert set(yaml.safe_load(example.text)) <= set(re.findall(r"configure_awx_\w+", names))


def test_what_is_handed_on_to_workflows_is_described():
    playbooks = {path.stem: path.read_text("utf-8") for path in (ROOT / "playbooks").glob("*.yml")}
    own = {(name, f"{name}_stats") for name, text in playbooks.items() if "ansible.builtin.set_stats:" in text}
    of_the_role = {
        (name, totals.STATS) for name, text in playbooks.items() if "community.sailpoint.rotate_password\n" in text
    }
    told = [(row[0].strip("`"), row[1].strip("`")) for row in rows(TEXT) if row[1].endswith("_stats``")]
    assert sorted(told) == sorted(own | of_the_role)


def test_what_the_stats_of_many_accounts_hold_is_described():
    held = totals.add_results({}, {}).keys()
    told = {row[0].strip("`"): set(re.findall(r"``(\w+)``", row[2])) for row in rows(TEXT) if len(row) == 3}
    assert told["rotate_accounts"] == {"check_mode", "hosts", "journal"} | held
