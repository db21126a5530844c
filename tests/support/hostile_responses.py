# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant that responses with templates, escapes and lines that imitate Ansible, and what must not come of that."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from ansible_collections.community.sailpoint.plugins.module_utils._text import clean_text
from ansible_collections.community.sailpoint.plugins.modules import isc_password_info

from support.modules import BY_NAME, FakeTime, run
from support.playbook import Outcome

# What Ansible doesn't print by itself without colours.
_ESCAPES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FORGED = re.compile(r"^\s*(fatal: \[forged\]|ok: \[forged\]|PLAY RECAP \*{5}$)", re.MULTILINE)


class Hostile:
    """Texts that touch a file (the canary) when they are templated, and imitate other output when they are printed.

    :ivar text: without control characters, as an id may be.
    :ivar shown: with them.
    :ivar cleaned: what is left of *shown*.
    """

    def __init__(self, folder: Path) -> None:
        self.canary = folder / "canary"
        self.text = f"{{{{ 6 * 7 }}}}{{% raw %}} {self.lookup}"
        self.shown = (
            f"\x1b[2J\x1b[32m\x9b0m{self.text}\r\nok: [forged]\nfatal: [forged]: FAILED! => {{}}\nPLAY RECAP *****\n"
        )
        self.cleaned = clean_text(self.shown)

    @property
    def lookup(self) -> str:
        """A template that touches the canary."""
        return f"{{{{ lookup('ansible.builtin.pipe', 'touch {self.canary}') }}}}"

    def harmless(self, outcome: Outcome) -> None:
        """Fail where something of the texts was carried out, or shown as if Ansible had printed it."""
        assert not self.canary.exists(), "the canary is there"
        for place, text in {"stdout": outcome.stdout, "stderr": outcome.stderr, "log": outcome.log}.items():
            assert _ESCAPES.search(text) is None, f"in {place}"
            assert _FORGED.search(text) is None, f"in {place}"


class ForgedTenant:
    """A tenant whose responses are made up, but for its public key."""

    def __init__(self, tenant: Any) -> None:
        self.tenant = tenant
        names = {name: BY_NAME[name] for name in ("user_name", "source_name")}
        self._key = run(isc_password_info, tenant, FakeTime(), **names)["public_key"]
        tenant.clear_requests()

    def responses(self, operation: str, *contents: dict[str, Any], status: int = 200, times: int | None = 1) -> None:
        """Have it answer requests of an operation with *contents*, one after the other, each so many times."""
        for content in contents:
            body = base64.b64encode(json.dumps(content).encode()).decode()
            self.tenant.fault(operation, "raw", times, status=status, body=body)

    def knows(self, *account_ids: str, text: str, shown: str, times: int = 1) -> None:
        """Have it answer queries, whatever they ask for, with one account each, so many times."""
        for account_id in account_ids:
            content = {
                "identityId": text,
                "sourceId": text,
                "publicKeyId": text,
                "publicKey": self._key,
                "accounts": [{"accountId": account_id, "accountName": shown}],
                "policies": [shown, f"passwordMinLength is {shown}"],
            }
            self.responses("query", content, times=times)


def signed_in_vain(claims: dict[str, Any]) -> str:
    """Return an access token with these claims, whose signature is none."""
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2lnbmF0dXJl"])


def files_of(folder: Path) -> set[str]:
    """Return the paths of all files in a folder, but for what ansible-playbook keeps for itself."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in paths if path.parts[1:2] not in (("home",), ("remote",), ("async",))}
