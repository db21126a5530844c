#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rotation_step
short_description: Decide the next step of a password rotation, or move its record on
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Decides from the record of an account's passwords what a rotation has to do next, and generates the new password if
    one is needed. After that step it returns the record as it has to be stored.
  - It sends nothing and stores nothing. The role P(community.sailpoint.rotate_password#role), for which it was made,
    does that with tasks of its own.
  - The record holds the keys C(format), C(account), C(current), C(previous), C(pending), C(discarded) and
    C(after_change_due). The guide to rotation describes them.
extends_documentation_fragment:
  - community.sailpoint.attributes
options:
  event:
    description:
      - What has happened.
      - V(planned) asks for the next step. The other events move the record on.
      - V(accepted) with O(request_id), V(finished), V(failed), V(refused) and V(forgotten) tell what ISC said about the
        pending password. V(forgotten) means that ISC no longer knows the request.
      - V(dropped) means that the user has said that the pending password does not hold.
      - V(notified) means that the hook after the change has succeeded.
    type: str
    required: true
    choices: [planned, accepted, finished, failed, refused, forgotten, dropped, notified]
  record:
    description:
      - The record, as a store or this module returned it. An empty one stands for none yet.
    type: dict
    required: true
  account:
    description:
      - The account. A record of another one is refused.
    type: dict
    required: true
    suboptions:
      user_name:
        description: The login name of the identity.
        type: str
        required: true
      source_name:
        description: The display name of the source.
        type: str
        required: true
      source_id:
        description: The id of the source.
        type: str
        required: true
      account_id:
        description: The account's native identity.
        type: str
        required: true
  value:
    description:
      - The password to set. Without it, or if it is empty, one is generated.
    type: str
  policies:
    description:
      - The rules of the password policy that a generated password has to fit, as queried.
    type: list
    elements: str
    default: []
  length:
    description:
      - The number of characters of a generated password.
    type: int
  specials:
    description:
      - The special characters of a generated password.
    type: str
  update_password:
    description:
      - V(always) changes the password each time. V(when_changed) does so only if O(value) is another one than the
        current one, or, with a generated password, only if there is none or one older than O(max_age).
    type: str
    choices: [always, when_changed]
    default: always
  max_age:
    description:
      - The age, such as V(30d), up to which the current password stays as it is.
    type: str
  on_unknown:
    description:
      - What to do with a pending password of which nobody knows whether ISC was asked to set it.
    type: str
    choices: [resend, fail]
    default: resend
  settle_pending:
    description:
      - What the user has found out about the pending password. Then nothing else is done.
    type: str
    choices: ['', commit, discard]
    default: ''
  settled:
    description:
      - Whether this run has just finished a pending password, so that it makes no other one.
    type: bool
    default: false
  request_id:
    description:
      - The id of the request, for O(event=accepted), and for O(event=finished) where the record doesn't have it yet.
    type: str
  hook:
    description:
      - Whether there is a hook after the change. With O(event=finished) it is due then, and with O(event=planned) a due
        one comes first.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details: It changes nothing anyway.
  diff_mode:
    support: none
    details: It changes nothing.
  idempotent:
    support: none
    details: It generates another password each time.
  async:
    support: none
    details: It returns a secret.
notes:
  - It runs on the control node only, whatever the connection of the task.
  - The result is kept out of all output, as with C(no_log).
  - A pending password belongs to the run of Ansible that staged it. As long as that run is there, another run is
    refused. A run on another machine or in another container can't be seen, so its password is left alone for 300
    seconds, unless the id of its request is known.
seealso:
  - module: community.sailpoint.rotation_record_file
  - module: community.sailpoint.isc_password
"""

EXAMPLES = r"""
- name: Decide what is to be done for an account without a record
  community.sailpoint.rotation_step:
    event: planned
    record: {}
    account:
      user_name: svc-backup
      source_name: Active Directory
      source_id: 2c918083746f642c01746f990884012a
      account_id: CN=svc-backup,OU=Services,DC=acme,DC=com
    max_age: 30d
  register: plan

- name: Note that the password was set
  community.sailpoint.rotation_step:
    event: finished
    record: "{{ plan.record }}"
    account: "{{ plan.record.account }}"
  when: plan.step == "send"
"""

RETURN = r"""
step:
  description:
    - With O(event=planned) what is to be done.
    - V(send) stages the pending password and sets it. V(resend) sets it again. V(resume) waits for its request.
    - V(commit) and V(discard) do what O(settle_pending) says. V(after_change) runs the hook after the change.
    - V(nothing) stands for nothing, and after all other events.
  type: str
  returned: success
  sample: send
reason:
  description: Why, for people.
  type: str
  returned: success
  sample: the password is younger than rotate_password_max_age
record:
  description: The record as it has to be stored before that step, or after that event. It is a secret.
  type: dict
  returned: success
record_changed:
  description: Whether RV(record) differs from O(record).
  type: bool
  returned: success
  sample: true
hint:
  description: What to do about a failure. RV(msg) ends with it.
  type: str
  returned: failure
msg:
  description: What went wrong and what to do.
  type: str
  returned: failure
"""
