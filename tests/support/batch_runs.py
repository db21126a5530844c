# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of isc_password_batch against a tenant with many users."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.community.sailpoint.plugins.module_utils._errors import BatchError
from ansible_collections.community.sailpoint.plugins.modules import isc_password_batch, isc_password_info
from simulator.tenant import Tenant

from support.modules import AD, PASSWORD, FakeTime, run

NO_LIMIT = {"requests": 0}
IDS = ("identity_id", "source_id", "public_key_id", "public_key")


def user(number: int, **more: Any) -> dict[str, Any]:
    """Return a user of the tenant as an account of a batch."""
    return {"user_name": f"user{number:05d}", "source_name": AD, "password": PASSWORD, **more}


def users(count: int) -> list[dict[str, Any]]:
    return [user(number + 1) for number in range(count)]


def dn(number: int) -> str:
    """Return the account id of a user."""
    return f"CN=user{number:05d},OU=Generated,DC=acme,DC=com"


def outcomes(result: dict[str, Any]) -> list[str]:
    return [entry["outcome"] for entry in result["results"]]


class BatchRuns:
    """Runs the module, by default without a rate limit, and returns the result even if the batch fails."""

    def __init__(self, tenant: Tenant, fake_time: FakeTime, folder: Path) -> None:
        self.tenant = tenant
        self.fake_time = fake_time
        self.journal = folder / "rotation.jsonl"
        self.warnings: list[str] = []

    def __call__(self, accounts: list[dict[str, Any]], check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Run once."""
        options = {"accounts": accounts, "rate_limit": NO_LIMIT, **options}
        self.warnings = []
        try:
            result = run(isc_password_batch, self.tenant, self.fake_time, check_mode, warnings=self.warnings, **options)
        except BatchError as error:
            result = dict(error.as_result(), failed=True)
        assert PASSWORD not in str(result)
        return result

    def journalled(self, accounts: list[dict[str, Any]], check_mode: bool = False, **options: Any) -> dict[str, Any]:
        result = self(accounts, check_mode, journal=str(self.journal), **options)
        assert not self.journal.exists() or PASSWORD not in self.journal.read_text()
        return result

    def by_id(self, number: int, **more: Any) -> dict[str, Any]:
        """Return a user of the tenant as an account of a batch, identified by the result of a query."""
        names = {"user_name": f"user{number:05d}", "source_name": AD}
        info = run(isc_password_info, self.tenant, self.fake_time, **names)
        self.tenant.clear_requests()
        return {**{option: info[option] for option in IDS}, "account_id": dn(number), "password": PASSWORD, **more}

    @property
    def directory(self) -> str:
        """The id of the users' source."""
        return next(source["id"] for source in self.tenant.world()["sources"] if source["name"] == AD)

    def sets(self) -> int:
        return self.tenant.counts().get("set", 0)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]

    def keep_lines(self, count: int) -> None:
        """Truncate the journal to *count* lines, as if the run had been killed then."""
        self.journal.write_text("".join(f"{line}\n" for line in self.journal.read_text().splitlines()[:count]))

    def steps(self) -> list[str]:
        return [line["step"] for line in self.lines() if "step" in line]
