# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's archive, which users install: builds it, and checks its content.

antsibull-nox builds the archive and imports it, but doesn't check its files or search for secrets.
"""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
import sys
import tarfile
import typing as t
from pathlib import Path, PurePosixPath

NAME = "community.sailpoint"
# Each file of the archive matches one of these. A star also matches folders.
BELONGS = (
    "FILES.json",
    "MANIFEST.json",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "requirements.txt",
    "changelogs/changelog.yaml",
    "changelogs/config.yaml",
    "docs/docsite/*.rst",
    "docs/docsite/*.yml",
    "extensions/ee/*.md",
    "extensions/ee/*.yml",
    "meta/*.yml",
    "playbooks/*.csv",
    "playbooks/*.yml",
    "plugins/*.py",
    "plugins/plugin_utils/_report/*.html",
    "roles/*.j2",
    "roles/*.yml",
    "roles/*/README.md",
)
# Users, Galaxy or Automation Hub need these.
NEEDED = (
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "changelogs/changelog.yaml",
    "meta/runtime.yml",
    "plugins/plugin_utils/_report/ages.html",
    "plugins/plugin_utils/_report/batch.html",
    "requirements.txt",
)
# Tests, caches and hidden files in any folder.
NEVER = re.compile(r"tests?|test_.*|conftest\..*|__pycache__|\..*")
SECRET = re.compile(rb"^\s*(\$ANSIBLE_VAULT;|-----BEGIN [A-Z ]*PRIVATE KEY-----)", re.MULTILINE)


class ArchiveError(Exception):
    """The archive can't be built, or has a problem. The text says why."""


def built(source: Path, folder: Path) -> Path:
    """Build the archive of the collection in *source*, and return its path in *folder*.

    :raises ArchiveError: ansible-galaxy refuses it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.tar.gz"):
        old.unlink()
    galaxy("build", "--output-path", str(folder), str(source))
    return next(folder.glob("*.tar.gz"))


def install(archive: Path, folder: Path) -> None:
    """Install *archive* into *folder*, without asking a server.

    :raises ArchiveError: ansible-galaxy refuses it.
    """
    galaxy("install", "--offline", "--no-cache", "--collections-path", str(folder), str(archive))


def verify(folder: Path) -> None:
    """Compare the files installed in *folder* with the archive's list.

    :raises ArchiveError: a file differs or isn't in the list.
    """
    galaxy("verify", "--offline", "--collections-path", str(folder), NAME)


def galaxy(*arguments: str) -> str:
    """Run ``ansible-galaxy collection``, and return its output.

    :raises ArchiveError: it fails. The text is its output.
    """
    command = [str(Path(sys.executable).with_name("ansible-galaxy")), "collection", *arguments]
    # The path of `make` leads to the checkout.
    environment = {name: value for name, value in os.environ.items() if name != "ANSIBLE_COLLECTIONS_PATH"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ArchiveError(f"ansible-galaxy collection {arguments[0]} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


def files(archive: Path) -> dict[str, bytes]:
    """Return the names and contents of the files in *archive*. A link has no content."""
    with tarfile.open(archive) as content:
        members = [member for member in content.getmembers() if not member.isdir()]
        return {member.name: content.extractfile(member).read() if member.isfile() else b"" for member in members}


def complaints(content: t.Mapping[str, bytes]) -> list[str]:
    """Return a sentence for each file that is missing, doesn't belong in the archive, or contains a secret."""
    missing = [f"{name} is missing." for name in NEEDED if name not in content]
    unknown = [f"{name} doesn't belong in it." for name in sorted(content) if not belongs(name)]
    secret = [f"{name} holds a secret." for name in sorted(content) if SECRET.search(content[name])]
    return [*missing, *unknown, *secret]


def belongs(name: str) -> bool:
    """Return whether a file of this name may be in the archive."""
    hidden = any(NEVER.fullmatch(part) for part in PurePosixPath(name).parts)
    return not hidden and any(fnmatch.fnmatchcase(name, pattern) for pattern in BELONGS)
