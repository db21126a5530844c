# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rotation refuses: explained before anything is sent, with the store as it was."""

from __future__ import annotations

from pathlib import Path

from support.accounts import NEW, OLD, current, failed_hosts, outcomes, pending
from support.playbook import assert_all_ok
from support.role_plays import PLAYBOOK, connection, result_of, variables, verdict

NO_STORE = {"rotate_password_store": "none"}
GIVEN = {"rotate_password_value": NEW}
NEEDS_A_STORE = "need a rotate_password_store that remembers the password"
DISCARD = "rotate_password_discard is for a generated password that is not stored"
STILL_VALID = "The password was not changed; the previous one is still valid."
# Variables, what is said about them, and at which step. What a value itself must be is shown by the unit tests.
REFUSED = {
    "wrong_key": (
        {"rotate_password_store_key": "wrong"},
        "can't be decrypted: rotate_password_store_key is not the key",
        "store",
    ),
    "truncated": ({}, "can't be decrypted: rotate_password_store_key is not the key", "store"),
    "foreign": ({}, "The record belongs to another account", "store"),
    "elsewhere": ({}, "A run elsewhere staged a password", "query"),
    "no_folder": (
        {"rotate_password_store_dir": "/nowhere/store"},
        "the folder /nowhere/store does not exist",
        "options",
    ),
    "relative": (
        {"rotate_password_store_dir": "store"},
        "rotate_password_store_dir is store, a relative path",
        "options",
    ),
    "no_key": ({"rotate_password_store_key": ""}, "rotate_password_store_key is missing", "options"),
    "no_store": (NO_STORE, "No password is given, and no store to keep a generated one", "options"),
    "discarded": ({"rotate_password_discard": True}, DISCARD, "options"),
    "aged": ({**NO_STORE, **GIVEN, "rotate_password_max_age": "3d"}, NEEDS_A_STORE, "options"),
    "unknown_store": ({"rotate_password_store": "files"}, "neither none, file or kv2 nor a folder", "options"),
    "choice": ({"rotate_password_on_unknown": "perhaps"}, "rotate_password_on_unknown is 'perhaps'", "options"),
    "number": ({"rotate_password_wait_timeout": "long"}, "rotate_password_wait_timeout must be a number", "options"),
    "boolean": ({"rotate_password_wait": "perhaps"}, "rotate_password_wait must be true or false", "options"),
    "not_text": ({"rotate_password_value": 12345678}, "rotate_password_value must be text", "options"),
    "too_short": ({"rotate_password_length": 3}, "No password can be generated: ", "query"),
    "enforced": (
        {"rotate_password_value": "short", "rotate_password_enforce_policy": True},
        "or leave rotate_password_enforce_policy out to let ISC decide",
        "query",
    ),
    "no_hook": (
        {"rotate_password_after_change": "/nowhere/a.yml"},
        "rotate_password_after_change is /nowhere/a.yml",
        "options",
    ),
    "nobody": ({"rotate_password_user_name": "nobody"}, "Check rotate_password_user_name (the identity's", "query"),
    "no_source": ({"rotate_password_source_name": "Nowhere"}, "ISC refused to query password info", "query"),
    "no_account": ({"rotate_password_account_id": "CN=nobody"}, "rotate_password_account_id", "query"),
    "wrong_secret": ({"rotate_password_client_secret": "wrong"}, "ISC refused to log in", "query"),
    "plain_http": ({"rotate_password_base_url": "http://acme.example"}, "base_url uses plain http", "options"),
    "retries": ({"rotate_password_retries": 99}, "retries is 99", "options"),
}
ENOSPC = """\
import errno, os

def fsync(descriptor, real=os.fsync):
    path = os.readlink(f"/proc/self/fd/{descriptor}")
    host = os.path.basename(path).lstrip(".").partition(".")[0]
    if os.path.dirname(path) == STORE:
        count = f"{STORE}.{host}"
        with open(count, "ab") as file:
            file.write(b".")
        if os.path.getsize(count) > WRITES.get(host, 99):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    real(descriptor)

os.fsync = fsync
"""


