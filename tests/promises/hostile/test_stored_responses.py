# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile responses in journals and receipts can be read by the next run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._password import fingerprint as _fingerprint
from ansible_collections.community.sailpoint.plugins.modules import isc_password, isc_password_batch
from support.hostile_results import flaws
from support.hostile_texts import TEXTS
from support.modules import AD, BACKUP, BY_NAME, PASSWORD
from support.victim import Victim

NAME = "a\r\nfatal: [host]: FAILED! => \x1b[1m" + "x" * 1000
SHOWN = "a fatal: [host]: FAILED! => [1m" + "x" * 266 + "..."


ODD = (
    *("empty", "blank", "C0 controls", "C1 controls", "a line that looks like Ansible's", "line separators"),
    *("half of a surrogate pair", "two dots", "JSON", "very long", "very long, with lines"),
)


@pytest.mark.parametrize("name", ODD)
def test_a_journal_of_any_response_can_be_read(victim: Victim, tmp_path: Path, name: str) -> None:
    text = TEXTS[name]
    accounts = [{"accountId": BACKUP, "accountName": text}]
    for number, state in enumerate(("FAILED", "FAILED", "FINISHED", "IN_PROGRESS", text)):
        victim.tenant.fault("query", "fields", fields={"accounts": accounts, "policies": [text]})
        changed = {"requestId": text if number else "r", "state": state, "errors": [text], "sourceIds": [text]}
        victim.tenant.fault("set", "fields", fields=changed)
        victim.tenant.fault("status", "fields", fields=changed, times=None)
        given = {"accounts": [BY_NAME], "journal": str(tmp_path / f"{number}.jsonl"), "wait_timeout": 40}
        assert victim.flaws(victim.run(isc_password_batch, **given)) == []
        victim.tenant.clear_faults()
        again = victim.run(isc_password_batch, **given, check_mode=True)
        assert victim.flaws(again) == []
        assert " is malformed" not in again.get("msg", "")


@pytest.mark.parametrize("name", ODD)
def test_a_receipt_of_any_response_can_be_read(
    victim: Victim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(_fingerprint, "_N", 2)
    text = TEXTS[name]
    for number, state in enumerate(("FAILED", "FINISHED", "IN_PROGRESS", text)):
        changed = {"requestId": text, "state": state, "errors": [text], "sourceIds": [text]}
        victim.tenant.fault("set", "fields", fields=changed)
        victim.tenant.fault("status", "fields", fields=changed, times=None)
        path = tmp_path / f"{number}.json"
        given = {**victim.by_id, "receipt_file": str(path), "update_password": "when_changed", "wait_timeout": 40}
        assert victim.flaws(victim.run(isc_password, **given)) == []
        victim.tenant.clear_faults()
        again = victim.run(isc_password, **given, check_mode=True)
        assert victim.flaws(again) == []
        assert " is malformed" not in again.get("msg", "")
        assert [*flaws(json.loads(path.read_text()))] == []


def test_names_are_shown_on_one_line_and_shortened(victim: Victim) -> None:
    victim.tenant.settings(policies={AD: ["passwordMinLength is 90"]})
    named = {**BY_NAME, "name": NAME}
    result = victim.run(isc_password_batch, accounts=[named])
    assert f" First {SHOWN}: ISC accepted the password change and then reported FAILED: " in result["msg"]
    assert result["warnings"][0].startswith(f"1 of 1 accounts have warnings, first {SHOWN}: ")
    assert result["results"][0]["name"] == NAME
    denied = victim.run(isc_password_batch, accounts=[{**named, "password": ""}])
    assert denied["msg"] == f"accounts[0] ({SHOWN}): password is empty. Give password."
    assert [*flaws(denied)] == []
    assert PASSWORD not in json.dumps([result, denied])
