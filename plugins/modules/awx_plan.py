#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: awx_plan
short_description: Plan how AWX is set up
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Reads the variables of the playbook C(community.sailpoint.configure_awx), asks AWX what it has, and returns the
    steps that M(community.sailpoint.awx_step) takes.
  - It refuses to change a credential type that is in use and needs other fields.
  - It is a part of that playbook, and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
attributes:
  check_mode:
    details: It also asks which objects are missing, and foretells the steps that refer to one of them.
requirements:
  - the collection C(awx.awx), whose environment variables say where AWX is and who asks
notes:
  - The result is kept out of all output, as with C(no_log), since a notification's settings may hold secrets.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.awx
    description: AWX.
"""

EXAMPLES = r"""
- name: Plan what AWX needs
  community.sailpoint.awx_plan:
  register: configure_awx_plan
"""

RETURN = r"""
titles:
  description: What the output calls the steps, in their order.
  type: list
  elements: str
  returned: success
steps:
  description: The steps by their titles, each a module of C(awx.awx) and its options. They may hold secrets.
  type: dict
  returned: success
"""
