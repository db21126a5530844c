# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(become) without sudo: the command runs as the user that runs it anyway."""

from __future__ import annotations

DOCUMENTATION = """
name: isc_same_user
short_description: Become the user that one is
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
    """Leaves commands as they are, apart from the marker that Ansible waits for."""

    name = "isc_same_user"

    def build_become_command(self, cmd: str, shell: object) -> str:
        """Return *cmd* with the marker of success in front."""
        super().build_become_command(cmd, shell)
        return self._build_success_command(cmd, shell) if cmd else cmd
