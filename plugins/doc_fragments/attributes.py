# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of the modules."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes that each module details with its own support."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
  diff_mode:
    description: Returns details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  idempotent:
    description: A second run with the same options changes nothing.
  async:
    description: Can be used with the keyword C(async).
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/community.sailpoint.isc) in C(module_defaults) to set the connection's options once.
    support: full
    membership:
      - community.sailpoint.isc
notes:
  - On a local connection the operation runs in process on the control node, with the control node's own Python, and no
    module is started. With any other connection, with C(async) and with C(become) it runs as an ordinary module; the
    environment variables of the options are then still those of the control node.
"""

    CONTROL_NODE = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  async:
    support: none
notes:
  - The action runs on the control node only, whatever the connection of the task.
"""
