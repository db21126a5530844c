# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put community.hashi_vault, which the tests of the store kv2 need, beside this collection.

    python tests/tools/hashi_vault.py .build

It comes out of the Python package ansible, which carries it: that's on PyPI, and so is all that `make` needs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "ansible==13.8.0"
COLLECTION = "ansible_collections/community/hashi_vault"


def download(folder: Path) -> Path:
    """Download the package into *folder*, and return its file."""
    # The package asks for a newer Python than this collection does, for ansible-core's sake; this collection doesn't.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
    if subprocess.call([*command, "--only-binary=:all:", "--dest", str(folder), PACKAGE]):
        sys.exit(f"pip can't download {PACKAGE}, which carries community.hashi_vault: see its message above.")
    return next(folder.glob("*.whl"))


def unpack(package: Path, folder: Path) -> None:
    """Unpack the collection, and nothing else, into *folder*."""
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"{COLLECTION}/")]
        if not names:
            sys.exit(f"{PACKAGE} no longer carries community.hashi_vault; name another version in {__file__}.")
        archive.extractall(folder, names)


def main(build: Path) -> None:
    """Download and unpack, unless it's there already; the collection appears whole or not at all."""
    target = build / COLLECTION
    origin = target / ".from"
    if origin.exists() and origin.read_text("utf-8") == PACKAGE:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    print(f"Downloading {PACKAGE} (56 MB) for its collection community.hashi_vault.", flush=True)
    with tempfile.TemporaryDirectory(dir=build, prefix=".") as name:
        unpack(download(Path(name)), Path(name))
        (Path(name) / COLLECTION / origin.name).write_text(PACKAGE, "utf-8")
        shutil.rmtree(target, ignore_errors=True)
        (Path(name) / COLLECTION).rename(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
