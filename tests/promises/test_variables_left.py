# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""However the role ends, its tasks leave no secret in a variable, and neither does the run that finishes its work."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crashes.runs import OWN, World
from support.leak_search import leaks

STORE_KEY = "the key of the encrypted files"
# How it ends, what is different about the world, and what about the account.
ENDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "finished": ("finished", {}, {}),
    "not waited for": ("accepted", {}, {"wait": False}),
    "young": ("unchanged", {}, {"max_age": "1d"}),
    "failed": ("failed", {"fails": 1}, {}),
    "answer lost": ("unknown", {"loses": 1}, {}),
    "hook": ("finished", {}, {"hooks": ("after_change",)}),
    "hook failed": ("finished", {"broken": {"after_change"}}, {"hooks": ("after_change",)}),
}
OF_OWN = {
    "load failed": ("refused", {"broken": {("load", 2)}}, {}),
    "stage failed": ("refused", {"broken": {("save", 4)}}, {}),
    "request id lost": ("unknown", {"broken": {("save", 5)}}, {}),
    "commit failed": ("finished", {"broken": {("save", 6)}}, {}),
}


@pytest.mark.parametrize(
    ("store", "end"),
    [*((store, end) for store in ("file", "kv2", OWN) for end in ENDS), *((OWN, end) for end in OF_OWN)],
)
def test_no_variable_holds_a_secret(tmp_path, store, end):
    world = World(tmp_path, store, **({"store_key": STORE_KEY} if store == "file" else {}))
    world.rotate("svc")
    assert secrets_in(world.left, world) == []
    outcome, changes, given = {**ENDS, **OF_OWN}[end]
    for name, value in changes.items():
        setattr(world if name == "broken" else world.tenant, name, value)
    assert world.rotate("svc", **given)["outcome"] == outcome
    assert secrets_in(world.left, world) == []
    world.rotate("svc")
    assert secrets_in(world.left, world) == []
    # Where there are some, they are found.
    assert secrets_in({**world.left, "rotate_password_record": world.record("svc")}, world)


def secrets_in(variables: dict[str, Any], world: World) -> list[str]:
    """Return the variables that hold a secret, but for the options, which the user gave."""
    known = [change.password for change in world.tenant.sets] + [STORE_KEY]
    texts = {name: json.dumps(value, default=repr) for name, value in variables.items() if name != "options"}
    return [name for name, text in texts.items() if leaks(text, known)]
