# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive that ansible-galaxy builds from a checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.checkout import LEFT
from tools import archive, changelog

ROOT = Path(__file__).resolve().parents[2]
# The top level. archive.BELONGS covers the rest.
TOP = {
    *("CHANGELOG.md", "CONTRIBUTING.md", "FILES.json", "LICENSE", "MANIFEST.json", "README.md", "requirements.txt"),
    *("changelogs", "docs", "extensions", "meta", "playbooks", "plugins", "roles"),
}


def test_it_has_the_files_that_users_need(released_archive):
    """It has no tests, tools or hidden files, and none of the uncommitted files of a checkout, such as secrets."""
    content = archive.files(released_archive)
    command = ["git", "ls-files", "meta", "playbooks", "plugins", "roles"]
    committed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert set(committed) <= set(content), "galaxy.yml lists all committed files"
    assert archive.complaints(content) == []
    assert {name.partition("/")[0] for name in content} == TOP
    assert LEFT.encode() not in content.values()


def test_its_changelog_describes_its_version(released_archive):
    """New modules, plugins and roles are included, although they have no fragment."""
    text = archive.files(released_archive)["CHANGELOG.md"].decode()
    assert f"v{changelog.version(ROOT)}".replace(".", "\\.") in text
    modules = [path.stem.replace("_", "\\_") for path in (ROOT / "plugins" / "modules").glob("*.py")]
    assert [name for name in modules if f"\\.{name} " not in text] == []
