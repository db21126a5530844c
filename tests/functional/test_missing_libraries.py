# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Without a library: a sentence with the library, the interpreter and the command, in both ways."""

from __future__ import annotations

import sys

import pytest
from support.playbook import assert_all_ok, defaults, play, task

TASKS = {
    "requests": task("Log in", "isc_login", {}, ignore_errors=True),
    "cryptography": task(
        "Set",
        "isc_password",
        {"user_name": "svc-backup", "source_name": "Active Directory", "password": "Missing-library.1"},
        ignore_errors=True,
    ),
}


@pytest.mark.parametrize("library", TASKS)
def test_a_missing_library_is_named_with_its_interpreter(playbook, tenant, tmp_path, library):
    # Such a module stands before the real one in sys.path, and does what Python does where there is none.
    shim = tmp_path / "shim"
    shim.mkdir()
    (shim / f"{library}.py").write_text(f'raise ModuleNotFoundError("No module named {library!r}")\n', "utf-8")
    outcome = playbook.run(
        play([TASKS[library]], module_defaults=defaults(tenant)), environment={"PYTHONPATH": str(shim)}
    )
    assert_all_ok(outcome)
    for way in ("in_process", "ordinary"):
        result = outcome.result(TASKS[library]["name"], way)
        assert result["msg"] == (
            f"The Python library {library} can't be imported by {sys.executable}: No module named '{library}'. "
            f"Install it there: {sys.executable} -m pip install {library}"
        )
        assert "Traceback" not in str(result)
    assert "set" not in tenant.counts()
