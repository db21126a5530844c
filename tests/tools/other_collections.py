# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install the collections that some tests need next to this one.

    python tests/tools/other_collections.py .build

They are unpacked from the Python package ansible on PyPI, because `make` needs nothing but PyPI.

ansible-galaxy would need galaxy.ansible.com or a git host.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# The last major version that contains awx.awx.
PACKAGE = "ansible==13.8.0"
FOLDER = "ansible_collections"
# For the store kv2, and for playbooks/configure_awx.yml.
COLLECTIONS = ("community/hashi_vault", "awx/awx")
ORIGIN = ".from"


def download(folder: Path) -> Path:
    """Download the package into *folder*, and return its path."""
    # Because of ansible-core, the package requires a newer Python than this collection. The collections don't.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
    if subprocess.call([*command, "--only-binary=:all:", "--dest", str(folder), PACKAGE]):
        sys.exit(f"pip can't download {PACKAGE}, which carries {' and '.join(COLLECTIONS)}: see its message above.")
    return next(folder.glob("*.whl"))


def unpack(package: Path, collection: str, folder: Path) -> Path:
    """Unpack only *collection* into *folder*, and return the collection's folder."""
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"{FOLDER}/{collection}/")]
        if not names:
            sys.exit(f"{PACKAGE} no longer carries {collection}; name another version in {__file__}.")
        archive.extractall(folder, names)
    return folder / FOLDER / collection


def is_there(target: Path) -> bool:
    """Return whether *target* is from the required package."""
    origin = target / ORIGIN
    return origin.exists() and origin.read_text("utf-8") == PACKAGE


def main(build: Path) -> None:
    """Download and unpack the missing collections, each atomically."""
    missing = [name for name in COLLECTIONS if not is_there(build / FOLDER / name)]
    if not missing:
        return
    print(f"Downloading {PACKAGE} (56 MB) for its collections {' and '.join(missing)}.", flush=True)
    with tempfile.TemporaryDirectory(dir=build, prefix=".") as name:
        package = download(Path(name))
        for collection in missing:
            unpacked = unpack(package, collection, Path(name))
            (unpacked / ORIGIN).write_text(PACKAGE, "utf-8")
            target = build / FOLDER / collection
            shutil.rmtree(target, ignore_errors=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            unpacked.rename(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
