# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant that answers what it likes, and a client in fake time that has to live with it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client import Client
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.modules import isc_password_info
from ansible_collections.community.sailpoint.tests.unit.hostile.results import flaws
from ansible_collections.community.sailpoint.tests.unit.support import (
    AD,
    BACKUP,
    PASSWORD,
    FakeTime,
    connected,
    run,
    validated,
)
from simulator.tenant import Tenant

_DOCUMENTED = re.compile(
    r"/oauth/token|/query-password-info/v1|/set-password/v1|/generate-password-reset-token/v1/digit"
    r"|/password-change-status/v1/(?!\.\.?$)(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+"
)
_IDS = ("identity_id", "source_id", "public_key_id", "public_key")


class Victim:
    """One client of a tenant, which runs modules.

    :ivar by_id: the options of isc_password with which it queries nothing.
    """

    def __init__(self, tenant: Tenant, fake_time: FakeTime, client: Client) -> None:
        self.tenant = tenant
        self._fake_time = fake_time
        self._client = client
        info = run(isc_password_info, tenant, fake_time, user_name="svc-backup", source_name=AD)
        self.by_id = {**{option: info[option] for option in _IDS}, "account_id": BACKUP, "password": PASSWORD}
        client.token()
        tenant.clear_requests()

    def run(self, module: Any, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        """Return the result of *module*, with ``failed`` where it ended with an error that is explained."""
        self._client.warnings.clear()
        params = validated(module.ARGUMENT_SPEC, base_url=self.tenant.base_url, **given)
        try:
            result = module.run(params, check_mode, self._client)
        except IscError as error:
            result = dict(error.as_result(), failed=True)
        return {**result, "warnings": list(self._client.warnings)}

    def run_anew(self, module: Any, **given: Any) -> dict[str, Any]:
        """Return the same of a client of its own, which logs in."""
        warnings: list[str] = []
        try:
            result = run(module, self.tenant, self._fake_time, warnings=warnings, **given)
        except IscError as error:
            result = dict(error.as_result(), failed=True)
        return {**result, "warnings": warnings}

    def flaws(self, result: dict[str, Any]) -> list[str]:
        """Return what is wrong with *result*, and with the requests since the last call."""
        found = [*flaws(result)]
        requests = self.tenant.requests()
        self.tenant.clear_requests()
        host = urlsplit(self.tenant.base_url).netloc
        for request in requests:
            if not _DOCUMENTED.fullmatch(request["path"]) or request["query_keys"]:
                found.append(f"the path {request['path']!r} is not documented")
            if request["headers"]["Host"] != host:
                found.append(f"the host {request['headers']['Host']} is another one")
        sets = sum(request["operation"] == "set" for request in requests)
        if sets > 1:
            found.append(f"the password was set {sets} times")
        return found


@contextmanager
def no_other_host(tenant: Tenant) -> Iterator[None]:
    """Fail at the end when a connection was opened to anything but *tenant*."""
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
    """Connect a victim."""
    with no_other_host(tenant), connected(tenant, fake_time, **options) as client:
        yield Victim(tenant, fake_time, client)
