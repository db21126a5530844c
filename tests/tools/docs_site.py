# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site, and fail on the least warning.

    python tests/tools/docs_site.py .cache/docs

antsibull-docs writes a page for each plugin and role and takes over the guides in docs/docsite, then Sphinx makes pages
of HTML. No network is needed: docs/ansible_labels.txt stands in for the labels of Ansible's own documentation.

antsibull-docs writes such a script for each site; this one also fails on warnings, and needs no network.
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


# What antsibull-docs writes: a list of pages with options, a section of the contents, and an entry point of a role.
_TREE = re.compile(r"^\.\. toctree::\n(?:    :\w+:.*\n)+\n(?P<pages>(?:    \S+\n)*)\n*", re.MULTILINE)
_GROUP = re.compile(
    r"^(?P<title>.+)\n-+\n\n\.\. toctree::\n    :maxdepth: 1\n\n(?P<pages>(?:    docsite/\w+\n)+)\n", re.MULTILINE
)
_ENTRY_POINT = re.compile(
    r"^\.\. _[\w.]+__entrypoint-(?P<name>\w+):\n.*?(?=^\.\. _|^\.\. Extra links)", re.MULTILINE | re.DOTALL
)
# What nobody calls in a playbook of their own.
_INTERNAL = re.compile(r"(?:rotation_\w+|digit_token_delivery|awx_\w+)(?=_module| module)")


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


def with_groups(index: str) -> str:
    """Return the page of contents with what the sidebar shows as headings: guides, reference, for contributors.

    The pages of the modules and plugins, which antsibull-docs lists without a heading, are added to the last two.
    """
    groups = {found["title"]: found["pages"] for found in _GROUP.finditer(index)}
    rest = _GROUP.sub("", index)
    pages = [page for found in _TREE.finditer(rest) for page in found["pages"].split()]
    rest = _TREE.sub("", rest)
    guides, reference, contributors = groups
    used = [page for page in pages if not _INTERNAL.match(page)]
    # The role is what most people look for.
    used.sort(key=lambda page: not page.endswith("_role"))
    groups[reference] += "".join(f"    {page}\n" for page in used)
    groups[contributors] += "".join(f"    {page}\n" for page in pages if page not in used)
    trees = {
        title: f"{title}\n{'-' * len(title)}\n\n.. toctree::\n    :maxdepth: 1\n    :caption: {title}\n\n{listed}\n"
        for title, listed in groups.items()
    }
    lines = rest.splitlines(keepends=True)
    steps = "".join(line for line in lines if _INTERNAL.search(line))
    rest = "".join(line for line in lines if not _INTERNAL.search(line))
    before, plugin_index, after = rest.partition(".. _plugin_index_for")
    return "".join(
        (
            f"{before}{trees[guides]}{trees[reference]}{plugin_index}{after}\n{trees[contributors]}",
            f"The internal steps of the role and the playbooks:\n\n{steps}",
        )
    )


def with_main_first(role: str) -> str:
    """Return the page of a role with its entry point *main* before the others, which antsibull-docs sorts by name."""
    found = list(_ENTRY_POINT.finditer(role))
    in_order = sorted(found, key=lambda one: one["name"] != "main")
    return "".join((role[: found[0].start()], *(one[0] for one in in_order), role[found[-1].end() :]))


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
    for page, arranged in (("index", with_groups), ("rotate_password_role", with_main_first)):
        file = sources / f"{page}.rst"
        file.write_text(arranged(file.read_text("utf-8")), "utf-8")
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
