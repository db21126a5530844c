# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A managed node that is this machine.

Ansible doesn't consider it a local connection, so action plugins that run in process on a local one start their module.
"""

from __future__ import annotations

DOCUMENTATION = """
name: isc_target
short_description: Run modules on this machine as on a managed node
author: The community.sailpoint authors (@community-sailpoint)
version_added: 1.0.0
description: The connection ansible.builtin.local under another name.
options:
  become_success_timeout:
    description: As ansible.builtin.local has it, from ansible-core 2.19 on.
    type: int
    default: 10
  become_strip_preamble:
    description: As ansible.builtin.local has it, from ansible-core 2.19 on.
    type: bool
    default: true
extends_documentation_fragment:
  - connection_pipelining
"""

from ansible.plugins.connection.local import Connection as LocalConnection


class Connection(LocalConnection):
    """The local connection, except for its name."""

    transport = "isc_target"
