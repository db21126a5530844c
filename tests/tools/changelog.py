# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changelog, which antsibull-changelog generates from the fragments when a version is released.

antsibull-changelog doesn't check whether a tag, galaxy.yml and the changelog agree.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

# https://semver.org, without build metadata, which Galaxy ignores.
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?")


def version(collection: Path) -> str:
    """Return the version in galaxy.yml of *collection*."""
    return str(yaml.safe_load((collection / "galaxy.yml").read_text("utf-8"))["version"])


def released(collection: Path) -> list[str]:
    """Return the versions in the changelog of *collection*."""
    return list(yaml.safe_load((collection / "changelogs/changelog.yaml").read_text("utf-8"))["releases"] or {})


def release(collection: Path) -> None:
    """Add the version of *collection* to its changelog, unless it is there. This deletes the fragments."""
    if version(collection) not in released(collection):
        tool = str(Path(sys.executable).with_name("antsibull-changelog"))
        subprocess.run([tool, "release", "--reload-plugins"], cwd=collection, check=True)


def unreleasable(collection: Path, tag: str) -> list[str]:
    """Return a sentence for each reason why *collection* can't be released under *tag*."""
    found, own = [], version(collection)
    if tag != own:
        found.append(f"The tag is {tag}, but galaxy.yml says {own}.")
    if not VERSION.fullmatch(own):
        found.append(f"{own} is no semantic version.")
    if own not in released(collection):
        found.append(f"changelogs/changelog.yaml doesn't describe {own}: run antsibull-changelog release.")
    left = sorted(path.name for path in (collection / "changelogs/fragments").glob("*.y*ml"))
    if left:
        found.append(f"Changes that no release describes are left in changelogs/fragments: {', '.join(left)}.")
    return found
