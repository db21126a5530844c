#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: awx_step
short_description: Set up one object of AWX
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Performs one step of the plan that M(community.sailpoint.awx_plan) returned as C(configure_awx_plan), by calling a
    module of C(awx.awx). A project that AWX could not fetch before is fetched again.
  - It is a part of the playbook C(community.sailpoint.configure_awx), and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  step:
    description: The title of the step.
    type: str
    required: true
  previous:
    description: The result of the previous step, if there is one. If that has failed or was skipped, this step is
      skipped.
    type: dict
attributes:
  check_mode:
    details: It predicts changes even if an object is missing that an earlier step would create.
requirements:
  - the collection C(awx.awx), whose environment variables have the address of AWX and the credentials
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.awx
    description: AWX.
"""

EXAMPLES = r"""
- name: Configure AWX
  community.sailpoint.awx_step:
    step: "{{ item }}"
    previous: "{{ configure_awx_step | default(omit) }}"
  loop: "{{ configure_awx_plan.titles }}"
  loop_control:
    label: "{{ configure_awx_step.label | default(item) }}"
  register: configure_awx_step
"""

RETURN = r"""
label:
  description: The title of the step, and in check mode whether its object would be created or changed.
  type: str
  returned: when the step was performed
stopped:
  description: Whether the step was skipped because an earlier one has failed.
  type: bool
  returned: when it was skipped
id:
  description: The id of the object in AWX.
  type: int
  returned: when AWX has it
msg:
  description: What went wrong and what to do.
  type: str
  returned: failure
hint:
  description: What to do about a failure. RV(msg) ends with it.
  type: str
  returned: failure, if there is something to do
"""
