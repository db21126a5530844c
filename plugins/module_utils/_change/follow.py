# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Following a password change with a client until it has ended."""

from __future__ import annotations

import typing as t

from .._api.operations import read_change_status
from .._api.password_change import Change
from .._client.client import Client
from .._limits import (
    LONGEST_WAIT,
    LONGEST_WAIT_SLEEP,
    check_seconds,
)
from .wait import Patience, look_once, wait_for_change


def patience_of(params: t.Mapping[str, t.Any]) -> Patience:
    """Return how to wait, from a module's options.

    :raises InputError: an option can't be used; the message names it.
    """
    check_seconds("wait_timeout", params["wait_timeout"], LONGEST_WAIT)
    check_seconds("wait_sleep", params["wait_sleep"], LONGEST_WAIT_SLEEP)
    return Patience(timeout=params["wait_timeout"], first_interval=params["wait_sleep"])


def follow_change(client: Client, change: Change, patience: Patience, at_once: bool = False) -> Change:
    """Wait until *change* has ended, and return it as it ended.

    :param at_once: read the status before the first pause, for a change that may have ended long ago.
    :raises OutcomeUnknownError: see wait_for_change.
    """
    request_id = change.request_id
    if request_id is None:
        raise ValueError("a change without a request id can't be followed")
    runtime = client.runtime
    return wait_for_change(
        change,
        lambda deadline: read_change_status(client, request_id, deadline),
        patience,
        clock=runtime.clock,
        sleep=runtime.sleep,
        random=runtime.random,
        at_once=at_once,
    )


def look_at_change(client: Client, change: Change, age: float, patience: Patience, will_wait: bool) -> Change | None:
    """Read once what became of *change*, which an earlier run sent; see look_once."""
    request_id = change.request_id
    if request_id is None:
        raise ValueError("a change without a request id can't be looked at")
    deadline = client.runtime.clock() + patience.timeout
    return look_once(change, lambda: read_change_status(client, request_id, deadline), age, will_wait)
