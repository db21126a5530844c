#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_result
short_description: Return the result of the rotation of a password
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Returns C(rotate_password_result), which holds no secret, and passes it on to a workflow as
    C(rotate_password_stats).
  - In a batch, which passes the totals of all hosts on itself, it fails if the rotation of its host failed.
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  batch:
    description: Whether the account is a host of a batch.
    type: bool
    default: false
attributes:
  check_mode:
    details: It returns the result of what would be done.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.rotation
    description: Rotate passwords.
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Return the result
  community.sailpoint.rotation_result:
  register: rotate_password_result

- name: Read the result of a host of a batch
  community.sailpoint.rotation_result:
    batch: true
  register: rotate_password_result
"""

RETURN = r"""
outcome:
  description: The outcome of the rotation, as the role documents it.
  type: str
  returned: always
msg:
  description: The same as a sentence, and what it means for the password.
  type: str
  returned: always
"""
