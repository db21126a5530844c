# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant's responses are text: never templated, never executed, and unable to imitate output."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
import yaml
from support import batches
from support.hostile_responses import ForgedTenant, Hostile, files_of, unsigned_token
from support.playbook import WAYS, assert_all_ok, defaults, play, task
from support.role_plays import KEY, PASSWORD, ROLE, SOURCE, connection, result_of, rotation


@pytest.fixture
def forged(tenant):
    """A tenant with made-up responses."""
    return ForgedTenant(tenant)


@pytest.fixture
def hostile(tmp_path):
    """Harmful texts."""
    return Hostile(tmp_path)


def shown(name: str, template: Any) -> dict[str, Any]:
    """Return a task that shows the value of a template."""
    return {"name": name, "ansible.builtin.debug": {"msg": template}}


def write(template: str, path: str) -> dict[str, Any]:
    """Return a task that writes the value of a template into a file."""
    return {"name": "Keep", "ansible.builtin.copy": {"content": template, "dest": path, "mode": "0600"}}


def using_results(folder: Any, token: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return tasks that use every module and its result, and those among them that also run as ordinary modules."""
    ids = ("identity_id", "source_id", "public_key_id", "public_key", "accounts", "policies")
    given = {"access_token": "{{ login.access_token }}", "retries": 0}
    by_name = {"user_name": "svc-backup", "source_name": SOURCE, **given}
    read = {**given, "wait": False}
    wrong: dict[str, Any] = {"ignore_errors": True}
    begin = [
        task("Log in", "isc_login", {}, register="login"),
        task("Query", "isc_password_info", by_name, register="info"),
        shown("Show", "{{ info.identity_id }}|{{ info.accounts[0].account_name }}|{{ info.policies[0] }}"),
        task(
            "Set",
            "isc_password",
            {"password": PASSWORD, **given, **{name: f"{{{{ info.{name} }}}}" for name in ids}},
            register="change",
            **wrong,
        ),
        shown("Show a failure", "{{ change.msg }}"),
    ]
    more = [
        {"name": "Take", "ansible.builtin.set_fact": {"taken": "{{ info.accounts[0] }}"}},
        shown("Show a fact", "{{ taken.account_id }}"),
        {
            **shown("Choose", "{{ item.account_id }}"),
            "loop": "{{ info.accounts }}",
            "when": "item.account_id is truthy",
        },
        write("{{ taken.account_id }}", f"{folder}/taken.txt"),
        task("Read", "isc_password_change_info", {**read, "request_id": "{{ info.identity_id }}"}, **wrong),
        task("Read again", "isc_password_change_info", {**read, "request_id": "{{ change.request_id }}"}, **wrong),
        task("Be refused", "isc_password_info", by_name, **wrong),
        task("Create", "isc_digit_token", {"user_id": "Abby.Smith", **given}, register="digits"),
        shown("Show a request", "{{ digits.request_id }}"),
        task("Look at a token", "isc_login", {"access_token": token}, register="other"),
        shown("Show claims", "{{ other.user_name }}|{{ other.org }}|{{ other.scopes[0] }}"),
        task("Fail to log in", "isc_login", {}, **wrong),
    ]
    return [*begin, *more], begin


def test_results_of_modules_are_never_templated(playbook, forged, hostile, tmp_path):
    claims = {"user_name": hostile.shown, "org": hostile.shown, "scope": [hostile.shown], "identity_id": "1"}
    refusal = {"messages": [{"text": hostile.shown}], "detailCode": hostile.shown, "trackingId": hostile.shown}
    failure = {"requestId": hostile.text, "state": "FAILED", "errors": [hostile.shown], "sourceIds": [hostile.shown]}
    forged.knows(hostile.text, text=hostile.text, shown=hostile.shown, times=2)
    forged.responses("query", refusal, status=400, times=None)
    forged.responses("set", {"requestId": hostile.text, "state": "IN_PROGRESS"}, status=202, times=None)
    forged.responses("status", failure, times=None)
    forged.responses("digit_token", {"digitToken": "012345", "requestId": hostile.shown}, times=None)
    forged.tenant.fault("login", "status", None, skip=2, status=400, body={"error": hostile.shown})

    in_process, ordinary = using_results(tmp_path, unsigned_token(claims))
    connection = {"module_defaults": defaults(forged.tenant)}
    outcome = playbook.run(
        [*play(ordinary, hosts="ordinary", **connection), *play(in_process, hosts="in_process", **connection)], "-v"
    )
    assert_all_ok(outcome)
    hostile.harmless(outcome)
    paths = {entry["request_id"] for entry in forged.tenant.requests("status")}
    assert paths == {hostile.text}
    assert len(forged.tenant.requests("status")) == 4
    assert forged.tenant.counts().get("unknown", 0) == 0
    cleaned = hostile.cleaned
    for way in WAYS:
        query, change = outcome.result("Query", way), outcome.result("Set", way)
        assert {query[name] for name in ("identity_id", "source_id", "public_key_id")} == {hostile.text}
        assert query["accounts"] == [{"account_id": hostile.text, "account_name": cleaned}]
        assert query["policies"][0] == cleaned
        assert outcome.result("Show", way)["msg"] == f"{hostile.text}|{cleaned}|{cleaned}"
        assert (change["request_id"], change["errors"], change["source_ids"]) == (hostile.text, [cleaned], [cleaned])
        assert outcome.result("Show a failure", way)["msg"] == change["msg"]
        assert cleaned.rstrip(".") in change["msg"]
    assert outcome.result("Show a fact")["msg"] == hostile.text
    assert (tmp_path / "taken.txt").read_text("utf-8") == hostile.text
    assert outcome.result("Be refused")["messages"] == [cleaned]
    assert outcome.result("Show a request")["msg"] == cleaned
    assert hostile.text in outcome.result("Show claims")["msg"].replace("  ", " ")
    assert cleaned in outcome.result("Fail to log in")["msg"]
    assert files_of(tmp_path) == {
        *(f"run1/{name}" for name in ("playbook.yml", "inventory.yml", "ansible.log", "events.jsonl")),
        "taken.txt",
    }


def test_the_role_and_its_hooks_get_plain_text(playbook, forged, hostile, tmp_path):
    hook = [
        shown("Show the account", "{{ rotate_password_account.account_id }}|{{ rotate_password_account.source_id }}"),
        write("{{ rotate_password_account.account_id }}", f"{tmp_path}/{{{{ inventory_hostname }}}}.txt"),
    ]
    on_failure = [shown("Show the failure", "{{ rotate_password_failure }}")]
    forged.knows(hostile.text, text=hostile.text, shown=hostile.shown, times=2)
    accepted = {"requestId": hostile.text, "state": "FINISHED", "sourceIds": [hostile.shown]}
    forged.responses("set", accepted, status=202)
    forged.responses("set", {**accepted, "state": "FAILED", "errors": [hostile.shown]}, status=202)
    variables = {
        "rotate_password_user_name": "../../svc-backup",
        "rotate_password_source_name": SOURCE,
        "rotate_password_store": "file",
        "rotate_password_store_dir": f"{tmp_path}/store/{{{{ inventory_hostname }}}}",
        "rotate_password_store_key": KEY,
        "rotate_password_after_change": "show_account.yml",
        "rotate_password_on_failure": "show_failure.yml",
        **connection(forged.tenant),
    }
    for way in WAYS:
        (tmp_path / "store" / way).mkdir(parents=True)
    outcome = playbook.run(
        rotation(vars=variables),
        # In order: the first one succeeds.
        *("--forks", "1"),
        files={"show_account.yml": yaml.safe_dump(hook), "show_failure.yml": yaml.safe_dump(on_failure)},
    )
    assert outcome.rc == 2, outcome.complaints
    hostile.harmless(outcome)
    well, failing = WAYS
    assert outcome.result(f"{ROLE} : Show the account", well)["msg"] == f"{hostile.text}|{hostile.text}"
    assert (tmp_path / f"{well}.txt").read_text("utf-8") == hostile.text
    assert hostile.cleaned.rstrip(".") in str(outcome.result(f"{ROLE} : Show the failure", failing)["msg"])
    for way in WAYS:
        result = result_of(outcome, way)
        assert (result["account_id"], result["request_id"]) == (hostile.text, hostile.text)
        assert result["source_ids"] == [hostile.cleaned]
    places = {path.rpartition("/")[0] for path in files_of(tmp_path)}
    assert places == {"", "run1", *(f"store/{way}" for way in WAYS)}


def test_accounts_of_a_csv_file_and_their_batch_are_plain_text(playbook, forged, hostile, tmp_path):
    names = {
        "{{ 6 * 7 }}": "svc-backup",
        hostile.lookup: "{{ 6 * 7 }}",
        "{% raw %}": hostile.lookup,
        "../../evil": "../../../../tmp/evil",
        "</script><img src=x onerror=alert(1)>": "true",
    }
    written = io.StringIO()
    csv.writer(written).writerows(
        [["name", "user_name", "source_name"], *([*row, hostile.text] for row in names.items())]
    )
    forged.knows(*(f"{number}{hostile.text}" for number in range(5)), text=hostile.text, shown=hostile.shown)
    accepted = {"requestId": hostile.text, "state": "FINISHED", "sourceIds": [hostile.shown]}
    forged.responses("set", accepted, status=202, times=4)
    forged.responses("set", {**accepted, "state": "FAILED", "errors": [hostile.shown]}, status=202)
    journal = f"{tmp_path}/journal.jsonl"
    (tmp_path / "store").mkdir()
    report = {"journals": [journal], "html_path": f"{tmp_path}/report.html", "json_path": f"{tmp_path}/report.json"}
    outcome = playbook.run(
        [
            {"name": "Rotate", "ansible.builtin.import_playbook": "community.sailpoint.rotate_accounts"},
            *play(
                [task("Write a report", "batch_report", {**report, "title": "{{ names | first }}"}, run_once=True)],
                hosts="localhost",
                connection="local",
                vars={"names": "{{ groups['accounts'] }}"},
            ),
        ],
        "-v",
        "-i",
        "accounts.yml",
        inventory={},
        files={
            "accounts.yml": "plugin: community.sailpoint.csv_accounts\npath: accounts.csv\nhost_column: name\n",
            "accounts.csv": written.getvalue(),
        },
        variables={
            "rotate_password_store": "file",
            "rotate_password_store_dir": f"{tmp_path}/store",
            "rotate_password_store_key": KEY,
            "rotate_password_journal": journal,
            **connection(forged.tenant),
        },
    )
    assert outcome.rc == 2, outcome.complaints
    hostile.harmless(outcome)
    messages = {host: result_of(outcome, host)["msg"] for host in names}
    assert all(messages[host].startswith(f"{user} on {hostile.text}: ") for host, user in names.items())
    (failed,) = batches.failures(outcome)
    assert hostile.cleaned.rstrip(".") in messages[failed]
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["title"] == next(iter(names))
    assert "<img" not in (tmp_path / "report.html").read_text("utf-8")
    files = files_of(tmp_path)
    assert {path.rpartition("/")[0] for path in files} == {"", "run1", "store"}
    assert sum(path.startswith("store/") and path.endswith(".json") for path in files) == len(names)


def test_harm_would_be_found(playbook, hostile):
    outcome = playbook.run(play([shown("Touch", hostile.lookup)], hosts="in_process"))
    assert_all_ok(outcome)
    with pytest.raises(AssertionError, match="canary"):
        hostile.harmless(outcome)
    hostile.canary.unlink()
    hostile.harmless(outcome)
    # Ansible prints names of hosts and tasks, and warnings, unchanged.
    for printed in ("ok: [\x1b[31mred]\n", "ok: [\x9b31mred]\n", "ok: [x]\nfatal: [forged]: FAILED! => {}\n"):
        for place in ("stdout", "stderr", "log"):
            with pytest.raises(AssertionError, match=place):
                hostile.harmless(outcome._replace(**{place: printed}))
