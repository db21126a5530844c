# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A missing library: a message with the library, the interpreter and the command, in both ways."""

from __future__ import annotations

import sys

from support.playbook import WAYS, assert_all_ok, defaults, play, task


def test_a_missing_library_is_named_with_its_interpreter(playbook, tenant, tmp_path):
    # This module comes before the real one in sys.path, and behaves like a missing one.
    shim = tmp_path / "shim"
    shim.mkdir()
    (shim / "cryptography.py").write_text("raise ModuleNotFoundError(\"No module named 'cryptography'\")\n", "utf-8")
    change = {"user_name": "svc-backup", "source_name": "Active Directory", "password": "Missing-library.1"}
    outcome = playbook.run(
        play([task("Set", "isc_password", change, ignore_errors=True)], module_defaults=defaults(tenant)),
        environment={"PYTHONPATH": str(shim)},
    )
    assert_all_ok(outcome)
    for way in WAYS:
        result = outcome.result("Set", way)
        assert result["msg"] == (
            f"The Python library cryptography can't be imported by {sys.executable}: No module named 'cryptography'. "
            f"Install it there: {sys.executable} -m pip install cryptography"
        )
        assert "Traceback" not in str(result)
    assert "set" not in tenant.counts()
