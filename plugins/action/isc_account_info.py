# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..modules import isc_account_info
from ..plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    operation = isc_account_info
