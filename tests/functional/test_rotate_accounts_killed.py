# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A batch with a store and without a journal that is killed once ISC has accepted its changes."""

from __future__ import annotations

import time

from functional.accounts import current
from functional.batches import Batch, ended, stored
from functional.playbook import assert_all_ok, kill

HOSTS = ("a", "b", "c")


def test_a_batch_that_is_killed_while_it_waits_converges_without_another_set(accounts, tmp_path):
    these = accounts(**{host: stored(tmp_path) for host in HOSTS})
    these.keep_history(True)
    for host in HOSTS:
        these.set(host, f"Old-and-true-{host}1")
        these.write(host, current=current(f"Old-and-true-{host}1"))
    these.tenant.settings(change_seconds=3)
    these.tenant.clear_requests()
    batch = Batch(these)
    child = batch.start(rotate_password_max_age="1s")
    deadline = time.monotonic() + 60
    while these.sets() < len(HOSTS) or any(these.read(host).pending is None for host in HOSTS):
        assert time.monotonic() < deadline, "nothing was sent"
        time.sleep(0.05)
    time.sleep(0.5)
    kill(child)
    again = batch.run(rotate_password_max_age="1h")
    assert_all_ok(again)
    assert ended(again) == dict.fromkeys(HOSTS, "changed")
    assert these.sets() == len(HOSTS)
    for host in HOSTS:
        assert these.read(host).pending is None
        assert these.read(host).current.password == these.held(host)
