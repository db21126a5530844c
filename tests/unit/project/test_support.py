# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several test modules need is in tests/support, and a test module is imported by pytest alone."""

from __future__ import annotations

import ast
from pathlib import Path

from support.guides import ROOT

TESTS = ROOT / "tests"
FOLDERS = ("unit", "promises", "functional", "awx_jobs")
"""Where pytest looks for tests."""

FILES = sorted(path for path in TESTS.rglob("*.py") if "integration" not in path.parts)


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, with each name that may be a module too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {module, *(f"{module}.{each.name}" for each in node.names)}
    return found


def of_tests(name: str) -> bool:
    """Say whether a dotted name is one of a test module, or is relative."""
    parts = name.removeprefix("ansible_collections.community.sailpoint.tests.").split(".")
    return parts[0] in ("", *FOLDERS) or any(part.startswith("test_") or part == "conftest" for part in parts)


def test_no_test_module_is_a_library():
    """Whatever is imported can be moved and read without the tests that happen to stand beside it."""
    wrong = [f"{path.relative_to(TESTS)}: {name}" for path in FILES for name in imported(path) if of_tests(name)]
    assert wrong == []


def test_beside_the_tests_stands_no_library():
    """A file that holds no tests is either conftest.py or belongs in tests/support."""
    strays = [
        str(path.relative_to(TESTS))
        for folder in FOLDERS
        for path in (TESTS / folder).rglob("*.py")
        if path.name != "conftest.py" and not path.name.startswith("test_")
    ]
    assert strays == []
