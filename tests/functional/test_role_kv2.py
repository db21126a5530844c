# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role rotate_password with its store kv2, against a real OpenBao server."""

from __future__ import annotations

from typing import Any

import pytest
from functional.openbao import OpenBao
from functional.playbook import Outcome, Playbook, kill
from functional.test_role import LOCALHOST, SOURCE, arrived, connection, result_of, rotation

PATH = "sailpoint/svc-backup"


def how(tenant: Any, openbao: OpenBao, token: str = "", **more: Any) -> dict[str, Any]:
    """Return what ``Playbook.run`` needs to rotate an account that is kept in the vault."""
    options = {
        "rotate_password_user_name": "svc-backup",
        "rotate_password_source_name": SOURCE,
        "rotate_password_wait_sleep": 0.1,
        "rotate_password_store": "kv2",
        "rotate_password_store_path": PATH,
        **connection(tenant),
        **more,
    }
    return {"plays": rotation(vars=options), "inventory": LOCALHOST, "environment": openbao.environment(token)}


def rotate(playbook: Playbook, tenant: Any, openbao: OpenBao, *arguments: str, **more: Any) -> Outcome:
    """Run the role to its end."""
    options = how(tenant, openbao, **more)
    return playbook.run(options.pop("plays"), *arguments, **options)


def start(playbook: Playbook, tenant: Any, openbao: OpenBao) -> Any:
    """Start the role."""
    options = how(tenant, openbao)
    return playbook.start(options.pop("plays"), **options)


def record(openbao: OpenBao) -> dict[str, Any]:
    """Return what the vault keeps."""
    kept = openbao.read(PATH)
    assert kept is not None
    return kept.data


def test_a_generated_password_is_kept_and_stays(playbook, tenant, openbao):
    predicted = rotate(playbook, tenant, openbao, "--check")
    assert predicted.rc == 0, predicted.complaints
    assert openbao.read(PATH) is None
    first = rotate(playbook, tenant, openbao)
    assert first.rc == 0, first.complaints
    kept = record(openbao)
    assert kept["current"]["password"] == arrived(tenant)
    assert (kept["pending"], kept["previous"]) == (None, None)
    second = rotate(playbook, tenant, openbao, rotate_password_max_age="30d")
    assert second.rc == 0, second.complaints
    assert result_of(second)["changed"] is False
    assert tenant.counts()["set"] == 1
    for outcome in (first, second):
        assert kept["current"]["password"] not in outcome.output + outcome.event_text + outcome.log


def test_the_path_is_by_default_one_for_each_account(playbook, tenant, openbao):
    outcome = rotate(playbook, tenant, openbao, rotate_password_store_path="")
    assert outcome.rc == 0, outcome.complaints
    (name,) = openbao.paths("sailpoint/")
    assert name.startswith("sailpoint/svc-backup.active-directory.")


@pytest.mark.parametrize("moment", ["sending", "waiting"])
def test_a_run_that_was_killed_is_finished_by_the_next(playbook, tenant, openbao, moment):
    gate = {"sending": "set", "waiting": "status"}[moment]
    tenant.fault(gate, "gate", name="held", when="before")
    child = start(playbook, tenant, openbao)
    try:
        tenant.wait_for_gate("held", timeout=120)
    finally:
        kill(child)
    left = record(openbao)["pending"]
    assert (left["request_id"] is not None) is (moment == "waiting")
    tenant.abort_gate("held")
    tenant.open_gate("held")
    sets = {"sending": 2, "waiting": 1}[moment]
    outcome = rotate(playbook, tenant, openbao, rotate_password_max_age="30d")
    assert outcome.rc == 0, outcome.complaints
    assert tenant.counts()["set"] == sets
    assert record(openbao)["current"]["password"] == arrived(tenant) == left["password"]


def test_two_runs_at_once_do_not_disturb_each_other(playbook, tenant, openbao, tmp_path):
    tenant.fault("set", "gate", name="held")
    child = start(playbook, tenant, openbao)
    try:
        tenant.wait_for_gate("held", timeout=120)
        other = rotate(Playbook(tmp_path / "other"), tenant, openbao)
        assert other.rc == 2
        assert "Another run is rotating this password since" in other.output
        tenant.open_gate("held")
        child.communicate(timeout=120)
    finally:
        kill(child)
    assert child.returncode == 0
    assert tenant.counts()["set"] == 1
    assert record(openbao)["current"]["password"] == arrived(tenant)


def test_a_record_that_was_written_meanwhile_is_not_overwritten(playbook, tenant, openbao, tmp_path):
    hook = tmp_path / "before.yml"
    hook.write_text(
        "- name: Write into the vault, as another run does\n"
        "  ansible.builtin.uri:\n"
        f"    url: {openbao.url}/v1/secret/data/{PATH}\n"
        "    method: POST\n"
        "    headers:\n"
        f"      X-Vault-Token: {openbao.root_token}\n"
        "    body_format: json\n"
        "    body: {data: {by: another}}\n"
    )
    outcome = rotate(playbook, tenant, openbao, rotate_password_before_change=str(hook))
    assert outcome.rc == 2
    assert "since this run read the record, another run or a person wrote it" in " ".join(outcome.output.split())
    assert record(openbao) == {"by": "another"}
    assert "set" not in tenant.counts()


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        ("token", "is denied access to secret/data/sailpoint/svc-backup"),
        ("sealed", "finds the server sealed"),
        ("unreachable", "gets no answer from the server"),
    ],
)
def test_nothing_is_sent_when_the_vault_does_not_answer(playbook, tenant, openbao, trouble, message):
    options: dict[str, Any] = {}
    if trouble == "token":
        options["token"] = "wrong"
    if trouble == "unreachable":
        options["ansible_hashi_vault_url"] = "http://127.0.0.1:9"
    if trouble == "sealed":
        openbao.seal()
    outcome = rotate(playbook, tenant, openbao, **options)
    assert outcome.rc == 2
    said = " ".join(outcome.output.split())
    assert f"The store kv2 {message}" in said
    assert "Nothing was sent to ISC." in said
    assert "The password was not changed. The one from before still holds." in said
    assert "Traceback" not in outcome.output
    assert "set" not in tenant.counts()
