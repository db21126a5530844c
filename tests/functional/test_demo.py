# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo as make demo runs it."""

from __future__ import annotations

import os
import subprocess
import sys

from support.playbook import ROOT


def run_demo(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tests" / "demo" / "demo.py")]
    env = {**os.environ, "ANSIBLE_NOCOLOR": "1", **environment}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_the_demo_shows_that_the_password_arrived():
    demo = run_demo()
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "ok       Login                 The login to 127.0.0.1:" in demo.stdout
    assert "requests, all reads" in demo.stdout
    assert "svc-backup.Active-Directory." in demo.stdout
    assert "✓ svc-payroll is not among them: its password is new" in demo.stdout
    assert "✓ the tenant has seen 0 requests to set a password" in demo.stdout
    assert "✓ the password in the store has arrived on Active Directory" in demo.stdout
    assert "svc-payroll on Active Directory: unchanged, the password is younger" in demo.stdout
    assert "✓ the tenant has seen no other request to set a password" in demo.stdout
    assert "The embedded tenant is stopped." in demo.stdout
    assert "Traceback" not in demo.stderr


def test_the_demo_stops_the_tenant_even_if_the_playbook_fails():
    # This ends Ansible at once.
    demo = run_demo(ANSIBLE_VAULT_PASSWORD_FILE="/nowhere")
    assert demo.returncode == 1
    assert "The playbook ended with 1. The embedded tenant is stopped." in demo.stderr
    assert "Traceback" not in demo.stderr
