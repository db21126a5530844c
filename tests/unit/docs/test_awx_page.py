# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about AWX describes the objects that configure_awx creates."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import totals
from support.guides import ROOT, blocks
from tools import awx_page

TEXT = awx_page.PAGE.read_text("utf-8")
REWRITE = "Write the tables again: python tests/tools/awx_page.py"


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


def test_each_table_is_on_the_page_once_and_up_to_date():
    assert sorted(awx_page.named(TEXT)) == sorted(awx_page.tables())
    assert awx_page.rendered(TEXT) == TEXT, REWRITE


@pytest.mark.parametrize("name", awx_page.surveys())
def test_each_question_is_on_the_page_field_by_field(name):
    """The page is parsed here, independently of the script that writes it."""
    begin = TEXT.index(f".. table: {name}\n")
    described = rows(TEXT[begin : TEXT.index(".. end of table", begin)])[1:]
    questions = awx_page.surveys()[name]["spec"]
    assert len(described) == len(questions)
    for (question, answer, default, meaning), field in zip(described, questions):
        assert question == f"{field['question_name']} ``{field['variable']}``"
        assert default == (f"``{field['default']}``" if field.get("default") not in (None, "") else "–")
        assert ("required" in answer) == field["required"]
        assert all(f"``{choice}``" in answer for choice in field.get("choices", []))
        assert ("password" in answer) == (field["type"] == "password")
        assert meaning == field["question_description"]


def test_the_variables_of_the_playbook_are_described_with_their_defaults():
    names = (ROOT / "playbooks" / "awx" / "names.yml").read_text("utf-8")
    defaults = dict(re.findall(r"(configure_awx_\w+) \| default\('?(.*?)'?, true\)", names))
    described = {row[0].strip("`"): row[2] for row in rows(TEXT) if row[0].startswith("``configure_awx_")}
    assert set(described) == set(defaults)
    in_words = {
        "configure_awx_execution_environment_image": "required",
        "configure_awx_project_url": "that of this collection",
        "configure_awx_project_branch": "the tag of this version",
    }
    for name, default in defaults.items():
        assert described[name].startswith(in_words.get(name) or (f"``{default}``" if default else "none")), name


def test_the_example_has_only_existing_variables():
    (example,) = (block for block in blocks(awx_page.PAGE) if block.caption == "awx.yml")
    names = (ROOT / "playbooks" / "awx" / "names.yml").read_text("utf-8")
    assert set(yaml.safe_load(example.text)) <= set(re.findall(r"configure_awx_\w+", names))


def test_the_statistics_for_workflows_are_described():
    playbooks = {path.stem: path.read_text("utf-8") for path in (ROOT / "playbooks").glob("*.yml")}
    own = {(name, f"{name}_stats") for name, text in playbooks.items() if "ansible.builtin.set_stats:" in text}
    with_role = [name for name, text in playbooks.items() if "community.sailpoint.rotate_password\n" in text]
    described = [(row[0].strip("`"), row[1].strip("`")) for row in rows(TEXT) if row[1].endswith("_stats``")]
    assert sorted(described) == sorted(own | {(name, totals.STATS) for name in with_role})
    fields = totals.add_results({}, {}).keys()
    described = {row[0].strip("`"): set(re.findall(r"``(\w+)``", row[2])) for row in rows(TEXT) if len(row) == 3}
    assert described["rotate_accounts"] == {"check_mode", "hosts", "journal"} | fields
