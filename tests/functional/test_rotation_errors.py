# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rotation refuses: explained before anything is sent, with the store as it was."""

from __future__ import annotations

from pathlib import Path

from functional.accounts import NEW, OLD, Accounts, current, failed_hosts, mistake, pending, verdict
from functional.playbook import assert_all_ok

NO_STORE = {"rotate_password_store": "none"}
GIVEN = {"rotate_password_value": NEW}
ENFORCED = {"rotate_password_enforce_policy": True}
NEEDS_A_STORE = "need a rotate_password_store that remembers the password"
DISCARD = "rotate_password_discard is for a generated password that is not stored"
# Variables and what is said about them.
REFUSED = {
    "wrong_key": (
        {"rotate_password_store_key": "wrong"},
        "can't be decrypted: rotate_password_store_key is not the key",
    ),
    "truncated": ({}, "can't be decrypted: rotate_password_store_key is not the key"),
    "foreign": ({}, "The record belongs to another account"),
    "elsewhere": ({}, "A run elsewhere staged a password"),
    "no_folder": ({"rotate_password_store_dir": "/dev/null/store"}, "/dev/null/store"),
    "no_key": ({"rotate_password_store_key": ""}, "rotate_password_store_key is not given"),
    "blank_key": ({"rotate_password_store_key": " "}, "The key is empty"),
    "no_dir": ({"rotate_password_store_dir": ""}, "rotate_password_store_dir is not given"),
    "no_store": (NO_STORE, "No password is given and no store to keep a generated one"),
    "discard_stored": ({"rotate_password_discard": True}, DISCARD),
    "discard_given": ({**NO_STORE, **GIVEN, "rotate_password_discard": True}, DISCARD),
    "changed": ({**NO_STORE, **GIVEN, "rotate_password_update_password": "when_changed"}, NEEDS_A_STORE),
    "aged": ({**NO_STORE, **GIVEN, "rotate_password_max_age": "3d"}, NEEDS_A_STORE),
    "settled": ({**NO_STORE, **GIVEN, "rotate_password_settle_pending": "commit"}, NEEDS_A_STORE),
    "unknown_store": ({"rotate_password_store": "files"}, "which is neither none, file or kv2 nor a folder"),
    "bad_age": ({"rotate_password_max_age": "soon"}, "rotate_password_max_age is 'soon'"),
    "too_short": ({"rotate_password_length": 3}, "No password can be generated: The option length 3 is less than"),
    "bad_specials": ({"rotate_password_specials": ":"}, "No password can be generated: The option specials must be"),
    "colon": ({"rotate_password_value": "Colon:Colon-1", **ENFORCED}, "It has a colon"),
    "not_ascii": ({"rotate_password_value": "B\u00fcro-Passwort-1", **ENFORCED}, "outside printable ASCII"),
    "enforced": ({"rotate_password_value": "short", **ENFORCED}, "violates the policy"),
    "choice": ({"rotate_password_on_unknown": "perhaps"}, "rotate_password_on_unknown"),
    "choice_too": ({"rotate_password_settle_pending": "perhaps"}, "rotate_password_settle_pending"),
    "choice_again": ({"rotate_password_update_password": "perhaps"}, "rotate_password_update_password"),
    "no_before": (
        {"rotate_password_before_change": "/nowhere/b.yml"},
        "rotate_password_before_change is /nowhere/b.yml",
    ),
    "no_after": ({"rotate_password_after_change": "/nowhere/a.yml"}, "rotate_password_after_change is /nowhere/a.yml"),
    "no_failure": ({"rotate_password_on_failure": "nowhere.yml"}, "rotate_password_on_failure is nowhere.yml"),
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


def test_what_can_not_be_done_is_explained_before_anything_is_sent(wide_tenant, tmp_path):
    these = Accounts(wide_tenant, tmp_path, **{host: refused[0] for host, refused in REFUSED.items()})
    for host in ("wrong_key", "truncated", "too_short", "colon", "enforced"):
        these.write(host, current=current())
    content = these.file("truncated").read_bytes()
    these.file("truncated").write_bytes(content[: len(content) * 2 // 3])
    these.file("foreign").write_bytes(these.file("wrong_key").read_bytes())
    these.write("elsewhere", pending=pending()._replace(owner=pending().owner._replace(node="another")))
    contents = these.contents()
    outcome = these.rotate()
    assert failed_hosts(outcome) == set(REFUSED), outcome.output[-3000:]
    for host, message in ((host, refused[1]) for host, refused in REFUSED.items()):
        assert message in mistake(outcome, host), host
        assert "BUG" not in mistake(outcome, host)
    assert "Traceback" not in outcome.output
    assert these.sets() == 0
    assert these.contents() == contents


def test_a_disk_that_is_full_loses_nothing(wide_tenant, tmp_path):
    these = Accounts(wide_tenant, tmp_path, first={}, later={}, accepted={}, committed={})
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
    for host in these.hosts:
        assert "can't be written: no space left on device" in mistake(outcome, host)
    for host in ("first", "later"):
        assert these.held(host) is None
        assert "The password was not changed. The one from before still holds." in verdict(outcome, host)
    assert these.contents()[these.file("later").name] == contents[these.file("later").name]
    assert not these.file("first").exists()
    assert these.sets() == 2
    for host in ("accepted", "committed"):
        record = these.read(host)
        assert record.pending.password == these.held(host)
        assert record.current.password == OLD
        assert (record.pending.request_id is None) == (host == "accepted")
        assert "The password was changed, and the store could not be told" in verdict(outcome, host)
    again = these.rotate()
    assert_all_ok(again)
    assert these.sets() == 5
    for host in these.hosts:
        assert these.read(host).current.password == these.held(host)
    assert {Path(name).suffix for name in these.contents()} == {".json"}
