# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate the tables of the page about AWX from the data of configure_awx.

    python tests/tools/awx_page.py

A table is between a comment that names it and a comment that ends it. The rest of the page is written by hand.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "docsite" / "rst" / "awx.rst"
DATA = ROOT / "playbooks" / "awx"
PREFIX = "{{ _configure_awx.prefix }}"
NOTHING = "–"

_BLOCK = re.compile(
    r"(?P<begin>^\.\. table: (?P<name>\w+)\n\n).*?(?P<end>^\.\. end of table\n)", re.DOTALL | re.MULTILINE
)


class _Loader(yaml.SafeLoader):
    """Reads YAML with the one Ansible tag that these files use."""


_Loader.add_constructor("!unsafe", _Loader.construct_yaml_str)


def data(name: str) -> dict[str, Any]:
    """Return the variables of a file in playbooks/awx, without the prefix of names."""
    text = (DATA / f"{name}.yml").read_text("utf-8").replace(PREFIX, "")
    return yaml.load(text, _Loader)


def surveys() -> dict[str, dict[str, Any]]:
    """Return the surveys by file name, which is the name of the playbook."""
    return {path.stem: next(iter(data(f"surveys/{path.stem}").values())) for path in sorted(DATA.glob("surveys/*.yml"))}


def plain(text: str) -> str:
    """Return *text* escaped for reStructuredText."""
    return re.sub(r"([\\*`|]|_(?!\w))", r"\\\1", " ".join(text.split()))


def literal(value: Any) -> str:
    """Return a value as the page shows it."""
    return NOTHING if value in (None, "") else f"``{value}``"


def wrapped(text: str) -> str:
    """Return a paragraph in lines of the page's length."""
    return textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False)


def list_table(widths: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table of reStructuredText. A cell may have several paragraphs."""
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [heads, *rows]:
        for number, cell in enumerate(row):
            begin = f"   {'*' if number == 0 else ' '} - "
            text = "\n\n".join(wrapped(paragraph) for paragraph in cell.split("\n\n"))
            lines += [line.rstrip() for line in (begin + text.replace("\n", "\n" + " " * len(begin))).splitlines()]
    return "\n".join(lines) + "\n"


def answer(question: dict[str, Any]) -> str:
    """Return the kind of answer to a question, in words."""
    kind = question["type"]
    if kind == "multiplechoice":
        kind = "one of " + ", ".join(literal(choice) for choice in question["choices"])
    elif kind == "integer":
        kind = f"integer, {question['min']} to {question['max']}"
    elif kind == "textarea":
        kind = "text of several lines"
    elif kind == "password":
        kind = "password, not shown"
    return f"{kind} ({'required' if question['required'] else 'optional'})"


def survey_table(name: str) -> str:
    """Return the table of a survey, with a row for each question."""
    rows = [
        (
            f"{plain(question['question_name'])}\n\n``{question['variable']}``",
            answer(question),
            literal(question.get("default")),
            plain(question["question_description"]),
        )
        for question in surveys()[name]["spec"]
    ]
    return list_table("35 20 10 35", ("Question", "Answer", "Default", "Meaning"), rows)


def credential_types_tables() -> str:
    """Return the name and the table of fields of each credential type."""
    parts = []
    for kind in data("credential_types")["controller_credential_types"]:
        injectors = {**kind["injectors"].get("env", {}), **kind["injectors"].get("extra_vars", {})}
        rows = []
        for field in kind["inputs"]["fields"]:
            needed = "required" if field["id"] in kind["inputs"].get("required", []) else "optional"
            kept = "kept secret" if field.get("secret") else "shown"
            names = [literal(name) for name, template in injectors.items() if field["id"] in _variables(template)]
            cells = (field["label"], f"{needed}, {kept}", ", ".join(names), field.get("help_text", ""))
            rows.append((plain(cells[0]), cells[1], cells[2], plain(cells[3])))
        heads = ("Field", "", "Reaches the job as", "What it is")
        parts.append(
            wrapped(f"**{plain(kind['name'])}**: {plain(kind['description'])}")
            + "\n\n"
            + list_table("20 20 30 30", heads, rows)
        )
    return "\n".join(parts)


def _variables(template: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"'[^']*'", "", template)))


def job_templates_table() -> str:
    rows = [
        (
            plain(template["name"]),
            f"``{Path(template['playbook']).stem}``",
            plain(template["inventory"]),
            ", ".join(plain(name) for name in template["credentials"]),
            plain(template["description"]),
        )
        for template in data("job_templates")["controller_templates"]
    ]
    heads = ("Job template", "Playbook", "Inventory", "Credentials", "What it does")
    return list_table("15 20 20 25 20", heads, rows)


def workflow_table() -> str:
    """Return the table of the workflow's nodes, in order."""
    (workflow,) = data("workflows")["controller_workflows"]
    rows = []
    for node in workflow["simplified_workflow_nodes"]:
        what = plain(node.get("unified_job_template", "an approval"))
        mode = ", in check mode" if node.get("job_type") == "check" else ""
        followed = [
            f"{plain(name)} ({when})"
            for links, when in (("success_nodes", "if it succeeds"), ("always_nodes", "in any case"))
            for name in node.get(links, ())
        ]
        rows.append((plain(node["identifier"]), what + mode, ", ".join(followed) or NOTHING))
    return list_table("20 45 35", ("Node", "What it starts", "What follows"), rows)


def tables() -> dict[str, str]:
    return {
        "credential_types": credential_types_tables(),
        "job_templates": job_templates_table(),
        "workflow": workflow_table(),
        **{name: survey_table(name) for name in surveys()},
    }


def rendered(page: str) -> str:
    """Return the text of the page with new tables."""
    made = tables()
    return _BLOCK.sub(lambda block: f"{block['begin']}{made[block['name']]}\n{block['end']}", page)


def named(page: str) -> list[str]:
    return [block["name"] for block in _BLOCK.finditer(page)]


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text("utf-8")), "utf-8")
