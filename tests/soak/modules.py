# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of single modules: random options and a tenant with tricks. Each returns its ending in a word."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.sailpoint.plugins.modules import (
    isc_digit_token,
    isc_login,
    isc_password,
    isc_password_change_info,
    isc_password_info,
)
from soak import hostile, invariants
from soak.scene import KnownAccount, Scene
from support.batch_runs import IDS

ACCOUNTS = (
    KnownAccount("svc-backup", "Active Directory", "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"),
    KnownAccount("user00001", "Active Directory", "CN=user00001,OU=Generated,DC=acme,DC=com"),
)
OF_CHANGES = ("login", "query", "set", "set", "status", "status", "sync_groups", "sources")


def password(scene: Scene) -> str:
    account, given = _change(scene)
    check_mode = scene.chance.random() < 0.15
    scene.play_outcomes()
    scene.play_tricks(OF_CHANGES, scene.password)
    result = scene.run(isc_password, check_mode, **given)
    _check_change(scene, result, account, check_mode)
    _check_waited(result, given["wait"] and not check_mode)
    return ending(result)


def password_with_receipt(scene: Scene) -> str:
    """Set a password twice, the second time with the receipt of the first run."""
    account, given = _change(scene)
    given["update_password"] = "when_changed"
    in_file = scene.chance.random() < 0.5
    given |= {"receipt_file": str(scene.folder / "receipt.json")} if in_file else {"receipt": {}}
    scene.play_outcomes()
    scene.play_tricks(OF_CHANGES, scene.password)
    first = scene.run(isc_password, **given)
    _check_change(scene, first, account, False)
    _check_waited(first, given["wait"])
    if not in_file and first.get("receipt"):
        given["receipt"] = first["receipt"]
    again = scene.run(isc_password, **given)
    _check_second_run(scene, first, again)
    _check_waited(again, given["wait"])
    return f"{ending(first)}, then {ending(again)}"


def password_info(scene: Scene) -> str:
    scene.play_tricks(("login", "query"))
    account = scene.chance.choice(ACCOUNTS)
    result = scene.run(isc_password_info, **_names(scene, account))
    scene.requests()
    return ending(result)


def login(scene: Scene) -> str:
    """Log in with the client secret or with a random token."""
    scene.play_tricks(("login",))
    token = {"access_token": scene.hide(hostile.token(scene.chance))} if scene.chance.random() < 0.3 else {}
    result = scene.run(isc_login, **token)
    scene.requests()
    return ending(result)


def digit_token(scene: Scene) -> str:
    scene.play_tricks(("login", "digit_token", "digit_token"))
    check_mode = scene.chance.random() < 0.15
    user = "Abby.Smith" if scene.chance.random() < 0.7 else hostile.text(scene.chance)
    length = scene.chance.choice((6, 18, 7))
    result = scene.run(isc_digit_token, check_mode, user_id=user, length=length)
    sent = [entry for entry in scene.requests() if entry["operation"] == "digit_token"]
    processed = [entry for entry in sent if entry["status"] not in invariants.NOT_PROCESSED]
    invariants.check(len(processed) <= (not check_mode), f"{len(sent)} requests for one digit token")
    for created in scene.tenant.digit_tokens():
        scene.hide(created["digit_token"])
    if result.get("digit_token") is not None:
        scene.hide(result["digit_token"])
        invariants.check(result["digit_token"].isdigit(), f"digits: {result['digit_token']!r}")
    invariants.check_result(result, scene.secrets, isc_digit_token.SECRET_KEYS)
    return ending(result)


def change_info(scene: Scene) -> str:
    """Read the status of a random request id."""
    scene.play_tricks(("login", "status", "status", "status"))
    given: dict[str, Any] = {"request_id": hostile.text(scene.chance), **_patience(scene)}
    result = scene.run(isc_password_change_info, **given)
    _check_waited(result, True)
    other = {entry["operation"] for entry in scene.requests()} - {"login", "status"}
    invariants.check(not other, f"reading a status sent {other}")
    return ending(result)


def _change(scene: Scene) -> tuple[KnownAccount, dict[str, Any]]:
    account = scene.chance.choice(ACCOUNTS)
    given = {**_names(scene, account), **_patience(scene), **policy_options(scene)}
    given |= {"password": scene.hide(scene.password), "wait": scene.chance.random() < 0.7}
    if scene.chance.random() < 0.2:
        given = {name: each for name, each in given.items() if name not in ("user_name", "source_name")}
        info = scene.run(isc_password_info, user_name=account.user_name, source_name=account.source_name)
        given |= {name: info[name] for name in IDS} | {"account_id": account.account_id}
        if scene.chance.random() < 0.5:
            given[scene.chance.choice((*IDS, "account_id"))] = hostile.text(scene.chance)
        scene.requests()
    return account, given


def policy_options(scene: Scene) -> dict[str, Any]:
    choices = isc_password.ARGUMENT_SPEC["sync_group"]["choices"]
    return {"enforce_policy": scene.chance.random() < 0.1, "sync_group": scene.chance.choice(choices)}


def _names(scene: Scene, account: KnownAccount) -> dict[str, Any]:
    names = {"user_name": account.user_name, "source_name": account.source_name}
    if scene.chance.random() < 0.2:
        names[scene.chance.choice(list(names))] = hostile.text(scene.chance)
    return names


def _patience(scene: Scene) -> dict[str, Any]:
    return {"wait_timeout": scene.chance.choice((1, 20, 60)), "wait_sleep": scene.chance.choice((0.5, 2, 10))}


def _check_change(scene: Scene, result: dict[str, Any], account: KnownAccount, check_mode: bool) -> None:
    """Check that a result agrees with the requests and with the tenant's password."""
    requests = scene.requests()
    taken = invariants.check_sets(requests, 1)
    invariants.check(not (check_mode and taken), "check mode has asked for a change")
    failed = result.get("failed", False)
    if failed and any(invariants.in_doubt(entry) for entry in taken):
        invariants.check(
            result.get("outcome") in ("unknown", "failed"),
            f"a sent change may have been carried out, but the outcome is {result.get('outcome')}",
        )
    if scene.forged or check_mode:
        return
    held = scene.held(account)
    if not failed and result.get("changed") and result.get("state") == "FINISHED":
        invariants.check(held == scene.password, f"the tenant has {held!r}")
    if failed and result.get("outcome") == "unchanged":
        invariants.check(held is None, f"the outcome is unchanged, but the tenant has {held!r}")


def _check_waited(result: dict[str, Any], waited: bool) -> None:
    """Check that a change that was waited for has finished, unless the result has failed."""
    if waited and not result.get("failed"):
        invariants.check(result["state"] == "FINISHED", f"the state after waiting is {result['state']!r}")


def _check_second_run(scene: Scene, first: dict[str, Any], again: dict[str, Any]) -> None:
    """Check that the second run changed only what the receipt of the first one left to do."""
    sets = [entry for entry in scene.requests() if entry["operation"] == "set"]
    receipt = first.get("receipt") or {}
    if receipt.get("state") == "FINISHED" and again.get("decision") is not None:
        invariants.check(not sets and again["decision"] == "same_password", "a password in effect was set again")
    forgotten = any("doesn't know the request" in warning for warning in again.get("warnings", ()))
    if receipt.get("state") == "IN_PROGRESS" and receipt.get("request_id") and not forgotten:
        invariants.check(not sets, "a second change was sent while the first was in progress")


def ending(result: dict[str, Any]) -> str:
    if result.get("failed"):
        return f"failed ({result['outcome']})" if "outcome" in result else "failed"
    return "changed" if result.get("changed") else "unchanged"
