# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All API operations that the collection defines."""

from __future__ import annotations

import importlib

from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import Operation

from support.guides import ROOT

_PACKAGE = "ansible_collections.community.sailpoint.plugins.module_utils._api"

OPERATIONS = tuple(
    value
    for path in sorted((ROOT / "plugins/module_utils/_api").glob("*.py"))
    for name, value in vars(importlib.import_module(f"{_PACKAGE}.{path.stem}")).items()
    if isinstance(value, Operation) and not name.startswith("_")
)
