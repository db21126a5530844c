# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of the modules, and the notes that belong to them."""

from __future__ import annotations


class ModuleDocFragment:
    """Describes the attributes. Each module states its own support."""

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

    # The keys that a failed task returns come from IscError.as_result.
    ACTION_GROUP = r"""
attributes:
  action_group:
    description: Use C(group/community.sailpoint.isc) in C(module_defaults) to set the connection's options once.
    support: full
    membership:
      - community.sailpoint.isc
  async:
    support: full
    details: With C(async) it runs as an ordinary module.
notes:
  - On a local connection the operation runs in process on the control node, with the control node's own Python, and no
    module is started. With any other connection, with C(async) and with C(become) it runs as an ordinary module; the
    environment variables of the options are then still those of the control node.
  - A failed task returns C(msg), which says what went wrong and what to do. If there is something to do, C(hint) has
    only that part. If ISC returned an error, the task also returns C(status_code) (the HTTP status, such as V(403))
    and, if ISC sent them, C(detail_code) (the code of the error), C(tracking_id) (its id, for SailPoint's support) and
    C(messages) (a list of ISC's texts about it).
"""

    READS = r"""
attributes:
  check_mode:
    support: full
    details: The module only reads.
  diff_mode:
    support: none
    details: There is nothing to compare.
  idempotent:
    support: full
    details: The module only reads.
"""

    COMPARES = r"""
attributes:
  check_mode:
    support: full
    details: Check mode reads and compares like a real run, and fails where a real run would fail.
  diff_mode:
    support: full
    details: Shows the fields that differ.
  idempotent:
    support: full
    details: The module compares the options with the settings in ISC, and sends only the differences.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.password_settings
    description: Password settings as code.
"""

    CONTROL_NODE = r"""
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
