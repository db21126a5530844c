# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the modules of settings, and of reading modules. Each returns its ending in a word.

Options are drawn from the specification of the module: values that exist in the tenant, plausible ones, or any text.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connection_spec
from ansible_collections.community.sailpoint.plugins.module_utils._settings.options import (
    ORG_CONFIG_SPEC,
    POLICY_SPEC,
    SOURCE_SPEC,
    STATE,
    SYNC_GROUP_SPEC,
)
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_account_info,
    isc_password_org_config,
    isc_password_policy,
    isc_password_settings,
    isc_password_settings_info,
    isc_password_sync_group,
    isc_source_credential,
    isc_source_password_policy,
    isc_tenant_info,
)
from soak import hostile, invariants, tricks
from soak.modules import ending
from soak.scene import Scene
from support.settings_tasks import READS, WRITES

OF_READERS = (*READS, "search", "query", "status")
# POST requests that change nothing.
POSTED_READS = ("login", "query", "search", "check_connection")
OF_SETTINGS = (*READS, *WRITES)
# It follows the 404 of a change if there is no org config.
AFTER_404 = "create_org_config"
POLICIES = ("Default", "Directory", "Default", "Directory", "P")
GROUPS = ("Directory and payroll", "Directory and payroll", "G")
SOURCES = ("Active Directory", "HR Database", "Payroll Database", "IdentityNow", "Unmanaged Source")
USERS = ("svc-backup", "Abby.Smith")
PLAUSIBLE: dict[str, tuple[Any, ...]] = {
    "name": POLICIES,
    "policy": POLICIES,
    "source_name": SOURCES,
    "sources": SOURCES,
    "user_name": USERS,
    "account_id": USERS,
    "source_id": ("2c918082814e693601816e09471b29b6",),
    "attribute": ("/connectorAttributes/password", "/connectorAttributes/domainSettings/0/password", "/name"),
    "older_than": ("90d", "1h"),
    "query": ("attributes.uid:a*",),
}
NUMBERS = (0, 6, 6, 7, 8, 9)
ODD_NUMBERS = (-1, 1, 60, 10**4, 10**9)
ODD = 0.02


def one_setting(module: Any, scene: Scene) -> str:
    """Change one object, if it needs a change."""
    return _configured(scene, module, _drawn(scene, module.ARGUMENT_SPEC))


def all_settings(scene: Scene) -> str:
    kinds = {"policies": POLICY_SPEC, "sources": SOURCE_SPEC, "sync_groups": SYNC_GROUP_SPEC}
    given: dict[str, Any] = {
        name: [_drawn(scene, spec) for _number in range(scene.chance.choice((1, 1, 2)))]
        for name, spec in kinds.items()
        if scene.chance.random() < 0.6
    }
    if scene.chance.random() < 0.5:
        given["org_config"] = _drawn(scene, ORG_CONFIG_SPEC)
    for name in given:
        if scene.chance.random() < 0.1:
            drawn = hostile.mutated(scene.chance, given[name])
            given[name] = drawn if _fits(drawn, given[name]) else given[name]
    return _configured(scene, isc_password_settings, given)


def reader(module: Any, scene: Scene) -> str:
    """Run a module that only reads."""
    scene.play_tricks(("login", *OF_READERS))
    result = scene.run(module, **_as_a_user(scene), **_drawn(scene, module.ARGUMENT_SPEC))
    _check_writes(scene, check_mode=True)
    return ending(result)


def source_credential(scene: Scene) -> str:
    """Write the credential of a source, and check the connection."""
    chance = scene.chance
    given = {**_drawn(scene, isc_source_credential.ARGUMENT_SPEC), "value": scene.hide(scene.password)}
    given.pop("receipt", None)
    if given.pop("receipt_file", None):
        given["receipt_file"] = str(scene.folder / "receipt.json")
    scene.tenant.connector("HR Database", attributes={"password": "of-before"})
    scene.play_tricks(("login", "sources", "source", "source_patch", "check_connection"), scene.password)
    for _number in range(chance.choice((1, 2))):
        check_mode = chance.random() < 0.15
        result = scene.run(isc_source_credential, check_mode, **_as_a_user(scene), **given)
        written = _check_writes(scene, check_mode)
        invariants.check(len(written) <= 1, f"one value was written {len(written)} times")
        if result.get("outcome") == "refused":
            doubtful = [entry["status"] for entry in written if invariants.in_doubt(entry)]
            invariants.check(not doubtful, f"a write with status {doubtful} is reported as refused")
        if result.get("outcome") == "finished" and written and not _forged(scene):
            found = str(scene.tenant.connector(given["source_name"])["attributes"])
            invariants.check(repr(scene.password)[1:-1] in found, "it is finished, but the source lacks the value")
    return ending(result)


CASES: dict[str, Callable[[Scene], str]] = {
    "isc_password_settings": all_settings,
    "isc_source_credential": source_credential,
    **{
        module.__name__.rpartition(".")[2]: functools.partial(case, module)
        for case, modules in (
            (
                one_setting,
                (isc_password_org_config, isc_password_policy, isc_source_password_policy, isc_password_sync_group),
            ),
            (reader, (isc_password_settings_info, isc_tenant_info, isc_account_info)),
        )
        for module in modules
    },
}


