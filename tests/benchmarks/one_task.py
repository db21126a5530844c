# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one isc_password costs in a play, compared with one ansible.builtin.assert.

Both plays are run in turns in one run, against a tenant that answers at once (login, query and set over TLS; the change
is final at once, so nothing is waited for). The promise is a median difference of at most 0.35 s.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from simulator.tenant import Tenant  # noqa: E402  (the package stands beside this folder)

PROMISE = 0.35
"""Seconds."""

HEAD = """
- name: One task
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
"""
TASKS = {
    "ansible.builtin.assert": """
    - name: Assert
      ansible.builtin.assert:
        that: true
""",
    "isc_password, in process": """
    - name: Set the password
      community.sailpoint.isc_password:
        user_name: svc-backup
        source_name: Active Directory
        ca_path: "{{ lookup('ansible.builtin.env', 'ISC_SIMULATOR_CA_PATH') }}"
        password: "Never-twice-{{ 9999999 | random }}"
""",
}
# As another user, even if it is the same one, a task is an ordinary module.
TASKS["isc_password, as an ordinary module"] = TASKS["isc_password, in process"] + "      become: true\n"


def seconds(playbook: Path, environment: dict[str, str]) -> float:
    """Run *playbook* and return how many seconds it took."""
    started = time.monotonic()
    subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - started


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9, help="runs of each play (9)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder, Tenant(rate_limit=0) as tenant:
        environment = {
            **os.environ,
            **tenant.environment(),
            "ISC_SIMULATOR_CA_PATH": str(tenant.ca_path),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build"),
            "ANSIBLE_HOME": folder,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        }
        playbooks = {}
        for number, (name, task) in enumerate(TASKS.items()):
            playbooks[name] = Path(folder) / f"{number}.yml"
            playbooks[name].write_text(HEAD + task)
        tenant.outcome("final_at_once", times=10**6)
        measured: dict[str, list[float]] = {name: [] for name in playbooks}
        for turn in range(runs + 1):
            for name, playbook in playbooks.items():
                took = seconds(playbook, environment)
                if turn:  # the first turn fills caches
                    measured[name].append(took)
    report(measured)


def report(measured: dict[str, list[float]]) -> None:
    """Print medians, and what stands between the first and each other."""
    base = statistics.median(next(iter(measured.values())))
    print(f"{'a play of one task':40} {'median s':>9} {'fastest':>9} {'slowest':>9} {'more than assert':>17}")
    for name, times in measured.items():
        median = statistics.median(times)
        print(f"{name:40} {median:9.3f} {min(times):9.3f} {max(times):9.3f} {median - base:17.3f}")
    print(f"\nThe promise for isc_password in process is at most {PROMISE} s more.")


if __name__ == "__main__":
    main()
