#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_batch_report
short_description: Report on the rotation of all hosts of a play
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Shows the number of hosts by outcome in one line, writes the report, and passes the totals on to a workflow as
    C(rotate_password_stats).
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
attributes:
  check_mode:
    details: It reports what would be done, and writes no file.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Report
  community.sailpoint.rotation_batch_report:
  register: __rotate_password_query
  run_once: true
"""

RETURN = r"""
totals:
  description: The number of hosts by outcome.
  type: dict
  returned: always
"""
