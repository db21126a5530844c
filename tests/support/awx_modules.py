# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules of awx.awx in this process. With one process each, the steps of a run would take a minute of CPU."""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
import types
from collections.abc import Mapping
from importlib import import_module
from typing import Any
from unittest import mock

from ansible.module_utils import basic

COLLECTION = "ansible_collections.awx.awx.plugins"


def call(name: str, options: Mapping[str, Any], environment: Mapping[str, str], check_mode: bool) -> dict[str, Any]:
    """Run a module, given its full name, without sleeping, and return its result."""
    module = import_module(f"{COLLECTION}.modules.{name.removeprefix('awx.awx.')}")
    arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check_mode}}
    without_sleep = types.SimpleNamespace(sleep=lambda _seconds: None, time=time.time)
    output = io.StringIO()
    with (
        mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps(arguments).encode()),
        mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy"),
        mock.patch.object(import_module(f"{COLLECTION}.module_utils.controller_api"), "time", without_sleep),
        mock.patch.dict(os.environ, environment),
        contextlib.redirect_stdout(output),
        contextlib.suppress(SystemExit),
    ):
        module.main()
    return json.loads(output.getvalue())
