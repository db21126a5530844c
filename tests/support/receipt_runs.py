# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of isc_password with a receipt file, for the tests of receipts."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.community.sailpoint.plugins.module_utils._change.receipt import AccountKey, new_receipt
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ChangeFailedError,
    IscError,
    OutcomeUnknownError,
)
from ansible_collections.community.sailpoint.plugins.modules import isc_password

from support.modules import AD, BACKUP, BY_NAME, PASSWORD, run

OTHER = "Quiet-Harbour-43"
WEAK = "quiet"
NOT_SENT = {"errors": [], "source_ids": [], "duration": None, "policy_violations": []}
UNKNOWN_ID = "0" * 32


class Runs:
    """Runs the module for one account with a receipt file, and shows the receipt."""

    def __init__(self, tenant, fake_time, folder):
        self.tenant = tenant
        self.time = fake_time
        self.path = folder / "svc-backup.json"
        self.warnings: list[str] = []

    def __call__(self, check_mode=False, **given) -> dict[str, Any]:
        self.warnings = []
        options = {"wait_timeout": 600000, "receipt_file": str(self.path), **BY_NAME, **given}
        try:
            return run(isc_password, self.tenant, self.time, check_mode, warnings=self.warnings, **options)
        except IscError as error:
            assert PASSWORD not in str(error.as_result())
            raise

    def without_file(self, **given):
        return self(receipt_file=None, **given)

    def changed(self, check_mode, **given) -> bool:
        """Return ``changed`` of the task's result, even if it fails."""
        try:
            return self(check_mode, **given)["changed"]
        except (ChangeFailedError, OutcomeUnknownError) as error:
            return error.details["changed"]

    @property
    def receipt(self):
        return json.loads(self.path.read_text("utf-8")) if self.path.exists() else None

    @property
    def shown(self):
        """The receipt in the file, without the fingerprint."""
        return {key: value for key, value in (self.receipt or {}).items() if key != "fingerprint"}

    @property
    def sets(self) -> int:
        return self.tenant.counts().get("set", 0)

    def kept(self, **changes) -> dict[str, Any]:
        """Write a receipt into the file, by default of PASSWORD and now, and return it."""
        source = next(one["id"] for one in self.tenant.world()["sources"] if one["name"] == AD)
        place = AccountKey(urlsplit(self.tenant.base_url).netloc, source, BACKUP)
        password = changes.pop("password", PASSWORD)
        value = {**new_receipt(place, password, bytes(16), self.time.time()).as_value(), **changes}
        self.path.write_text(json.dumps(value), "utf-8")
        return value

    def in_progress(self, outcome="never", **wish) -> dict[str, Any]:
        """Leave the receipt of a run that was killed while it waited for PASSWORD's change, and return it."""
        self.tenant.outcome(outcome, **wish)
        self(wait=False)
        assert self.receipt["state"] == "IN_PROGRESS"
        if outcome != "never" and "change_seconds" not in wish:
            # The tenant carries it out in real time.
            time.sleep(0.05)
        return self.receipt
