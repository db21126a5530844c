# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One case: a tenant with tricks, and the modules that run against it."""

from __future__ import annotations

import json
import random
import time
import traceback
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from ansible.module_utils.common.parameters import remove_values
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.module_utils._task import execution as _execution
from simulator.tenant import Tenant
from soak import hostile, invariants, tricks
from support.modules import FakeTime, access, validated

# Cases wait for some minutes at most.
MOST_NAPS = 5000


class KnownAccount(NamedTuple):
    """An account that exists in the tenant."""

    user_name: str
    source_name: str
    account_id: str


class SoakTime(FakeTime):
    """A clock that moves with each sleep, however short that is."""

    def sleep(self, seconds: float) -> None:
        """Move the clock, and give the tenant a moment to carry out a change."""
        self.naps.append(seconds)
        invariants.check(len(self.naps) <= MOST_NAPS, f"it never stops waiting, now for {seconds} s")
        self.now += max(seconds, 0.001)
        time.sleep(0.001)


class Scene:
    """A case with a reset tenant.

    :ivar secrets: texts that must not be in a result.
    :ivar story: the options, requests and results, in short.
    """

    def __init__(self, tenant: Tenant, chance: random.Random, folder: Path) -> None:
        self.tenant, self.chance, self.folder = tenant, chance, folder
        self.time = SoakTime()
        self.password = hostile.password(chance)
        self.secrets = [tenant.clients["api-client"]["client_secret"]]
        self.story: list[str] = []
        self.tricks: list[tricks.Trick] = []
        self._traceback = ""
        tenant.reset()

    @property
    def forged(self) -> bool:
        """Whether responses may have lied about a change."""
        return any(trick.forges for trick in self.tricks)

    def play_tricks(self, operations: tuple[str, ...], echoed: str | None = None) -> None:
        """Let the tenant play up to three tricks on requests.

        :param echoed: the password of all accounts, which responses may repeat.
        """
        self.tricks = [
            tricks.draw(self.chance, (*operations, *operations, "any"), echoed)
            for _number in range(self.chance.choice((0, 1, 1, 2, 3)))
        ]
        for trick in self.tricks:
            self.tenant.fault(trick.operation, trick.kind, trick.times, trick.skip, **trick.details)
            self.story.append(f"the tenant: {trick}")

    def play_outcomes(self) -> None:
        """Sometimes let a change have another outcome."""
        if self.chance.random() < 0.3:
            kinds = ("fail", "never", "final_at_once", "fail_at_once", "accepted_without_id", "finish")
            outcome = {"outcome": self.chance.choice(kinds), "status_404_first": self.chance.choice((0, 1, 3))}
            if outcome["outcome"] == "fail":
                outcome["errors"] = [hostile.text(self.chance).encode("utf-8", "replace").decode() or "No."]
            self.tenant.outcome(**outcome)
            self.story.append(f"the tenant: {outcome}")

    def hide(self, secret: str) -> str:
        """Return a text, and add it to the secrets."""
        self.secrets.append(secret)
        return secret

    def run(self, module: Any, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        """Run a module as its action plugin does, check its result, and return it.

        :raises BrokenError: a promise is broken.
        """
        spec = module.ARGUMENT_SPEC
        options = {"retries": self.chance.choice((0, 1, 2)), "request_timeout": 10, **access(self.tenant), **given}
        self.story.append(f"{module.__name__.rpartition('.')[2]} check_mode={check_mode} {_short(given)}")
        params = validated(spec, **options)
        with patch.object(_execution, "connect", lambda given: connect(given, self.time.runtime)):
            result = _execution.execute(self._watched(module.run), params, check_mode)
        hidden = [str(params[option]) for option, how in spec.items() if how.get("no_log") and params.get(option)]
        kept = getattr(module, "SECRET_KEYS", ())
        result = remove_values(result, {*hidden} - {result.get(key) for key in kept})
        self.story.append(f"result: {_short({k: v for k, v in result.items() if k not in kept})}{self._traceback}")
        invariants.check_result(result, self.secrets, kept, given)
        return result

    def requests(self) -> list[dict[str, Any]]:
        """Return the tenant's log, checked for undocumented paths, and clear it."""
        requests = self.tenant.requests()
        self.tenant.clear_requests()
        lines = [f"{entry['operation']} {entry['status']} {entry['fault'] or ''}".strip() for entry in requests]
        self.story.append(f"requests: {', '.join(lines)[:400]}")
        invariants.check_paths(requests)
        return requests

    def held(self, account: KnownAccount) -> str | None:
        """Return the password of an account in the tenant, or ``None`` if none was ever set."""
        known = self.tenant.password(account.source_name, account.account_id)
        return None if known is None else known["password"]

    def _watched(self, run: Any) -> Any:
        def watched(*arguments: Any) -> Any:
            try:
                return run(*arguments)
            except IscError:
                raise
            except Exception:
                self._traceback = f"\n{traceback.format_exc()}"
                raise

        return watched


def _short(content: Any) -> str:
    return json.dumps(content, default=str)[:900]
