# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive that ansible-galaxy builds of a checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.checkout import LEFT
from tools import archive, changelog

ROOT = Path(__file__).resolve().parents[2]
# What users get, at the top. The rest is held by archive.BELONGS.
TOP = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "changelogs",
    "docs",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
}


def test_it_holds_what_users_need(released_archive):
    """No tests, no tools, no hidden files, and nothing that lies in a checkout, such as somebody's secrets."""
    content = archive.files(released_archive)
    committed = subprocess.run(
        ["git", "ls-files", "meta", "playbooks", "plugins", "roles"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert set(committed) <= set(content), "galaxy.yml lists all that is committed there"
    assert archive.complaints(content) == []
    assert {name.partition("/")[0] for name in content} == TOP
    assert LEFT.encode() not in content.values()


def test_its_changelog_describes_its_version(released_archive):
    """Also what no fragment tells: new modules, plugins and roles."""
    text = archive.files(released_archive)["CHANGELOG.md"].decode()
    assert f"v{changelog.version(ROOT)}".replace(".", "\\.") in text
    modules = [path.stem.replace("_", "\\_") for path in (ROOT / "plugins" / "modules").glob("*.py")]
    assert [name for name in modules if f"\\.{name} " not in text] == []
