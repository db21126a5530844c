#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_batch_host
short_description: Take the rotation of a host out of a batch
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Takes the rotation of a host out of a batch, for the user's task files that run before or after it.
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  back:
    description: Whether to return the rotation to the batch, after the tasks.
    type: bool
    default: false
attributes:
  check_mode:
    details: It does the same in check mode.
notes:
  - The result is kept out of all output, as with C(no_log).
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Take the rotation out of the batch
  community.sailpoint.rotation_batch_host:
  register: __rotate_password_rotation
"""

RETURN = r"""
rotation:
  description: The rotation, for the next task of the role. It holds secrets.
  type: dict
  returned: always
"""
