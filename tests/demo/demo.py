# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo``: checks the embedded tenant, rotates a password end to end, and lists other accounts that are due."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from simulator.tenant import Tenant  # noqa: E402  (the package stands beside this folder)

STATES = {"ok": "32", "warning": "33", "failed": "31", "skipped": "2"}
"""The color of a check's state."""

READS = {"login", "query", "status", "sync_groups", "sources", "search", "org_config"}
"""The operations of the embedded tenant that change nothing."""

DUE = """\
plugin: community.sailpoint.isc_accounts
sources: [Active Directory]
older_than: 90d
unknown_age: exclude
"""

USER = "svc-payroll"
SOURCE = "Active Directory"
IN_COLOR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def color(code: str, text: str) -> str:
    """Return *text* in a color if the output is a terminal."""
    return f"\033[{code}m{text}\033[0m" if IN_COLOR else text


def heading(number: int, text: str) -> None:
    print(f"\n{color('1;36', f'{number}. {text}')}\n", flush=True)


def fact(text: str) -> None:
    """Print a fact that the tenant confirmed."""
    print(f"   {color('32', '✓')} {text}", flush=True)


def demand(holds: bool, text: str) -> None:
    """Print *text* as a fact if it holds; otherwise end the demo."""
    if not holds:
        raise SystemExit(f"   ✗ NOT SO: {text}")
    fact(text)


