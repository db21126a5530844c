#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: password_settings_file
short_description: Write the password settings of a tenant to a variables file
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Writes the result of M(community.sailpoint.isc_password_settings_info) to a variables file for the playbook
    C(community.sailpoint.configure_passwords).
  - The same settings result in the same file, which contains no secret. Names that Ansible would treat as templates are
    marked with C(!unsafe).
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  settings:
    description: The result of M(community.sailpoint.isc_password_settings_info).
    type: dict
    required: true
  path:
    description: The file to write, in a folder that exists, with mode C(0600). The path is absolute or begins with
      C(~).
    type: path
    required: true
attributes:
  check_mode:
    details: It checks whether the file could be written and would change, and writes nothing.
  diff_mode:
    support: full
    details: Shows the lines that differ.
  async:
    details: It takes less than a second.
seealso:
  - module: community.sailpoint.isc_password_settings_info
  - ref: ansible_collections.community.sailpoint.docsite.password_settings
    description: Password settings as code.
"""

EXAMPLES = r"""
- name: Read the password settings
  community.sailpoint.isc_password_settings_info:
  register: settings

- name: Write them to a file
  community.sailpoint.password_settings_file:
    settings: "{{ settings }}"
    path: "{{ settings_folder }}/passwords.yml"
"""

RETURN = r"""
path:
  description: The file.
  type: str
  returned: success
diff:
  description: The content of the file before and afterwards.
  type: dict
  returned: success
msg:
  description: What went wrong and what to do.
  type: str
  returned: failure
hint:
  description: What to do about a failure. RV(msg) ends with it.
  type: str
  returned: failure, if there is something to do
"""
