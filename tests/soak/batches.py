# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of batches: a few accounts, once or twice with a journal. Each returns in a word how it ended."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.sailpoint.plugins.modules import isc_password_batch
from soak import hostile, invariants
from soak.modules import OF_CHANGES, wishes
from soak.scene import KnownAccount, Scene

ACCOUNTS = 6
# What a later run with the same journal sends nothing for.
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
    """The same with a journal, and once more."""
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
        # What failed is tried again; all else is changed once at most.
        known = scene.tenant.password(account.source_name, account.account_id)
        tries = 2 if entry["outcome"] not in CLOSED else 1
        invariants.check(known is None or known["changes"] <= tries, f"{account.user_name} was changed twice")
    text = (scene.folder / "journal.jsonl").read_text("utf-8") if (scene.folder / "journal.jsonl").exists() else ""
    invariants.check(not invariants.leaks(text, scene.readable_secrets), "a secret is in the journal")
    return f"{_ending(first)}, then {_ending(again)}"


def _batch(scene: Scene) -> tuple[list[KnownAccount], dict[str, Any]]:
    chance = scene.chance
    accounts = []
    entries = []
    # What a tenant may repeat of a request is the password of that account, so all have the same one then.
    common = scene.hide(scene.password) if chance.random() < 0.3 else None
    for number in range(1, chance.randrange(1, ACCOUNTS) + 1):
        user = f"user{number:05d}"
        accounts.append(KnownAccount(user, "Active Directory", f"CN={user},OU=Generated,DC=acme,DC=com"))
        entry: dict[str, Any] = {"user_name": user, "source_name": "Active Directory", **wishes(scene)}
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
    """Check what a batch says of its accounts; return the requests for changes that ISC may have taken."""
    taken = invariants.check_sets(scene.requests(), len(accounts))
    results = result.get("results", [])
    invariants.check(len(results) in (0, len(accounts)), f"{len(results)} results for {len(accounts)} accounts")
    if scene.forged or check_mode:
        return taken
    for account, entry, told in zip(accounts, entries, results):
        held = scene.held(account)
        if told["outcome"] == "finished" and told["changed"] and "password" in entry and _names(account, entry):
            invariants.check(held == entry["password"], f"{account.user_name} is finished, and holds {held!r}")
        if told["outcome"] in ("refused", "not_sent"):
            invariants.check(held is None, f"{account.user_name} is {told['outcome']}, and holds {held!r}")
    return taken


def _names(account: KnownAccount, entry: dict[str, Any]) -> bool:
    return (entry["user_name"], entry["source_name"]) == (account.user_name, account.source_name)


def _ending(result: dict[str, Any]) -> str:
    if "summary" not in result:
        return "failed"
    return "some failed" if result.get("failed") else "all changed" if result.get("changed") else "unchanged"
