#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_batch_plan
short_description: Check whether the hosts of a play can be rotated together
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Checks whether the hosts of a play have the same values for the options that apply to all of them, logs in once, and
    queries the accounts of hosts that have a task file to run before a change.
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
attributes:
  check_mode:
    details: It reads as usual.
notes:
  - The result is kept out of all output, as with C(no_log).
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Check whether the hosts can be rotated together
  community.sailpoint.rotation_batch_plan:
  register: __rotate_password_query
  run_once: true
"""

RETURN = r"""
before:
  description: The hosts with a task file to run before the batch.
  type: dict
  returned: always
after:
  description: The hosts with a task file that may have to run after the batch.
  type: dict
  returned: always
problem:
  description: The problem that all hosts share, if there is one.
  type: dict
  returned: always
"""
