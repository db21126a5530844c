#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_begin
short_description: Start the rotation of a password
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Reads the variables of the role, checks them, and logs in. Everything that is wrong with them is reported at once,
    before anything is sent.
  - The options of the connection come from the variables of the role, then from C(module_defaults), then from the
    environment.
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.connection
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  batch:
    description: Whether the hosts of the play are rotated together. Then the login is left to
      M(community.sailpoint.rotation_batch_plan).
    type: bool
    default: false
attributes:
  action_group:
    description: Use C(group/community.sailpoint.isc) in C(module_defaults) to set the connection's options once.
    support: full
    membership:
      - community.sailpoint.isc
  check_mode:
    details: It reads and logs in as usual.
notes:
  - The result is kept out of all output, as with C(no_log).
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.rotation
    description: Rotate passwords.
"""

EXAMPLES = r"""
- name: Read the options and log in
  community.sailpoint.rotation_begin:
  register: __rotate_password_rotation
"""

RETURN = r"""
rotation:
  description: The rotation, for the next task of the role. It holds secrets.
  type: dict
  returned: always
"""
