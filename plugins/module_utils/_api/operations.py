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
from .password_org_config import CREATE_ORG_CONFIG, READ_ORG_CONFIG, SET_ORG_CONFIG
from .password_policies import (
    CREATE_PASSWORD_POLICY,
    DELETE_PASSWORD_POLICY,
    LIST_PASSWORD_POLICIES,
    SET_PASSWORD_POLICY,
)
from .search import SEARCH
from .source_connector import CHECK_CONNECTION
from .sources import LIST_SOURCE_POLICIES, READ_SOURCE, SET_SOURCE_POLICIES, UPDATE_SOURCE
from .sync_groups import CREATE_SYNC_GROUP, DELETE_SYNC_GROUP, LIST_SOURCES, LIST_SYNC_GROUPS, SET_SYNC_GROUP

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
    READ_SOURCE,
    UPDATE_SOURCE,
    CHECK_CONNECTION,
    READ_ORG_CONFIG,
    SET_ORG_CONFIG,
    CREATE_ORG_CONFIG,
    LIST_PASSWORD_POLICIES,
    CREATE_PASSWORD_POLICY,
    SET_PASSWORD_POLICY,
    DELETE_PASSWORD_POLICY,
    LIST_SOURCE_POLICIES,
    SET_SOURCE_POLICIES,
    CREATE_SYNC_GROUP,
    SET_SYNC_GROUP,
    DELETE_SYNC_GROUP,
)