def _configured(scene: Scene, module: Any, given: dict[str, Any]) -> str:
    if scene.chance.random() < 0.2:
        scene.tenant.clear_password_settings()
    scene.tenant.settings(used_policies_can_go=scene.chance.random() < 0.5)
    given = {**_as_a_user(scene), **given}
    scene.play_tricks(("login", *OF_SETTINGS))
    check_mode = scene.chance.random() < 0.2
    result = scene.run(module, check_mode, **given)
    _check_writes(scene, check_mode)
    if not check_mode and not _forged(scene):
        _check_converges(scene, module, given, result)
    return ending(result)


def _check_converges(scene: Scene, module: Any, given: dict[str, Any], first: dict[str, Any]) -> None:
    """Check without faults that check mode predicts the changes, and that another run changes nothing."""
    scene.tenant.clear_faults()
    predicted = scene.run(module, True, **given)
    _check_writes(scene, check_mode=True)
    done = scene.run(module, **given)
    written = _check_writes(scene, check_mode=False)
    refused_by_isc = [entry for entry in written if (entry["status"] or 0) >= 400]
    if refused_by_isc:
        return
    expected, actual = ([each.get(key) for key in ("failed", "changed", "diff", "hint")] for each in (predicted, done))
    invariants.check(expected == actual, f"check mode has predicted {expected}, but the result is {actual}")
    invariants.check(first.get("failed") or not done.get("changed"), "a second run has changed something")
    again = scene.run(module, **given)
    scene.requests()
    invariants.check(not again.get("changed"), "another run has changed something again")


def _check_writes(scene: Scene, check_mode: bool) -> list[dict[str, Any]]:
    """Check that no write follows a failed one, and return the writes that ISC may have processed."""
    writes = [
        entry for entry in scene.requests() if entry["method"] != "GET" and entry["operation"] not in POSTED_READS
    ]
    if check_mode:
        sent = [entry["operation"] for entry in writes]
        invariants.check(not sent, f"a run that only reads has sent {sent}")
    taken = [entry for entry in writes if entry["status"] not in invariants.NOT_PROCESSED]
    for entry, following in zip(taken, taken[1:]):
        well = entry["status"] is not None and entry["status"] < 300
        allowed = well or (entry["status"] == 404 and following["operation"] == AFTER_404)
        invariants.check(
            allowed, f"{following['operation']} was sent after {entry['operation']} had status {entry['status']}"
        )
    return taken


def _forged(scene: Scene) -> bool:
    return any(trick.kind in tricks.FORGING for trick in scene.tricks)


def _as_a_user(scene: Scene) -> dict[str, Any]:
    """Return the personal access token of an administrator, or sometimes a client with fewer permissions."""
    client = "pat-abby" if scene.chance.random() < 0.9 else "api-client"
    given = dict(scene.tenant.clients[client])
    scene.hide(given["client_secret"])
    return given


def _drawn(scene: Scene, spec: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return some of the options of a specification, most of which can be used together."""
    chance = scene.chance
    share = chance.choice((0.2, 0.5, 0.9))
    drawn = {
        option: _value(scene, option, spec[option])
        for option in sorted(set(spec) - set(connection_spec()))
        if spec[option].get("required") or chance.random() < (share if option not in STATE else 0.2)
    }
    if "sources" in spec and "name" in drawn and chance.random() < 0.9:
        drawn["name"] = chance.choice(GROUPS)
    if chance.random() < 0.9:
        if "source_name" in spec:
            drawn = {"source_name": chance.choice(SOURCES), **drawn}
            drawn.pop("source_id", None)
        if drawn.get("state") == "absent":
            drawn = {name: each for name, each in drawn.items() if name in ("name", *STATE)}
    return drawn


def _value(scene: Scene, option: str, details: Mapping[str, Any]) -> Any:
    chance, kind = scene.chance, details["type"]
    if "choices" in details:
        return chance.choice(details["choices"])
    if kind == "bool":
        return chance.random() < 0.5
    if kind in ("int", "float"):
        return chance.choice(NUMBERS if chance.random() > ODD else ODD_NUMBERS)
    if kind == "dict":
        return _drawn(scene, details.get("options", {}))
    if kind == "list":
        one = {**details, "type": details["elements"]}
        drawn = [_value(scene, option, one) for _number in range(chance.choice((0, 1, 2, 2, 3)))]
        return list(dict.fromkeys(drawn)) if details["elements"] == "str" else drawn
    return chance.choice(PLAUSIBLE.get(option, ("a",))) if chance.random() > ODD else hostile.text(chance)


def _fits(drawn: Any, option: Any) -> bool:
    """Return whether Ansible passes a value on to the module: a mapping, or a list of mappings, like *option*."""
    if isinstance(option, dict):
        return isinstance(drawn, dict)
    return isinstance(drawn, list) and all(isinstance(each, dict) for each in drawn)
