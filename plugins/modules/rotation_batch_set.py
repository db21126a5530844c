#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_batch_set
short_description: Set the passwords of all hosts of a play
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Queries, plans, stages, sets, records and commits the passwords of all hosts of a play, or of its serial batch, at
    the pace that ISC allows. It fails if nothing can be done for any of them.
  - This action is part of the role P(community.sailpoint.rotate_password#role), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
  - community.sailpoint.encryption
attributes:
  check_mode:
    details: It does a dry run for each host.
notes:
  - The result is kept out of all output, as with C(no_log).
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Set the passwords
  community.sailpoint.rotation_batch_set:
  register: rotate_password_result
  run_once: true
"""

RETURN = r"""
hosts:
  description: The outcome for each host. It may hold secrets.
  type: dict
  returned: success
"""
