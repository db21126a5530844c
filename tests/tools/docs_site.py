# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site, and fail on the least warning.

    python tests/tools/docs_site.py .cache/docs

antsibull-docs writes a page for each plugin and role and takes over the guides in docs/docsite, then Sphinx makes pages
of HTML. No network is needed: docs/ansible_labels.txt stands in for the labels of Ansible's own documentation.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
COLLECTION = "community.sailpoint"
LABELS = DOCS / "ansible_labels.txt"
# Sphinx's format: four lines of text, then compressed lines.
INVENTORY_HEAD = """# Sphinx inventory version 2
# Project: Ansible
# Version: devel
# The remainder of this file is compressed using zlib.
"""
LABELS_HINT = (
    f"A label or variable of Ansible's own documentation that is missing offline goes into docs/{LABELS.name}."
)


class Failed(Exception):
    """A tool failed or complained. The text is what it said."""


def inventory(labels: str) -> bytes:
    """Return an inventory of Sphinx that holds the lines of *labels* that are no comments."""
    lines = [line for line in labels.splitlines() if line and not line.startswith("#")]
    return INVENTORY_HEAD.encode() + zlib.compress("".join(f"{line}\n" for line in lines).encode())


def call(*command: str) -> None:
    """Run a tool beside this Python, which has nothing to say unless something is wrong.

    :raises Failed: it failed, or said something.
    """
    tool = str(Path(sys.executable).with_name(command[0]))
    done = subprocess.run(
        [tool, *command[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode or done.stdout.strip():
        raise Failed(done.stdout.strip() or f"{command[0]} ended with {done.returncode}.")


def build(folder: Path) -> Path:
    """Build the site below *folder*, from scratch, and return the page to begin with.

    :raises Failed: something is wrong with the documentation.
    """
    sources, site = folder / "rst", folder / "html"
    shutil.rmtree(folder, ignore_errors=True)
    sources.mkdir(parents=True)
    # antsibull-docs writes to no folder that others may write to.
    sources.chmod(0o755)
    (folder / "ansible.inv").write_bytes(inventory(LABELS.read_text("utf-8")))
    config = ["--config-file", str(DOCS / "antsibull-docs.cfg")]
    how = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(sources)]
    call("antsibull-docs", *config, "collection", *how, COLLECTION)
    # Quiet, all warnings, and a full stop after them.
    quiet = ["--quiet", "--fail-on-warning", "--fresh-env"]
    call(
        "sphinx-build",
        *quiet,
        "--conf-dir",
        str(DOCS),
        "--doctree-dir",
        str(folder / "doctrees"),
        str(sources),
        str(site),
    )
    return site / "index.html"


def main() -> None:
    """Build the site and say where it is."""
    try:
        print(build(Path(sys.argv[1]).resolve()))
    except Failed as failure:
        hint = LABELS_HINT if re.search("undefined label|reference target not found", str(failure)) else ""
        sys.exit(f"{failure}\n\nThe site was not built. {hint}")


if __name__ == "__main__":
    main()
