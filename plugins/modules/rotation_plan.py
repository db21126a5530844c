#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_plan
short_description: Plan the rotation of a password
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Chooses one of the queried accounts, loads its record from the store, decides whether a change is due and with which
    password, and does a dry run of it.
  - Returns which task files carry the plan out.
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
  - community.sailpoint.encryption
attributes:
  check_mode:
    details: It reads as usual. It also reads the status of a pending change, to predict how it ends.
notes:
  - The result is kept out of all output, as with C(no_log).
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.rotation
    description: Rotate passwords.
"""

EXAMPLES = r"""
- name: Plan the rotation
  community.sailpoint.rotation_plan:
  register: __rotate_password_rotation
"""

RETURN = r"""
rotation:
  description: The rotation, for the next task of the role. It holds secrets.
  type: dict
  returned: always
"""
