# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant whose responses contain templates, escapes and imitations of Ansible's output, and checks of the effects."""

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

# Characters that Ansible itself doesn't print without colors.
_ESCAPES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FORGED = re.compile(r"^\s*(fatal: \[forged\]|ok: \[forged\]|PLAY RECAP \*{5}$)", re.MULTILINE)


class Hostile:
    """Texts that touch a file (the canary) if they are templated, and imitate other output if they are printed.

    :ivar text: one without control characters, which can be an id.
    :ivar shown: one with control characters.
    :ivar cleaned: ``shown`` after cleaning.
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
        """Fail if a text was executed, or shown as if Ansible had printed it."""
        assert not self.canary.exists(), "the canary is there"
        for place, text in {"stdout": outcome.stdout, "stderr": outcome.stderr, "log": outcome.log}.items():
            assert _ESCAPES.search(text) is None, f"in {place}"
            assert _FORGED.search(text) is None, f"in {place}"


class ForgedTenant:
    """A tenant with forged responses and a real public key."""

    def __init__(self, tenant: Any) -> None:
        self.tenant = tenant
        names = {name: BY_NAME[name] for name in ("user_name", "source_name")}
        self._key = run(isc_password_info, tenant, FakeTime(), **names)["public_key"]
        tenant.clear_requests()

    def responses(self, operation: str, *contents: dict[str, Any], status: int = 200, times: int | None = 1) -> None:
        """Let the tenant respond to an operation with *contents* in turn, each *times* times."""
        for content in contents:
            body = base64.b64encode(json.dumps(content).encode()).decode()
            self.tenant.fault(operation, "raw", times, status=status, body=body)

    def knows(self, *account_ids: str, text: str, shown: str, times: int = 1) -> None:
        """Let the tenant respond to all queries with one account each, each *times* times."""
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


def unsigned_token(claims: dict[str, Any]) -> str:
    """Return an access token with these claims, and without a valid signature."""
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2lnbmF0dXJl"])


def files_of(folder: Path) -> set[str]:
    """Return the paths of all files in a folder, except the internal ones of ansible-playbook."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in paths if path.parts[1:2] not in (("home",), ("remote",), ("async",))}
