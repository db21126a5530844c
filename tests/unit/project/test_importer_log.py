# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of galaxy-importer, which ends with 0 whatever it finds."""

from __future__ import annotations

import pytest
from tools import importer

GOOD = """\
Importing with galaxy-importer 0.4.44
Getting doc strings via ansible-doc
Finding content inside collection
Loading module isc_login
Loading playbook rotate_password.yml
Linting collection via ansible-lint 26.10.1...
...ansible-lint run complete
Collection loading complete
Importer processing completed successfully
"""


def after(line, text):
    """Return the good log with one more line after another."""
    return GOOD.replace(f"{line}\n", f"{line}\n{text}\n")


def test_nothing_to_complain_about():
    """Only lines that are known."""
    assert importer.complaints(GOOD) == []


@pytest.mark.parametrize(
    "text",
    [
        "WARNING: roles/rotate_password/tasks/main.yml:11: name[missing][/]: All tasks should be named.",
        "WARNING: No changelog found. Add a CHANGELOG.rst or CHANGELOG.md file in the collection root.",
        "WARNING: Ignore files skip ansible-test sanity tests, found ignore-2.19.txt with 0 statement(s)",
        "WARNING: ansible-doc not found, skipping loading of docstrings",
        "ERROR: Error during parsing of role metadata",
        "Traceback (most recent call last):",
        "a line of a version to come",
    ],
)
def test_any_other_line_counts(text):
    """Whatever its level."""
    assert importer.complaints(after("Loading module isc_login", text)) == [text]


def test_an_import_that_failed():
    """Its last line says why, and there is no other sign."""
    text = "ERROR: The import failed for the following reason: No role readme found."
    log = GOOD.replace(importer.LAST, text)
    assert importer.complaints(log) == [text, f"The log doesn't end with: {importer.LAST}."]


def test_a_log_that_breaks_off():
    """The importer was killed."""
    log = GOOD.partition("Collection loading complete")[0]
    assert importer.complaints(log)[-1] == f"The log doesn't end with: {importer.LAST}."


def test_no_log():
    """Nothing is no success."""
    assert importer.complaints("") == [f"The log doesn't end with: {importer.LAST}.", "ansible-lint didn't run."]


def test_no_lint():
    """The setting has another name in some other version, say."""
    log = "\n".join(line for line in GOOD.splitlines() if "ansible-lint" not in line)
    assert importer.complaints(log) == ["ansible-lint didn't run."]


def test_a_module_without_documentation():
    """Galaxy would show an empty page."""
    contents = [
        {"content_type": "module", "content_name": "isc_login", "doc_strings": None},
        {"content_type": "filter", "content_name": "generate_password", "doc_strings": {"doc": {}}},
        {"content_type": "module_utils", "content_name": "_client", "doc_strings": None},
    ]
    found = importer.undocumented({"docs_blob": {"contents": contents}})
    assert found == ["Galaxy shows no documentation of the module isc_login."]
