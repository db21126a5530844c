# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All operations that this collection uses."""

from __future__ import annotations

from .account_reload import RELOAD_ACCOUNT
from .change_records import LIST_ACTIVITIES, SEARCH_EVENTS
from .digit_token import CREATE_DIGIT_TOKEN
from .password_change import CHANGE_STATUS, SET_PASSWORD
from .password_info import QUERY_PASSWORD_INFO
from .password_org_config import READ_PASSWORD_ORG_CONFIG
from .search import SEARCH
from .source_connector import CHECK_CONNECTION, READ_SOURCE, UPDATE_SOURCE
from .sync_groups import LIST_SOURCES, LIST_SYNC_GROUPS

OPERATIONS = (
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
    CHANGE_STATUS,
    CREATE_DIGIT_TOKEN,
    LIST_SYNC_GROUPS,
    LIST_SOURCES,
    SEARCH,
    RELOAD_ACCOUNT,
    LIST_ACTIVITIES,
    SEARCH_EVENTS,
    READ_PASSWORD_ORG_CONFIG,
    READ_SOURCE,
    UPDATE_SOURCE,
    CHECK_CONNECTION,
)
