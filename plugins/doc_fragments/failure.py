# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failed task returns."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents C(IscError.as_result), the same for all modules."""

    DOCUMENTATION = r"""
options: {}
notes:
  - A failed task returns C(msg), which says what went wrong and what to do, and C(hint), only the latter, if there is
    something to do. If ISC answered with an error, it also returns C(status_code) (the HTTP status, such as V(403))
    and, as far as ISC sent them, C(detail_code) (the code of the error), C(tracking_id) (its id, for SailPoint's
    support) and C(messages) (a list of what ISC said about it).
"""
