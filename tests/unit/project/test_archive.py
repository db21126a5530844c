# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be in the collection's archive, and what is needed there."""

from __future__ import annotations

import pytest
from tools import archive

# Put together, so that this file isn't taken for one that holds a secret.
VAULT = b"---\nkey: !vault |\n  $ANSIBLE" + b"_VAULT;1.1;AES256\n  6162\n"
KEY = b"-----BEGIN RSA " + b"PRIVATE KEY-----\nMIIE\n"
CONTENT = dict.fromkeys((*archive.NEEDED, "plugins/modules/isc_login.py"), b"")


def test_what_is_needed_is_enough():
    """And belongs."""
    assert archive.complaints(CONTENT) == []


@pytest.mark.parametrize(
    "name",
    [
        ".github/workflows/tests.yml",
        "Makefile",
        "docs/conf.py",
        "extensions/molecule/config.yml",
        "playbooks/.vault.yml",
        "playbooks/vault.key",
        "plugins/modules/__pycache__/isc_login.cpython-313.pyc",
        "plugins/modules/test_isc_login.py",
        "roles/rotate_password/tests/main.yml",
        "tests/unit/test_one_place.py",
    ],
)
def test_it_does_not_belong(name):
    """Tests, tools, hidden files, and what nobody thought of."""
    assert archive.complaints({**CONTENT, name: b""}) == [f"{name} doesn't belong in it."]


@pytest.mark.parametrize("name", archive.NEEDED)
def test_it_is_missing(name):
    """Somebody would miss it."""
    content = {other: b"" for other in CONTENT if other != name}
    assert archive.complaints(content) == [f"{name} is missing."]


@pytest.mark.parametrize("content", [VAULT, KEY])
def test_a_secret(content):
    """Even where a file of that name may be."""
    name = "playbooks/inventories/accounts.yml"
    assert archive.complaints({**CONTENT, name: content}) == [f"{name} holds a secret."]
