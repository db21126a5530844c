# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site, and fail on any warning.

    python tests/tools/docs_site.py .cache/docs

antsibull-docs writes a page for each plugin and role and copies the guides in docs/docsite, then Sphinx generates HTML.
No network is needed, because docs/ansible_labels.txt replaces the labels of Ansible's own documentation.

The script that antsibull-docs generates for a site doesn't fail on warnings, and needs the network.
"""

from __future__ import annotations

import re
import shutil
import sys
import zlib
from pathlib import Path

from captured import run_captured

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


# Parts that antsibull-docs writes: a list of pages with options, a section of the contents, an entry point of a role.
_TREE = re.compile(r"^\.\. toctree::\n(?:    :\w+:.*\n)+\n(?P<pages>(?:    \S+\n)*)\n*", re.MULTILINE)
_GROUP = re.compile(
    r"^(?P<title>.+)\n-+\n\n\.\. toctree::\n    :maxdepth: 1\n\n(?P<pages>(?:    docsite/\w+\n)+)\n", re.MULTILINE
)
_ENTRY_POINT = re.compile(
    r"^\.\. _[\w.]+__entrypoint-(?P<name>\w+):\n.*?(?=^\.\. _|^\.\. Extra links)", re.MULTILINE | re.DOTALL
)
# Actions that users don't call in their playbooks.
_INTERNAL = re.compile(r"(?:rotation_\w+|digit_token_delivery|awx_\w+)(?=_module| module)")


class Failed(Exception):
    """A tool failed or complained. The text is its output."""


def inventory(labels: str) -> bytes:
    """Return a Sphinx inventory with the lines of *labels* except comments."""
    lines = [line for line in labels.splitlines() if line and not line.startswith("#")]
    return INVENTORY_HEAD.encode() + zlib.compress("".join(f"{line}\n" for line in lines).encode())


def call(*command: str) -> None:
    """Run a tool of this Python that prints nothing unless something is wrong.

    :raises Failed: it failed or printed something.
    """
    done = run_captured([str(Path(sys.executable).with_name(command[0])), *command[1:]])
    if done.returncode or done.stdout.strip():
        raise Failed(done.stdout.strip() or f"{command[0]} ended with {done.returncode}.")


def with_groups(index: str) -> str:
    """Return the page of contents with the headings of the sidebar: guides, reference, for contributors.

    The pages of modules and plugins, which antsibull-docs lists without a heading, are added to the last two.
    """
    groups = {found["title"]: found["pages"] for found in _GROUP.finditer(index)}
    rest = _GROUP.sub("", index)
    pages = [page for found in _TREE.finditer(rest) for page in found["pages"].split()]
    rest = _TREE.sub("", rest)
    guides, reference, contributors = groups
    used = [page for page in pages if not _INTERNAL.match(page)]
    # Most people look for the role.
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
    """Return the page of a role with the entry point *main* first, because antsibull-docs sorts them by name."""
    found = list(_ENTRY_POINT.finditer(role))
    in_order = sorted(found, key=lambda one: one["name"] != "main")
    return "".join((role[: found[0].start()], *(one[0] for one in in_order), role[found[-1].end() :]))


def build(folder: Path) -> Path:
    """Build the site in *folder* from scratch, and return its first page.

    :raises Failed: something is wrong with the documentation.
    """
    sources, site = folder / "rst", folder / "html"
    shutil.rmtree(folder, ignore_errors=True)
    sources.mkdir(parents=True)
    # antsibull-docs doesn't write to folders that others may write to.
    sources.chmod(0o755)
    (folder / "ansible.inv").write_bytes(inventory(LABELS.read_text("utf-8")))
    config = ["--config-file", str(DOCS / "antsibull-docs.cfg")]
    how = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(sources)]
    call("antsibull-docs", *config, "collection", *how, COLLECTION)
    for page, arranged in (("index", with_groups), ("rotate_password_role", with_main_first)):
        file = sources / f"{page}.rst"
        file.write_text(arranged(file.read_text("utf-8")), "utf-8")
    how = ["--quiet", "--fail-on-warning", "--fresh-env", "--conf-dir", str(DOCS)]
    call("sphinx-build", *how, "--doctree-dir", str(folder / "doctrees"), str(sources), str(site))
    return site / "index.html"


def main() -> None:
    try:
        print(build(Path(sys.argv[1]).resolve()))
    except Failed as failure:
        hint = LABELS_HINT if re.search("undefined label|reference target not found", str(failure)) else ""
        sys.exit(f"{failure}\n\nThe site was not built. {hint}")


if __name__ == "__main__":
    main()
