# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether it is the role or a module that tells what is known of an interrupted change."""

from __future__ import annotations

import signal

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import unsent_error
from ansible_collections.community.sailpoint.plugins.plugin_utils import _interruption
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.interruption import watched, watched_query
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import ROTATION
from support.modules import NAMES
from support.rotations import ACCOUNT, OLD, PENDING, Record, rotation

pytestmark = pytest.mark.usefixtures("ordinary_signals")

UNSENT = "The run was interrupted before it sent the password. Run it again."
OF_THE_ROLE = f"rotate_password: svc-backup on Active Directory: {UNSENT}"
OF_THE_MODULE = f"isc_password: {UNSENT}"
ROTATING = {ROTATION: {"rotation": rotation(Record(ACCOUNT, OLD, pending=PENDING)).as_value()}}
ENDED = {ROTATION: {"changed": False}}


@pytest.fixture
def lines(monkeypatch):
    told = []
    monkeypatch.setattr(_interruption, "write_line", told.append)
    return told


def interrupted_run(params, check_mode, client, watch=None):
    """Be interrupted as the module that sets a password is."""
    if watch is None:
        signal.raise_signal(signal.SIGINT)
    else:
        with watch(unsent_error, lambda: False):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("password", "variables", "told"),
    [
        (PENDING.password, ROTATING, OF_THE_ROLE),
        # In a hook of the role, for another account.
        ("Another-Harbour-43", ROTATING, OF_THE_MODULE),
        (PENDING.password, ENDED, OF_THE_MODULE),
        (PENDING.password, {}, OF_THE_MODULE),
    ],
)
def test_the_role_tells_of_the_password_that_it_has_staged(lines, password, variables, told):
    run = watched(interrupted_run, "isc_password", {"password": password}, variables)
    with pytest.raises(KeyboardInterrupt):
        run({}, False, None)
    assert lines == [told]


@pytest.mark.parametrize(
    ("user_name", "variables", "told"),
    [
        (NAMES["user_name"], ROTATING, [OF_THE_ROLE]),
        ("somebody else", ROTATING, []),
        (NAMES["user_name"], ENDED, []),
        (NAMES["user_name"], {}, []),
    ],
)
def test_a_query_tells_nothing_unless_it_is_that_of_the_role(lines, user_name, variables, told):
    run = watched_query(interrupted_run, {"user_name": user_name}, variables)
    with pytest.raises(KeyboardInterrupt):
        run({}, False, None)
    assert lines == told
