# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wherever people read that a password comes from a file of variables, they read what to do about braces in it."""

from __future__ import annotations

import pytest
from support.guides import README, ROOT

GUIDES = ROOT / "docs" / "docsite" / "rst"
PLACES = [
    README,
    *(GUIDES / f"{name}.rst" for name in ("rotation", "security", "faq")),
    *(ROOT / "plugins" / "modules" / f"{name}.py" for name in ("isc_password", "isc_password_batch")),
    ROOT / "roles" / "rotate_password" / "meta" / "argument_specs.yml",
    ROOT / "playbooks" / "inventories" / "accounts.yml",
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place.relative_to(ROOT)))
def test_unsafe_is_named_beside_the_password(place):
    assert "!unsafe" in place.read_text("utf-8")


def test_the_specification_of_the_role_has_no_template():
    # Ansible evaluates it, descriptions and all, when it validates the options of the role.
    text = (ROOT / "roles" / "rotate_password" / "meta" / "argument_specs.yml").read_text("utf-8")
    descriptions = [line for line in text.splitlines() if "{{" in line and '"{{' not in line]
    assert descriptions == []
