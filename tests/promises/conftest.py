# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the promises share."""

from __future__ import annotations

from support.fixtures import (  # noqa: F401
    fake_time,
    fips_mode,
    no_settings_of_the_user,
    ordinary_signals,
    pytest_collection,
    pytest_collection_finish,
    running_tenant,
    running_tls_tenant,
    tenant,
    tls_tenant,
)
