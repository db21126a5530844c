# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's version, as galaxy.yml states it (a test holds the two together)."""

from __future__ import annotations

VERSION = "1.0.0"
USER_AGENT = f"community.sailpoint/{VERSION}"
