#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_record_file
short_description: Load or save a record of passwords in an encrypted file
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Keeps the record of an account's passwords in a file on the control node that Ansible Vault encrypts. The command
    C(ansible-vault view) shows it.
  - The file is replaced as a whole, so it holds the old or the new record and never a part of one. A write names the
    version it follows, so two runs can't overwrite each other's records.
  - It is the store C(file) of the role P(community.sailpoint.rotate_password#role), for which it was made.
extends_documentation_fragment:
  - community.sailpoint.attributes
options:
  path:
    description:
      - The file. Its folder is made with mode C(0700) if it does not exist, the file with mode C(0600).
      - While the file is written, a file beside it that ends with C(.lock) is locked.
    type: path
    required: true
  key:
    description:
      - The password with which the file is encrypted, as C(ansible-vault) asks for it.
    type: str
    required: true
  record:
    description:
      - The record to save. Without it, the file is loaded.
    type: dict
  version:
    description:
      - The RV(version) of the file that the record follows. Required with O(record).
    type: str
attributes:
  check_mode:
    support: full
    details: Check mode looks whether the file could be written, and writes nothing.
  diff_mode:
    support: none
    details: All that changes is secret.
  idempotent:
    support: none
    details: A record that is saved is encrypted anew each time.
  async:
    support: none
    details: It returns a secret.
notes:
  - It runs on the control node only, whatever the connection of the task.
  - The result is kept out of all output, as with C(no_log).
seealso:
  - module: community.sailpoint.rotation_step
"""

EXAMPLES = r"""
- name: Load the record of an account
  community.sailpoint.rotation_record_file:
    path: "{{ store_dir }}/svc-backup.json"
    key: "{{ store_key }}"
  register: loaded

- name: Save it again
  community.sailpoint.rotation_record_file:
    path: "{{ loaded.path }}"
    key: "{{ store_key }}"
    record: "{{ loaded.record | combine({'after_change_due': false}) }}"
    version: "{{ loaded.version }}"
"""

RETURN = r"""
path:
  description: The file.
  type: str
  returned: success
  sample: /srv/passwords/svc-backup.json
record:
  description: The record, empty where there is no file. It is a secret.
  type: dict
  returned: success
version:
  description: The version of the file, empty where there is no file.
  type: str
  returned: success
  sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
hint:
  description: What to do about a failure. RV(msg) ends with it.
  type: str
  returned: failure
msg:
  description: What went wrong and what to do.
  type: str
  returned: failure
"""
