# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""galaxy-importer, which Galaxy and Automation Hub run on uploaded archives.

Its exit code is 0 whatever it finds, so its log is checked: any line that isn't known to be harmless is a problem.

antsibull-nox reads only the lines of the log that begin with ERROR, and they don't fail its session.
"""

from __future__ import annotations

import json
import os
import re
import typing as t
from pathlib import Path

from captured import run_captured

HARMLESS = re.compile(
    r"Importing with galaxy-importer \S+"
    r"|Getting doc strings via ansible-doc"
    r"|Finding content inside collection"
    r"|Loading [a-z_]+ [\w.]+"
    r"|Linting collection via ansible-lint \S+\.\.\."
    r"|\.\.\.ansible-lint run complete"
    r"|Collection loading complete"
)
LINTED = "...ansible-lint run complete"
LAST = "Importer processing completed successfully"
# The plugins that users read about with ansible-doc. The importer uses the README.md of roles instead.
DOCUMENTED = ("filter", "inventory", "lookup", "module", "test")
SETTINGS = """[galaxy-importer]
RUN_ANSIBLE_TEST = False
RUN_ANSIBLE_DOC = True
RUN_ANSIBLE_LINT = True
OFFLINE_ANSIBLE_LINT = True
CHECK_CHANGELOG = True
CHECK_REQUIRED_TAGS = True
CHECK_RUNTIME_YAML = True
REQUIRE_V1_OR_GREATER = True
ANSIBLE_LOCAL_TMP = {folder}/tmp
# ruff does what flake8 would do here, and these two differ about where a long line may be broken.
RUN_FLAKE8 = False
"""


def complaints_of(archive: Path, python: Path, folder: Path) -> list[str]:
    """Run galaxy-importer on *archive*, and return the problems.

    :param python: the Python that it is installed for.
    :param folder: a folder for its output.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings, result = folder / "galaxy-importer.cfg", folder / "importer_result.json"
    settings.write_text(SETTINGS.format(folder=folder), "utf-8")
    result.unlink(missing_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "GALAXY_", "SAIL_"))}
    environment = {
        **kept,
        "GALAXY_IMPORTER_CONFIG": str(settings),
        "HOME": str(folder),
        "PATH": f"{python.parent}:{os.environ['PATH']}",
    }
    done = run_captured([str(python), "-m", "galaxy_importer.main", str(archive)], cwd=folder, env=environment)
    (folder / "importer.log").write_text(done.stdout, "utf-8")
    found = complaints(done.stdout)
    if done.returncode or not result.exists():
        return [*found, f"galaxy-importer ended with {done.returncode}."]
    return [*found, *undocumented(json.loads(result.read_text("utf-8")))]


def complaints(log: str) -> list[str]:
    """Return the lines of a log that aren't known to be harmless, and sentences about missing lines."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    found = [line for line in lines[:-1] if not HARMLESS.fullmatch(line)]
    if lines[-1:] != [LAST]:
        found += [*lines[-1:], f"The log doesn't end with: {LAST}."]
    if LINTED not in lines:
        found.append("ansible-lint didn't run.")
    return found


def undocumented(result: t.Mapping[str, t.Any]) -> list[str]:
    """Return a sentence about each plugin in the importer's result that has no documentation."""
    return [
        f"Galaxy shows no documentation of the {item['content_type']} {item['content_name']}."
        for item in result["docs_blob"]["contents"]
        if item["content_type"] in DOCUMENTED and not item["doc_strings"]
    ]
