# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of batches with a few accounts, without a journal or twice with one. Each returns its ending in a word."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.sailpoint.plugins.modules import isc_password_batch
from soak import hostile, invariants
from soak.modules import OF_CHANGES, policy_options
from soak.scene import KnownAccount, Scene

ACCOUNTS = 6
# A later run with the same journal sends nothing for these outcomes.
CLOSED = ("finished", "unknown", "accepted")


def batch(scene: Scene) -> str:
    """Set the passwords of a few accounts."""
    accounts, given = _batch(scene)
    check_mode = scene.chance.random() < 0.15
    result = scene.run(isc_password_batch, check_mode, **given)
    taken = _check(scene, result, accounts, given["accounts"], check_mode)
    invariants.check(not (check_mode and taken), "check mode has asked for changes")
    return _ending(result)


def batch_with_journal(scene: Scene) -> str:
    """Set the passwords of a few accounts with a journal, and again with the same journal."""
    accounts, given = _batch(scene)
    given["journal"] = str(scene.folder / "journal.jsonl")
    first = scene.run(isc_password_batch, **given)
    _check(scene, first, accounts, given["accounts"])
    again = scene.run(isc_password_batch, **given)
    taken = _check(scene, again, accounts, given["accounts"])
    if "results" in first:
        left = [entry for entry in first["results"] if entry["outcome"] not in CLOSED]
        invariants.check(len(taken) <= len(left), f"{len(taken)} changes were sent for the {len(left)} accounts left")
    for account, entry in zip(accounts, first.get("results", ())):
        # A failed change is tried again. Any other account is changed at most once.
        known = scene.tenant.password(account.source_name, account.account_id)
        tries = 2 if entry["outcome"] not in CLOSED else 1
        invariants.check(known is None or known["changes"] <= tries, f"{account.user_name} was changed twice")
    journal = scene.folder / "journal.jsonl"
    text = journal.read_text("utf-8") if journal.exists() else ""
    secrets = [secret for secret in scene.secrets if invariants.encodable(secret)]
    invariants.check(not invariants.leaks(text, secrets), "a secret is in the journal")
    return f"{_ending(first)}, then {_ending(again)}"


def _batch(scene: Scene) -> tuple[list[KnownAccount], dict[str, Any]]:
    chance = scene.chance
    accounts = []
    entries = []
    # A response may repeat the password of its own request only. So if responses do, all accounts have the same one.
    common = scene.hide(scene.password) if chance.random() < 0.3 else None
    for number in range(1, chance.randrange(1, ACCOUNTS) + 1):
        user = f"user{number:05d}"
        accounts.append(KnownAccount(user, "Active Directory", f"CN={user},OU=Generated,DC=acme,DC=com"))
        entry: dict[str, Any] = {"user_name": user, "source_name": "Active Directory", **policy_options(scene)}
        if common or chance.random() < 0.9:
            entry["password"] = common or scene.hide(hostile.password(chance))
        else:
            entry["discard"] = True
        if chance.random() < 0.15:
            entry[chance.choice(("user_name", "source_name", "account_id", "name"))] = hostile.text(chance)
        entries.append(entry)
    scene.play_outcomes()
    scene.play_tricks(OF_CHANGES, common)
    given = {"accounts": entries, "wait_timeout": chance.choice((1, 20, 60)), "wait": chance.random() < 0.7}
    given["rate_limit"] = {"requests": chance.choice((0, 0, 3))}
    if chance.random() < 0.2:
        given["max_failures"] = chance.choice(("0", "1", "50%"))
    return accounts, given


def _check(
    scene: Scene,
    result: dict[str, Any],
    accounts: list[KnownAccount],
    entries: list[dict[str, Any]],
    check_mode: bool = False,
) -> list[dict[str, Any]]:
    """Check the results of a batch, and return the set requests that ISC may have processed."""
    taken = invariants.check_sets(scene.requests(), len(accounts))
    results = result.get("results", [])
    invariants.check(len(results) in (0, len(accounts)), f"{len(results)} results for {len(accounts)} accounts")
    if scene.forged or check_mode:
        return taken
    for account, entry, reported in zip(accounts, entries, results):
        held, outcome = scene.held(account), reported["outcome"]
        names_account = (entry["user_name"], entry["source_name"]) == (account.user_name, account.source_name)
        if outcome == "finished" and reported["changed"] and "password" in entry and names_account:
            invariants.check(held == entry["password"], f"{account.user_name} is finished, and has {held!r}")
        if outcome in ("refused", "not_sent"):
            invariants.check(held is None, f"{account.user_name} is {outcome}, and has {held!r}")
    return taken


def _ending(result: dict[str, Any]) -> str:
    if "summary" not in result:
        return "failed"
    return "some failed" if result.get("failed") else "all changed" if result.get("changed") else "unchanged"
