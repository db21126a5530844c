#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_report
short_description: Report on the rotation of a password
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Shows the message of C(rotate_password_result), and fails if the rotation failed.
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  result:
    description: The result of M(community.sailpoint.rotation_result).
    type: dict
    required: true
attributes:
  check_mode:
    details: It reports what would be done.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.rotation
    description: Rotate passwords.
"""

EXAMPLES = r"""
- name: Report
  community.sailpoint.rotation_report:
    result: "{{ rotate_password_result }}"
"""

RETURN = r"""
msg:
  description: The outcome as a sentence, and what it means for the password.
  type: str
  returned: always
"""
