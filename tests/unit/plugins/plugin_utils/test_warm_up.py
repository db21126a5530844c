# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Libraries that workers inherit are loaded with an action plugin. A missing one is no error at that point."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils import _warm_up

ROOT = Path(__file__).resolve().parents[4]
PLUGIN = "ansible_collections.community.sailpoint.plugins.action.isc_password"
# Libraries that each worker would otherwise load itself.
LOADED = ("requests", "urllib3", "ssl", "cryptography.hazmat.primitives.asymmetric.rsa")


def test_heavy_libraries_are_loaded_with_the_action_plugin():
    code = f"import sys, {PLUGIN}; print(sorted(set({LOADED}) - set(sys.modules)))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT / ".build"), "PATH": ""}
    )
    assert done.stdout == "[]\n", done.stderr


def test_each_library_is_warmed_up_once(monkeypatch):
    used = []
    monkeypatch.setattr(_warm_up.requests, "Session", lambda: used.append("requests") or _Session())
    monkeypatch.setattr(_warm_up, "default_ssl_context", lambda: used.append("ssl"))
    monkeypatch.setattr(_warm_up.padding, "PKCS1v15", lambda: used.append("cryptography"))
    _warm_up.warm_up.cache_clear()
    _warm_up.warm_up()
    _warm_up.warm_up()
    assert sorted(used) == ["cryptography", "requests", "ssl"]


class _Session:
    def prepare_request(self, request):
        """Prepare nothing."""


@pytest.mark.parametrize("library", ["requests", "rsa"])
def test_a_missing_library_is_left_to_the_task(monkeypatch, library):
    monkeypatch.setattr(_warm_up, library, None)
    _warm_up.warm_up.cache_clear()
    _warm_up.warm_up()
