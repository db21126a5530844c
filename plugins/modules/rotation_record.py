#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_record
short_description: Record a step of the rotation of a password
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Updates the record of an account according to what has just happened, and saves it in the store. Without options,
    it stages the pending password, or stores the user's decision about it.
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  change:
    description: The result of M(community.sailpoint.isc_password) or M(community.sailpoint.isc_password_change_info).
    type: dict
  proof:
    description: The result of M(community.sailpoint.isc_source_credential), which shows whether a password is in
      effect.
    type: dict
  hook_succeeded:
    description: Whether the hook after the change has just succeeded, in the task that follows it.
    type: bool
  task_failed:
    description: Whether a task has just failed, such as a hook's task.
    type: bool
    default: false
  loaded:
    description: Whether the tasks of the user's own store have just loaded the record.
    type: bool
    default: false
  store_failed:
    description: Whether a task of the user's own store has just failed.
    type: bool
    default: false
attributes:
  check_mode:
    details: It checks whether the record could be saved, and saves nothing.
notes:
  - The result is kept out of all output, as with C(no_log).
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.rotation
    description: Rotate passwords.
"""

EXAMPLES = r"""
- name: Record the request
  community.sailpoint.rotation_record:
    change: "{{ __rotate_password_change }}"
  register: __rotate_password_rotation
"""

RETURN = r"""
rotation:
  description: The rotation, for the next task of the role. It holds secrets.
  type: dict
  returned: always
"""
