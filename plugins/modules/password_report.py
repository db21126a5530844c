#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: password_report
short_description: Write a report on the ages of passwords as JSON, CSV or an HTML page
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Queries ISC's Search for the accounts of one or more sources, and reports by source how many passwords are due, are
    not due, were never set or have an unknown age, with a histogram of their ages and a row for each account. This
    changes nothing in ISC, and the report contains no secret.
  - The page is one file. It loads nothing from elsewhere, and has no script.
  - An account is counted once, as V(due) or V(not_due) if ISC knows when its password was set, as V(never_set) if ISC
    says that it never was, and otherwise as V(unknown). Unknown is never counted as due.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.control_node
  - community.sailpoint.connection
options:
  sources:
    description: The display names of the sources, exactly as ISC shows them, a list, or a string with one name per
      line. A source that the tenant doesn't have is an error, if the token may list sources.
    type: raw
    required: true
  query:
    description: Only the accounts of identities that this query selects, in the language of ISC's Search, such as
      V(attributes.department:"Information Technology").
    type: str
  older_than:
    description: The age from which a password is due, such as V(90d). The units are C(s), C(m), C(h), C(d) and C(w).
    type: str
    default: 90d
  include_disabled:
    description: Whether disabled accounts are counted too. Otherwise the report only says how many there are.
    type: bool
    default: false
  include_locked:
    description: Whether locked accounts are counted too. Otherwise the report only says how many there are.
    type: bool
    default: false
  json_path:
    description:
      - The file to write as JSON, in a folder that exists, with mode C(0600). The path is absolute or begins with C(~).
      - If none of the three paths is given, no file is written, and the result has the numbers only.
    type: path
  csv_path:
    description: The file to write as CSV, with a row for each account, with the same conditions. An apostrophe is put
      before a text that a spreadsheet would evaluate as a formula.
    type: path
  html_path:
    description: The file to write as an HTML page, with the same conditions. It shows the thousand accounts that need
      attention most.
    type: path
  title:
    description: The title of the report.
    type: str
    default: Ages of passwords
attributes:
  action_group:
    description: Use C(group/community.sailpoint.isc) in C(module_defaults) to set the connection's options once.
    support: full
    membership:
      - community.sailpoint.isc
  check_mode:
    details: It queries ISC, checks whether the files could be written, and writes nothing.
  idempotent:
    support: none
    details: A report contains the time at which it was made.
  async:
    details: 10,000 accounts take some seconds.
notes:
  - The token needs the scope C(sp:search:read). The owner of a personal access token must be allowed to search. The API
    has no Search with O(api_version=beta).
  - Search has the data of the last aggregation of a source. Its index lags behind, usually by minutes and at most by a
    day.
  - The JSON holds C(format) (1), C(title), C(tenant), C(made_at), C(older_than), C(totals) (as RV(totals)),
    C(left_out), C(histogram), C(sources) (as the return values of these names) and C(accounts), a list of
    C(source_name), C(user_name), C(account_id), C(account_name), C(state), C(password_last_set),
    C(password_age_days), C(disabled), C(locked) and C(privileged). Due passwords come first, the oldest at the top. The
    CSV has the same columns.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.accounts
    description: Accounts and the age of their passwords.
  - module: community.sailpoint.isc_account_info
  - module: community.sailpoint.batch_report
"""

EXAMPLES = r"""
- name: Report on the ages of passwords
  community.sailpoint.password_report:
    sources:
      - Active Directory
      - HR Database
    older_than: 90d
    csv_path: "{{ reports_folder }}/ages.csv"
    html_path: "{{ reports_folder }}/ages.html"
  register: ages

- name: Show the numbers
  ansible.builtin.debug:
    msg: "{{ ages.table }}"
"""

RETURN = r"""
totals:
  description: The number of C(accounts), how many of them are C(due), C(not_due), C(never_set) and C(unknown), and the
    age of the oldest password in days, C(oldest_days), which is V(null) if none is known.
  type: dict
  returned: success
  sample: {accounts: 1000, due: 40, not_due: 850, never_set: 2, unknown: 108, oldest_days: 731}
left_out:
  description: How many accounts were not counted because they are C(disabled) or C(locked).
  type: dict
  returned: success
  sample: {disabled: 12, locked: 3}
histogram:
  description: The number of accounts in each range of password ages, including C(from_days) and excluding C(to_days),
    which is V(null) in the last range.
  type: list
  elements: dict
  returned: success
  sample: [{from_days: 0, to_days: 30, accounts: 350}]
sources:
  description: The totals of each source, with its C(source_name).
  type: list
  elements: dict
  returned: success
  sample: [{source_name: Active Directory, accounts: 1000, due: 40, not_due: 850, never_set: 2, unknown: 108,
      oldest_days: 731}]
table:
  description: Totals and histogram as lines of text, to be shown.
  type: list
  elements: str
  returned: success
  sample: ["Active Directory: 1000 accounts, 40 due, 850 not due, 2 never set, 108 unknown"]
json_path:
  description: The option.
  type: str
  returned: success
  sample: /var/lib/isc/ages.json
csv_path:
  description: The option.
  type: str
  returned: success
  sample: /var/lib/isc/ages.csv
html_path:
  description: The option.
  type: str
  returned: success
  sample: /var/lib/isc/ages.html
hint:
  description: What to do. The message ends with it.
  type: str
  returned: failure
msg:
  description: What went wrong and what to do.
  type: str
  returned: failure
"""