class Demo:
    """The steps of the demo against one tenant, with their files in *folder*."""

    def __init__(self, tenant: Tenant, folder: Path) -> None:
        self.tenant = tenant
        self.folder = folder
        self.store = folder / "passwords"
        self.store.mkdir()
        self.key = secrets.token_urlsafe(24)

    def ansible(self, *command: str, capture: bool = True) -> str:
        """Run a command of Ansible as a user would, and return what it prints.

        :param capture: whether the output is returned, and not printed unless the command fails.
        """
        print(color("2", "   $ " + " ".join(command)), flush=True)
        done = subprocess.run(
            [str(Path(sys.executable).with_name(command[0])), *command[1:]],
            check=False,
            cwd=self.folder,
            env={
                **os.environ,
                **self.tenant.environment(),
                "REQUESTS_CA_BUNDLE": str(self.tenant.ca_path),
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build"),
                "ANSIBLE_HOME": str(self.folder / "ansible"),
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
                "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
                "ANSIBLE_FORCE_COLOR": str(IN_COLOR and not capture),
            },
            stdout=subprocess.PIPE if capture else None,
            text=True,
        )
        if done.returncode:
            print(done.stdout or "", flush=True)
            done.check_returncode()
        return done.stdout or ""

    def file(self, name: str, content: str) -> None:
        """Write a file that only its owner can read."""
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(content)

    def play(self, *options: str) -> None:
        variables = {
            "rotate_password_user_name": USER,
            "rotate_password_source_name": SOURCE,
            "rotate_password_max_age": "30d",
            "rotate_password_store": "file",
            "rotate_password_store_dir": str(self.store),
            "rotate_password_store_key": self.key,
            "rotate_password_ca_path": str(self.tenant.ca_path),
            "rotate_password_wait_sleep": 0.5,
        }
        self.file("account.yml", json.dumps(variables))
        playbook = ("ansible-playbook", "community.sailpoint.rotate_password", "-e", "@account.yml")
        self.ansible(*playbook, *options, capture=False)

    def check(self) -> None:
        """Run the playbook that checks a tenant, and print its table."""
        self.file("check.yml", json.dumps({"check_tenant_user_name": USER, "check_tenant_source_name": SOURCE}))
        output = self.ansible("ansible-playbook", "community.sailpoint.check_tenant", "-e", "@check.yml")
        for line in re.findall(r'^ {8}(".*"),?$', output, re.MULTILINE):
            text = json.loads(line)
            state, _blank, rest = text.partition(" ")
            print(f"   {color(STATES[state], state)} {rest}" if state in STATES else f"   {color('2', text)}")

    def sets(self) -> int:
        return self.tenant.counts().get("set", 0)

    def record(self, name: str) -> dict[str, Any]:
        """Return the content of a file of the store."""
        self.file("store.key", self.key)
        path = f"{self.store.name}/{name}"
        return json.loads(self.ansible("ansible-vault", "view", "--vault-password-file", "store.key", path))

    def run(self) -> None:
        """Show the check, check mode, the rotation, its arrival, a run without a change, and other due accounts."""
        heading(1, "The check: what works and what to know, before anything is changed")
        self.check()
        demand(
            self.tenant.counts().keys() <= READS,
            f"the tenant has seen {len(self.tenant.requests())} requests, all reads",
        )

        heading(2, "Check mode: everything is read, chosen, generated, checked and encrypted, and nothing is set")
        self.play("--check")
        demand(self.sets() == 0, "the tenant has seen 0 requests to set a password")
        demand(not list(self.store.iterdir()), "nothing was stored")

        heading(3, "The rotation: query, choose, generate, stage, set, wait, commit")
        self.play()

        heading(4, "The password in the store and in the tenant")
        (file,) = self.store.glob("*.json")
        record = self.record(file.name)
        password = record["current"]["password"]
        current = {**record["current"], "password": f"{password[:2]}{'*' * (len(password) - 2)}"}
        print(textwrap.indent(json.dumps({**record, "current": current}, indent=2), "   "), flush=True)
        user = next(user for user in self.tenant.world()["users"] if user["user_name"] == USER)
        for account in user["accounts"]:
            arrived = self.tenant.password(account["source"], account["account_id"])["password"] == password
            demand(arrived, f"the password in the store has arrived on {account['source']}: {account['account_id']}")
        demand(self.sets() == 1, "one request set it on both, because the two sources are a password sync group")

        heading(5, "The second run: the password is younger than 30 days, so nothing is changed")
        before = file.read_bytes()
        self.play()
        demand(self.sets() == 1, "the tenant has seen no other request to set a password")
        demand(file.read_bytes() == before, "the store holds what it held before")

        heading(6, "Other due accounts: passwords known to be older than 90 days, in an inventory of four lines")
        (self.folder / "due.yml").write_text(DUE)
        print(textwrap.indent(DUE, "   "))
        graph = self.ansible("ansible-inventory", "-i", "due.yml", "--graph", "accounts")
        print(textwrap.indent(graph, "   "), flush=True)
        demand(USER not in graph and "svc-backup" in graph, f"{USER} is not among them: its password is new")
        counts = ", ".join(f"{count} {operation}" for operation, count in sorted(self.tenant.counts().items()))
        fact(f"all requests over TLS, check mode included: {counts}")


def main() -> None:
    """Start the tenant, run the demo, and stop the tenant in any case."""
    print(color("1", "community.sailpoint: a password, rotated through SailPoint Identity Security Cloud"))
    with tempfile.TemporaryDirectory() as folder, Tenant(change_seconds=2) as tenant:
        print(f"\nAn embedded tenant serves {tenant.base_url}, with a certificate of its own CA.")
        Demo(tenant, Path(folder)).run()
    print("\nThe embedded tenant is stopped.")
    print(
        f"""
{color("1", "Against a real tenant")} it is the same playbook with three environment variables:

   export SAIL_BASE_URL=https://acme.api.identitynow.com
   export SAIL_CLIENT_ID=...  SAIL_CLIENT_SECRET=...
   ansible-playbook community.sailpoint.check_tenant
   ansible-playbook community.sailpoint.rotate_password -e @account.yml --check
"""
    )


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"\nThe playbook ended with {error.returncode}. The embedded tenant is stopped.") from None
    except KeyboardInterrupt:
        raise SystemExit("\nInterrupted. The embedded tenant is stopped.") from None
