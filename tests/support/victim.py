# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client in fake time that is exposed to hostile responses of a tenant."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import query_password_info
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import Client
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Transport
from simulator.tenant import Tenant

from support.batch_runs import IDS
from support.hostile_results import flaws
from support.modules import AD, BACKUP, PASSWORD, FakeTime, connected, run, validated

_DOCUMENTED = re.compile(
    r"/oauth/token|/query-password-info/v1|/set-password/v1|/generate-password-reset-token/v1/digit"
    r"|/(?:password-sync-groups|sources|account-activities|search)/v1\?[A-Za-z0-9_.~=&%+-]+"
    r"|/sources/v1/[0-9a-f-]+/connector/check-connection"
    r"|/password-policies/v1\?[a-z0-9=&]+|/password-org-config/v1"
    r"|/sources/v1/(?!\.\.?/)(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+/password-policies(?:\?[a-z0-9=&]+)?"
    r"|/(?:sources|password-policies|password-sync-groups)/v1/(?!\.\.?$)(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+"
    r"|/password-policies/v1|/password-sync-groups/v1"
    r"|/password-change-status/v1/(?!\.\.?$)(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+"
)
_PAGES = ["limit", "offset"]
_QUERIES = {
    "sync_groups": [_PAGES],
    "policies": [_PAGES],
    "source_policies": [_PAGES],
    "activities": [["filters", "sorters", "limit", "requested-for"], ["filters", "sorters", "limit"]],
    "search": [["limit"]],
    "sources": [["filters", "limit"], ["filters", "limit", "offset"], _PAGES],
}


class Victim:
    """A client of a tenant, which runs modules.

    :ivar by_id: options of isc_password that make a query unnecessary.
    :ivar sent: the paths of all requests.
    """

    def __init__(self, tenant: Tenant, fake_time: FakeTime, client: Client) -> None:
        self.tenant = tenant
        self._fake_time = fake_time
        self._client = client
        info = query_password_info(client, "svc-backup", AD)
        self.by_id = {**{option: getattr(info, option) for option in IDS}, "account_id": BACKUP, "password": PASSWORD}
        tenant.clear_requests()
        self.sent: list[str] = []
        self._checked = 0

    def run(self, module: Any, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        """Return the result of *module*, with ``failed`` if it raised an IscError."""
        self._client.warnings.clear()
        params = validated(module.ARGUMENT_SPEC, base_url=self.tenant.base_url, **given)
        try:
            result = module.run(params, check_mode, self._client)
        except IscError as error:
            result = dict(error.as_result(), failed=True)
        return {**result, "warnings": list(self._client.warnings)}

    def run_with_login(self, module: Any, **given: Any) -> dict[str, Any]:
        """Return the result of *module* with a new client, which logs in."""
        warnings: list[str] = []
        try:
            result = run(module, self.tenant, self._fake_time, warnings=warnings, **given)
        except IscError as error:
            result = dict(error.as_result(), failed=True)
        return {**result, "warnings": warnings}

    def flaws(self, result: dict[str, Any]) -> list[str]:
        """Return the problems of *result*, and of the requests since the last call."""
        sets = sum(path == "/set-password/v1" for path in self.sent[self._checked :])
        self._checked = len(self.sent)
        return [*flaws(result), *([f"the password was set {sets} times"] if sets > 1 else [])]

    def check_requests(self) -> None:
        """Fail unless the tenant received exactly the requests that were sent, and all are documented."""
        arrived = self.tenant.requests()
        host = urlsplit(self.tenant.base_url).netloc
        assert {request["headers"]["Host"] for request in arrived} <= {host}
        assert [path for path in self.sent if not _DOCUMENTED.fullmatch(path)] == []
        assert [request["path"] for request in arrived] == [path.partition("?")[0] for path in self.sent]
        for request in arrived:
            assert request["query_keys"] in _QUERIES.get(request["operation"], [[]])


@contextmanager
def no_other_host(tenant: Tenant) -> Iterator[None]:
    """Fail at the end if a connection was opened to anything but *tenant*."""
    parts = urlsplit(tenant.base_url)
    opened = set()
    connect = socket.socket.connect

    def connecting(self: socket.socket, address: Any) -> None:
        opened.add(address[:2])
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connecting)
        yield
    assert opened <= {(parts.hostname, parts.port)}


@contextmanager
def victim_of(tenant: Tenant, fake_time: FakeTime, **options: Any) -> Iterator[Victim]:
    """Connect a victim, and check its requests at the end."""
    with (
        no_other_host(tenant),
        connected(tenant, fake_time, **options) as client,
        pytest.MonkeyPatch.context() as patch,
    ):
        victim = Victim(tenant, fake_time, client)
        send = Transport.send

        def sending(self: Transport, method: str, path: str, *arguments: Any, **more: Any) -> Any:
            victim.sent.append(path)
            return send(self, method, path, *arguments, **more)

        patch.setattr(Transport, "send", sending)
        yield victim
        victim.check_requests()
