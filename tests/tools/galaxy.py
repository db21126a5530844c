# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection's archive, and check it as Galaxy and Automation Hub do.

    python tests/tools/galaxy.py .cache/galaxy-importer/bin/python [--tag TAG]

The archive stays in .cache/galaxy. Before a release, it gets the changelog that the release would have. With --tag, the
checkout must be exactly what is released under that tag.

The session build-import-check of antsibull-nox does part of this, but only warns about the importer's complaints.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import archive
import changelog
import collection_test
import importer

FOLDER = collection_test.ROOT / ".cache/galaxy"


def checked(python: Path) -> Path:
    """Build and check the archive, and return its path.

    :raises archive.ArchiveError: it has a problem.
    """
    source = FOLDER / "source/ansible_collections/community/sailpoint"
    collection_test.copy_collection(source)
    changelog.release(source)
    built = archive.built(source, FOLDER)
    content = archive.files(built)
    complain(f"{built.name} isn't what users should get", archive.complaints(content))
    size = built.stat().st_size // 1024
    print(f"{built.name}: {len(content)} files, {size} KiB, and nothing that doesn't belong in it", flush=True)
    complain("galaxy-importer complains", importer.complaints_of(built, python, FOLDER / "importer"))
    print("galaxy-importer has nothing to complain about", flush=True)
    shutil.rmtree(FOLDER / "installed", ignore_errors=True)
    archive.install(built, FOLDER / "installed")
    archive.verify(FOLDER / "installed")
    print("ansible-galaxy collection install and verify succeed", flush=True)
    return built


def complain(about: str, sentences: list[str]) -> None:
    """:raises archive.ArchiveError: there are *sentences*."""
    if sentences:
        raise archive.ArchiveError("\n  ".join([f"{about}:", *sentences]))


def main() -> None:
    """Build and check the archive, and print its path."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("python", type=Path, help="the Python that galaxy-importer is installed for")
    parser.add_argument("--tag", help="the tag of the release; without it, nothing is released")
    arguments = parser.parse_args()
    try:
        if arguments.tag:
            complain("This can't be released", changelog.unreleasable(collection_test.ROOT, arguments.tag))
        print(checked(arguments.python.absolute()))
    except archive.ArchiveError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
