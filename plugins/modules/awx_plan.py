#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: awx_plan
short_description: Plan the setup of AWX
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Reads the variables of the playbook C(community.sailpoint.configure_awx), queries AWX, and returns the steps that
    M(community.sailpoint.awx_step) performs.
  - It fails if a credential type that is in use needs other fields, because AWX can't change them.
  - It is a part of that playbook, and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
attributes:
  check_mode:
    details: It also queries which objects are missing, and predicts the steps that refer to one of them.
requirements:
  - the collection C(awx.awx), whose environment variables have the address of AWX and the credentials
notes:
  - The result is kept out of all output, as with C(no_log), because a notification's settings may contain secrets.
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
  description: The titles of the steps in the output, in order.
  type: list
  elements: str
  returned: success
steps:
  description: The steps by their titles, each a module of C(awx.awx) and its options. They may contain secrets.
  type: dict
  returned: success
"""
