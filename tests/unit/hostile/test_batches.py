# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch and its journal with hostile answers, and with names that are shown in its sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.community.sailpoint.plugins.modules import isc_password_batch
from ansible_collections.community.sailpoint.tests.unit.hostile.results import flaws
from ansible_collections.community.sailpoint.tests.unit.hostile.texts import TEXTS
from ansible_collections.community.sailpoint.tests.unit.hostile.victim import Victim
from ansible_collections.community.sailpoint.tests.unit.support import AD, BACKUP, BY_NAME, PASSWORD

NAME = "a\r\nfatal: [host]: FAILED! => \x1b[1m" + "x" * 1000
SHOWN = "a fatal: [host]: FAILED! => [1m" + "x" * 266 + "..."
CHANGES = (
    {"requestId": "r", "state": "FAILED"},
    {"requestId": "r", "state": "FINISHED"},
    {"requestId": "r", "state": "IN_PROGRESS"},
)


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_answers_reach_neither_results_nor_the_next_run(victim: Victim, tmp_path: Path, name: str) -> None:
    text = TEXTS[name]
    accounts = [{"accountId": BACKUP, "accountName": text}]
    for number, state in enumerate(("FAILED", "FINISHED", "IN_PROGRESS", text)):
        victim.tenant.fault("query", "fields", fields={"accounts": accounts, "policies": [text]})
        changed = {"requestId": text, "state": state, "errors": [text], "sourceIds": [text]}
        victim.tenant.fault("set", "fields", fields=changed)
        victim.tenant.fault("status", "fields", fields=changed, times=None)
        given = {"accounts": [BY_NAME], "journal": str(tmp_path / f"{number}.jsonl"), "wait_timeout": 40}
        assert victim.flaws(victim.run(isc_password_batch, **given)) == []
        victim.tenant.clear_faults()
        again = victim.run(isc_password_batch, **given, check_mode=True)
        assert victim.flaws(again) == []
        assert "journal" not in again.get("msg", "") or "is malformed" not in again["msg"]


def test_names_are_shown_on_one_line_and_cut(victim: Victim) -> None:
    victim.tenant.settings(policies={AD: ["passwordMinLength is 90"]})
    named = {**BY_NAME, "name": NAME}
    result = victim.run(isc_password_batch, accounts=[named])
    assert f" First {SHOWN}: ISC accepted the password change and then reported FAILED: " in result["msg"]
    assert result["warnings"][0].startswith(f"1 of 1 accounts have warnings, first {SHOWN}: ")
    assert result["results"][0]["name"] == NAME
    refused = victim.run(isc_password_batch, accounts=[{**named, "password": ""}])
    assert refused["msg"] == f"accounts[0] ({SHOWN}): password is empty. Give password."
    assert [*flaws(refused)] == []
    assert PASSWORD not in json.dumps([result, refused])