def test_what_can_not_be_done_is_explained_before_anything_is_sent(accounts):
    these = accounts(**{host: refused[0] for host, refused in REFUSED.items()})
    for host in ("wrong_key", "truncated", "too_short", "enforced"):
        these.write(host, current=current())
    content = these.file("truncated").read_bytes()
    these.file("truncated").write_bytes(content[: len(content) * 2 // 3])
    these.file("foreign").write_bytes(these.file("wrong_key").read_bytes())
    these.write("elsewhere", pending=pending()._replace(owner=pending().owner._replace(node="another")))
    contents = these.contents()
    outcome = these.rotate()
    assert failed_hosts(outcome) == set(REFUSED), outcome.complaints
    for host, (_given, message, step) in REFUSED.items():
        assert message in verdict(outcome, host), host
        assert "internal error" not in verdict(outcome, host)
        assert (
            ("Nothing was sent" in verdict(outcome, host))
            or (STILL_VALID in verdict(outcome, host))
            or (host == "elsewhere")
        ), verdict(outcome, host)
        result = result_of(outcome, host)
        assert (result["msg"], result["step"], result["changed"]) == (verdict(outcome, host), step, False), host
    assert outcomes(outcome) == {**dict.fromkeys(REFUSED, "refused"), "elsewhere": "not_sent"}
    assert "Traceback" not in outcome.output
    assert these.sets() == 0
    assert these.contents() == contents


def test_the_role_checks_its_options_itself(playbook, tenant):
    common = {**variables(), **connection(tenant)}
    hosts = {
        "nobody": {**common, "rotate_password_user_name": ""},
        "nowhere": {**common, "rotate_password_source_name": None},
        "template": {**common, "rotate_password_length": "{{ nothing }}"},
    }
    # The collection's playbook leaves the validation by Ansible out.
    outcome = playbook.run(PLAYBOOK, "-e", "rotate_password_hosts=all", inventory=hosts)
    assert failed_hosts(outcome) == set(hosts), outcome.complaints
    assert "rotate_password_user_name is missing. Nothing was sent to ISC." in verdict(outcome, "nobody")
    assert "rotate_password_source_name is missing. Nothing was sent to ISC." in verdict(outcome, "nowhere")
    assert "rotate_password_length can't be evaluated" in verdict(outcome, "template")
    assert "Nothing was sent to ISC." in verdict(outcome, "template")
    assert tenant.requests() == []


def test_a_disk_that_is_full_loses_nothing(accounts, tmp_path):
    these = accounts(first={}, later={}, accepted={}, committed={})
    for host in ("later", "accepted", "committed"):
        these.write(host, current=current())
    contents = these.contents()
    # The number of writes that each may make: to stage it, to record the request, to commit.
    writes = {these.account(host).user_name: number for number, host in enumerate(["later", "accepted", "committed"])}
    writes[these.account("first").user_name] = 0
    site = tmp_path / "site" / "sitecustomize.py"
    site.parent.mkdir()
    site.write_text(f"STORE, WRITES = {str(these.store)!r}, {writes}\n{ENOSPC}", "utf-8")
    outcome = these.rotate(how={"environment": {"PYTHONPATH": str(site.parent)}})
    assert failed_hosts(outcome) == set(these.hosts)
    assert "can't be written: no space left on device" in outcome.words
    for host in ("first", "later"):
        assert these.held(host) is None
        assert "can't be written: no space left on device" in verdict(outcome, host)
        assert STILL_VALID in verdict(outcome, host)
    assert these.contents()[these.file("later").name] == contents[these.file("later").name]
    assert not these.file("first").exists()
    assert these.sets() == 2
    for host in ("accepted", "committed"):
        record = these.read(host)
        assert record.pending.password == these.held(host)
        assert record.current.password == OLD
        assert (record.pending.request_id is None) == (host == "accepted")
        assert "The password was changed, and the store could not be updated" in verdict(outcome, host)
        result = result_of(outcome, host)
        assert (result["outcome"], result["step"], result["changed"]) == ("finished", "store", True)
    again = these.rotate()
    assert_all_ok(again)
    assert these.sets() == 5
    assert all(these.agree(host) for host in these.hosts)
    assert {Path(name).suffix for name in these.contents()} == {".json"}
