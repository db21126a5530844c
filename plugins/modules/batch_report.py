#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: batch_report
short_description: Write a report on many password changes as JSON or as an HTML page
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Reads the journals of M(community.sailpoint.isc_password_batch) and of the role
    P(community.sailpoint.rotate_password#role), and writes a report on them as JSON, as an HTML page, or both. It has
    totals, failures by reason, progress over time, and one row per account with its request id. It contains no secret.
  - The page is one file. It loads nothing from elsewhere, and runs no script but its own.
  - The same journals result in the same report. It can be written while a batch is running, and after a batch was
    killed. Pauses between runs do not count as duration.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
options:
  journals:
    description:
      - The paths of the journals on the control node, a list, or a string with one path per line. A path is absolute or
        begins with C(~), and may be a pattern with C(*), C(?) or C([]).
      - There are several if a job was divided into slices, each with its own journal. All must be of the same tenant.
        An account that is in several journals is reported once, according to the latest of them.
    type: raw
    required: true
  json_path:
    description:
      - The file to write as JSON, in a folder that exists, with mode C(0600). The path is absolute or begins with C(~).
      - At least one of O(json_path) and O(html_path) must be given.
    type: path
  html_path:
    description: The file to write as an HTML page, with the same conditions.
    type: path
  title:
    description: The title of the report.
    type: str
    default: Password changes
attributes:
  check_mode:
    details: It checks whether the files could be written and would change, and writes nothing. A journal that does not
      exist yet counts as one without accounts, because the batch before it writes none in check mode.
  async:
    details: It takes less than a second for ten thousand accounts.
notes:
  - The JSON holds C(format) (1), C(title), C(tenant), C(began_at), C(ended_at), C(duration) (seconds), C(runs) (a
    list of C(began_at), C(ended_at), C(accounts), C(stopped)), C(totals) (as RV(summary)), C(reasons) (a list of
    C(reason), C(outcome), C(count), the most frequent first), C(progress) (a list of C(seconds) since the beginning,
    C(sent), C(finished), C(failed), at most 200) and C(accounts) (a list of C(name), C(user_name), C(source_name),
    C(account_id), C(source_id), C(request_id), C(outcome), C(state), C(errors), C(reason), C(reason_index) (its index
    in C(reasons)), C(sent_at), C(ended_at), C(duration)).
seealso:
  - module: community.sailpoint.isc_password_batch
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Lock out a user's accounts, and keep a journal
  community.sailpoint.isc_password_batch:
    accounts:
      - {user_name: Abby.Smith, source_name: Active Directory, discard: true}
      - {user_name: Abby.Smith, source_name: HR Database, discard: true}
    journal: "{{ journals_folder }}/lock-out.jsonl"

- name: Report on it
  community.sailpoint.batch_report:
    journals:
      - "{{ journals_folder }}/lock-out.jsonl"
    title: Lock-out of Abby Smith
    json_path: "{{ journals_folder }}/lock-out.json"
    html_path: "{{ journals_folder }}/lock-out.html"
"""

RETURN = r"""
journals:
  description: The journals that were found.
  type: list
  elements: str
  returned: success
  sample: [/var/lib/isc/november.0.jsonl, /var/lib/isc/november.1.jsonl]
summary:
  description: The number of C(accounts), and how many of them are C(finished), C(accepted) (in progress, or not
    waited for), C(unchanged), C(refused), C(failed), C(unknown) and C(not_sent).
  type: dict
  returned: success
  sample: {accounts: 1000, finished: 997, accepted: 0, unchanged: 0, refused: 2, failed: 1, unknown: 0, not_sent: 0}
json_path:
  description: The option.
  type: str
  returned: success
  sample: /var/lib/isc/2026-11.json
html_path:
  description: The option.
  type: str
  returned: success
  sample: /var/lib/isc/2026-11.html
hint:
  description: What to do. The message ends with it.
  type: str
  returned: failure
msg:
  description: What went wrong and what to do.
  type: str
  returned: failure
"""
