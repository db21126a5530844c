# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Galaxy, Automation Hub and ansible-test demand and a glance at the files shows; `make galaxy` shows the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tools.cores import CORES

ROOT = Path(__file__).resolve().parents[3]
ROLES = sorted(path for path in (ROOT / "roles").iterdir() if path.is_dir())


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_role_has_a_page_and_a_description(role):
    """Without a page the import ends, and the description is what a list of roles shows."""
    assert (role / "README.md").read_text("utf-8").partition("\n# ")[2].startswith(f"{role.name}\n")
    assert yaml.safe_load((role / "meta" / "main.yml").read_text("utf-8"))["galaxy_info"]["description"]


def test_sanity_ignores_nothing():
    """A file of exceptions is empty, or isn't there at all."""
    files = [path for path in (ROOT / "tests" / "sanity").glob("ignore*") if path.stat().st_size]
    assert files == []


def test_the_oldest_ansible_core_is_one_that_is_tested():
    """Who has an older one is told."""
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text("utf-8"))
    assert runtime["requires_ansible"] == f">={CORES[0].version}.0"
