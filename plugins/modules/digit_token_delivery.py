#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digit_token_delivery
short_description: Check whether digit tokens can be delivered
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Reads the variables of a playbook that creates digit tokens, and checks whether they can be delivered, before one
    is created.
  - This action is part of the playbooks that create digit tokens, and not meant to be used elsewhere.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  prefix:
    description: The prefix of the variables' names.
    type: str
    required: true
  for_hosts:
    description: Whether tokens are created for hosts of the play, which C(digit_tokens) names, instead of for one
      C(user_id).
    type: bool
    default: false
attributes:
  check_mode:
    details: In check mode, RV(hands_over) and RV(shows) are V(false).
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Check whether the digit token can be delivered
  community.sailpoint.digit_token_delivery:
    prefix: issue_digit_token_
  register: issue_digit_token_delivery
"""

RETURN = r"""
hosts:
  description: The hosts that a token is created for.
  type: dict
  returned: success
tasks:
  description: The absolute path of the task file that delivers a token, empty if there is none.
  type: str
  returned: success
hands_over:
  description: Whether these tasks are to be run.
  type: bool
  returned: success
shows:
  description: Whether the token is to be shown.
  type: bool
  returned: success
"""
