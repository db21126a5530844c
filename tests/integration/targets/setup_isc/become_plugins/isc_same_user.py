# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``become`` without sudo: the command runs as the same user."""

from __future__ import annotations

DOCUMENTATION = """
name: isc_same_user
short_description: Become the same user
author: The community.sailpoint authors (@community-sailpoint)
version_added: 1.0.0
description: For tests of what C(become) does to a task, on machines without sudo.
options:
  become_user:
    description: Ignored.
    type: str
    default: root
    keyword:
      - name: become_user
    vars:
      - name: ansible_become_user
  become_pass:
    description: Ignored.
    type: str
    vars:
      - name: ansible_become_pass
"""

from ansible.plugins.become import BecomeBase


class BecomeModule(BecomeBase):
    """Leaves commands unchanged, except for the marker that Ansible waits for."""

    name = "isc_same_user"

    def build_become_command(self, cmd: str, shell: object) -> str:
        """Return *cmd* after the marker of success."""
        super().build_become_command(cmd, shell)
        return self._build_success_command(cmd, shell) if cmd else cmd
