# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the real module, which needs Windows: takes the options that examples use, and does nothing."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

OPTIONS = {
    "name": {"type": "str", "required": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "state": {"type": "str", "choices": ["absent", "paused", "restarted", "started", "stopped"]},
}


if __name__ == "__main__":
    AnsibleModule(OPTIONS).exit_json(changed=True)
