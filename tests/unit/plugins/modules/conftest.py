# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of receipts and batches."""

from __future__ import annotations

import errno
import os
import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils import _durable_file
from ansible_collections.community.sailpoint.plugins.module_utils._password import fingerprint as _fingerprint
from support.batch_runs import BatchRuns
from support.receipt_runs import Runs


@pytest.fixture
def change(tenant, fake_time, tmp_path, monkeypatch):
    """Return a runner of isc_password with cheap fingerprints."""
    monkeypatch.setattr(_fingerprint, "_N", 2)
    return Runs(tenant, fake_time, tmp_path)


@pytest.fixture
def full_disk(monkeypatch):
    """Return a list that says for each following sync to disk whether it fails. After its end, none fails."""
    script: list[bool] = []
    fsync = os.fsync

    def syncing(descriptor):
        if script and script.pop(0):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(_durable_file.os, "fsync", syncing)
    return script


@pytest.fixture
def batch(crowd, fake_time, tmp_path) -> BatchRuns:
    return BatchRuns(crowd, fake_time, tmp_path)


@pytest.fixture
def present(fake_time):
    """Set the fake time to the present, which the tenant uses to record changes."""
    fake_time.now += time.time() - fake_time.time()
    return fake_time
