# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive that ansible-galaxy builds of a checkout, and what verifies an installation."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
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
# What lies about in the checkout of somebody who works on it.
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


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The archive of a checkout in which somebody works, at the moment of a release."""
    checkout = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT, checkout, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "collections", "output"))
    for name in LEFT_LYING:
        path = checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left lying\n", "utf-8")
    changelog.release(checkout)
    return archive.built(checkout, tmp_path_factory.mktemp("built"))


def test_it_holds_what_users_need(built):
    """No tests, no tools, no hidden files, and nothing that lies in a checkout, such as somebody's secrets."""
    content = archive.files(built)
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
    assert b"left lying\n" not in content.values()


def test_its_changelog_describes_its_version(built):
    """Also what no fragment tells: new modules, plugins and roles."""
    text = archive.files(built)["CHANGELOG.md"].decode()
    assert f"v{changelog.version(ROOT)}".replace(".", "\\.") in text
    modules = [path.stem.replace("_", "\\_") for path in (ROOT / "plugins" / "modules").glob("*.py")]
    assert [name for name in modules if f"\\.{name} " not in text] == []


def test_a_changed_file_is_noticed(built, tmp_path):
    """It's installed as it was built; one that was changed afterwards makes verify fail, and so does another one."""
    archive.install(built, tmp_path)
    archive.verify(tmp_path)
    module = tmp_path / "ansible_collections/community/sailpoint/plugins/modules/isc_login.py"
    module.write_text(module.read_text("utf-8") + "# changed\n", "utf-8")
    with pytest.raises(archive.ArchiveError, match=r"modified content.*\s+plugins/modules/isc_login\.py"):
        archive.verify(tmp_path)
