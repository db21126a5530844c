# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes each event of a play as a line of JSON, with everything that a callback plugin gets, as AWX does."""

from __future__ import annotations

DOCUMENTATION = """
name: isc_events
short_description: Store the events of a play as lines of JSON
author: The community.sailpoint authors (@community-sailpoint)
version_added: 1.0.0
type: notification
description: The file is named by E(ISC_EVENTS).
"""

import json
import os

from ansible.plugins.callback import CallbackBase


def _stores(event):
    return lambda self, result, ignore_errors=False: self._store(event, result)


class CallbackModule(CallbackBase):
    """The callback."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "isc_events"
    CALLBACK_NEEDS_ENABLED = True

    def _store(self, event, result):
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        content = result.result if hasattr(result, "result") else result._result
        line = {"host": host.get_name(), "task": task.get_name(), "action": task.action, "result": content}
        if task.action.startswith("community.sailpoint."):
            # They include the evaluated arguments. Those of other actions may contain secrets of the play.
            line["fields"] = task.dump_attrs()
        self._write(event, line)

    @staticmethod
    def _write(event, line):
        with open(os.environ["ISC_EVENTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps({"event": event, **line}, default=str) + "\n")

    v2_runner_on_ok = _stores("ok")
    v2_runner_on_failed = _stores("failed")
    v2_runner_on_unreachable = _stores("unreachable")
    v2_runner_retry = _stores("retry")
    v2_runner_on_skipped = _stores("skipped")
    v2_runner_item_on_ok = _stores("item_ok")
    v2_runner_item_on_failed = _stores("item_failed")
    v2_runner_on_async_poll = _stores("async_poll")
    v2_runner_on_async_ok = _stores("async_ok")

    def v2_playbook_on_stats(self, stats):
        """Write the data of set_stats, which AWX stores as the artifacts of the job."""
        self._write("stats", {"result": stats.custom.get("_run", {})})
