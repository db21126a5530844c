# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of plugins that list accounts with the age of their passwords."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents the options that isc_account_info and the inventory plugin isc_accounts share."""

    DOCUMENTATION = r"""
options:
  query:
    description:
      - Only the accounts of identities that this query selects, in the language of ISC's Search, such as
        V(attributes.department:"Information Technology").
      - Put values with spaces or special characters in double quotes.
      - The query selects identities. So C(@accounts(...)) in it can be true because of an account on another source.
    type: str
  older_than:
    description: Only the accounts whose password was last set at least this long ago, such as V(90d). The units are
      C(s), C(m), C(h), C(d) and C(w).
    type: str
  unknown_age:
    description: With O(older_than), whether to list accounts whose password age ISC doesn't know. For most connectors,
      it doesn't know any.
    type: str
    choices: [include, exclude]
    default: include
notes:
  - The token needs the scope C(sp:search:read). The owner of a personal access token must be allowed to search, which a
    help desk administrator is not. With the scope C(idn:sources:read), a source that doesn't exist is distinguished
    from one without accounts.
  - Search has the data of the last aggregation of the source. Its index lags behind, usually by minutes and at most by
    a day. So the age of a password shows whether it is due, but not whether a change has arrived.
  - Only accounts that are correlated to an identity are found. The password of any other account can't be set.
  - The API has no Search with O(api_version=beta).
"""
