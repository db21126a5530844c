# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A checkout with files of a developer in it, and its archive."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tools import archive, changelog

ROOT = Path(__file__).resolve().parents[2]
LEFT_LYING = (
    ".ansible/tmp/a.py",
    ".build/ansible_collections/awx/awx/galaxy.yml",
    ".cache/galaxy/a.py",
    ".env",
    ".github/workflows/a.yml",
    ".venv-3.13/lib/a.py",
    "collections/ansible_collections/a/b/galaxy.yml",
    "community-sailpoint-0.9.0.tar.gz",
    "docs/conf.py",
    "passwords/svc-backup.json",
    "playbooks/.vault-password",
    "playbooks/group_vars/all.yml",
    "playbooks/inventories/mine.csv",
    "playbooks/my_vars.yml",
    "playbooks/passwords/svc-backup.yml",
    "plugins/modules/.hidden.py",
    "plugins/modules/.isc_login.py.swp",
    "plugins/modules/secrets.yml",
    "plugins/modules/__pycache__/isc_login.cpython-313.pyc.140",
    "tests/integration/integration_config.yml",
    "roles/rotate_password/vars/main.yml",
    "tests/output/a.txt",
    "vault.yml",
)
"""Files that don't belong in the archive."""
LEFT = "left lying\n"
"""The content of each of these files."""


def built_archive(folder: Path) -> None:
    """Build the archive of a release in *folder*."""
    with tempfile.TemporaryDirectory() as name:
        checkout = Path(name)
        shutil.copytree(
            ROOT, checkout, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "collections", "output")
        )
        for left in LEFT_LYING:
            path = checkout / left
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(LEFT, "utf-8")
        changelog.release(checkout)
        archive.built(checkout, folder)
