# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of plugins/, whose imports point one way, and tests/support, the only library of the tests."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connection_spec
from ansible_collections.community.sailpoint.plugins.modules import isc_password, isc_password_batch
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import BATCH_SPEC, PREFIX, SPEC
from support.guides import ROOT

PLUGINS = ROOT / "plugins"

LAYERS = (
    ("module_utils",),
    ("module_utils/_http", "module_utils/_password"),
    ("module_utils/_client",),
    ("module_utils/_api",),
    ("module_utils/_change", "module_utils/_settings"),
    ("module_utils/_batch", "module_utils/_tenant"),
    ("module_utils/_task",),
    ("modules",),
    ("plugin_utils",),
    ("plugin_utils/_stores", "plugin_utils/_report", "plugin_utils/_awx"),
    ("plugin_utils/_rotation",),
    ("action", "filter", "inventory", "lookup"),
)
"""From the lowest to the highest. A file imports from its own folder and from layers below."""


DEEPEST = 12
MOST_FILES = 35
"""How deep the imports below a module may go, and how many files they may reach."""

BELOW_CHANGES = tuple(f"module_utils/{folder}/" for folder in ("_http", "_password", "_client", "_api"))
OPTIONS_OF_CHANGES = sorted(
    option
    for option in {**isc_password.ARGUMENT_SPEC, **isc_password_batch.ARGUMENT_SPEC}
    if "_" in option
    and option not in connection_spec()
    # Names that ISC itself uses.
    and not re.fullmatch(r"(user|source|account|identity|public)(_key)?(_id|_name)?", option)
)


def rank(folder: str) -> int:
    """Return the number of a folder's layer. 0 is the lowest."""
    return next(number for number, layer in enumerate(LAYERS) if folder in layer)


@functools.cache
def files() -> dict[str, Path]:
    found = sorted(PLUGINS.rglob("*.py"))
    return {str(path.relative_to(PLUGINS).with_suffix("")): path for path in found if "doc_fragments" not in path.parts}


@functools.cache
def imports(name: str) -> frozenset[str]:
    """Return the files of this collection that a file imports at run time, without those for type checking."""
    tree = ast.parse(files()[name].read_text("utf-8"))
    only_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level and id(node) not in only_types:
            folder = Path(name).parents[node.level - 1] / (node.module or "").replace(".", "/")
            for path in (folder, *(folder / alias.name for alias in node.names)):
                if str(path) in files():
                    found.add(str(path))
    return frozenset(found)


@functools.cache
def depth(name: str) -> int:
    return max((1 + depth(each) for each in imports(name)), default=0)


def closure(name: str) -> set[str]:
    """Return all files that a file needs, directly or indirectly."""
    found, rest = set(), set(imports(name))
    while rest:
        each = rest.pop()
        found.add(each)
        rest |= imports(each) - found
    return found


@pytest.mark.parametrize("name", sorted(files()))
def test_imports_point_down(name):
    folder = str(Path(name).parent)
    for each in imports(name):
        other = str(Path(each).parent)
        assert other == folder or rank(other) < rank(folder), f"{name} imports {each}, which is above it"


def test_modules_contain_nothing_of_the_control_node():
    for name in files():
        if name.startswith(("module_utils/", "modules/")):
            text = files()[name].read_text("utf-8")
            assert not re.search(r"plugin_utils|(from|import) ansible\.(?!module_utils)", text), name


def test_module_utils_are_needed_by_modules_each_of_which_needs_few_files():
    needed = set().union(*(closure(name) for name in files() if name.startswith("modules/")))
    assert {name for name in files() if name.startswith("module_utils/")} - needed == set()
    for name in files():
        if name.startswith("modules/isc_"):
            assert depth(name) <= DEEPEST, name
            assert len(closure(name)) <= MOST_FILES, name


def test_the_lowest_layers_name_no_option_of_a_change():
    options = re.compile(r"\b(" + "|".join(OPTIONS_OF_CHANGES) + r")\b")
    for name, path in files().items():
        if name.startswith(BELOW_CHANGES):
            tree = ast.parse(path.read_text("utf-8"))
            documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                    assert not options.search(node.value), f"{name}: {node.value}"


def test_no_lower_layer_names_a_variable_of_the_role():
    variables = [f"{PREFIX}{option}" for option in {**SPEC, **BATCH_SPEC}]
    for name, path in files().items():
        if name.startswith("module_utils/"):
            text = path.read_text("utf-8")
            assert [variable for variable in variables if variable in text] == [], name


TESTS = ROOT / "tests"
FOLDERS = ("unit", "promises", "functional", "awx_jobs")
"""Folders in which pytest collects tests."""

FILES = sorted(path for path in TESTS.rglob("*.py") if "integration" not in path.parts)


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, including each imported name that may be a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {module, *(f"{module}.{each.name}" for each in node.names)}
    return found


def is_test_module(name: str) -> bool:
    """Return whether a dotted name is that of a test module, or is relative."""
    parts = name.removeprefix("ansible_collections.community.sailpoint.tests.").split(".")
    return parts[0] in ("", *FOLDERS) or any(part.startswith("test_") or part == "conftest" for part in parts)


def test_no_test_module_is_a_library():
    """Imported code must be readable without the tests beside it."""
    wrong = [f"{path.relative_to(TESTS)}: {name}" for path in FILES for name in imported(path) if is_test_module(name)]
    assert wrong == []


def test_folders_of_tests_contain_only_tests_and_conftest():
    strays = [
        str(path.relative_to(TESTS))
        for folder in FOLDERS
        for path in (TESTS / folder).rglob("*.py")
        if path.name != "conftest.py" and not path.name.startswith("test_")
    ]
    assert strays == []
