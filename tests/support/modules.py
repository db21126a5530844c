# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock for tests, and modules and clients connected to a tenant."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.community.sailpoint.plugins.module_utils._batch.run import Done
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import Client, Runtime
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect, connection_spec
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from simulator.tenant import Tenant

AD = "Active Directory"
BACKUP = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
PASSWORD = "Quiet-Harbour-42"
# No rate limit and instant changes. Tests of these set them with ``tenant.settings``.
TENANT_OPTIONS = {"change_seconds": 0, "rate_limit": 0}
NAMES = {"user_name": "svc-backup", "source_name": AD}
BY_NAME = {**NAMES, "password": PASSWORD}

# Real seconds that a sleep of the fake clock takes, so that the tenant can carry out a change.
PAUSE = 0.001
EPOCH = 1795514400.0
"""The time at which fake clocks start: 2026-11-24T10:00:00Z."""


class WorkersInOneThread:
    """Stands in for Workers: performs each job at once, and sleeps if there is none."""

    def __init__(self, number: int, perform: Callable, sleep: Callable[[float], None]) -> None:
        self._number = number
        self._perform = perform
        self._sleep = sleep
        self._done: list[Done] = []

    @property
    def busy(self) -> int:
        """The number of finished jobs whose results are not fetched."""
        return len(self._done)

    @property
    def free(self) -> bool:
        """Whether another job may be submitted."""
        return self.busy < self._number

    def submit(self, job: Any) -> None:
        try:
            self._done.append(Done(job, self._perform(job), None))
        except IscError as error:
            self._done.append(Done(job, None, error))

    def next_done(self, timeout: float) -> Done | None:
        """Return the next finished job, or sleep."""
        if self._done:
            return self._done.pop(0)
        if timeout > 0:
            self._sleep(timeout)
        return None

    def wake(self) -> None:
        """Do nothing, because nothing sleeps."""

    def close(self) -> None:
        """Do nothing, because there are no threads."""


class FakeTime:
    """A clock that moves only by sleeping.

    :param start: the first value of ``now``, which stands for EPOCH.
    :param chance: the random numbers. By default, they are always 0.
    :ivar naps: the sleeps, in seconds.
    """

    def __init__(self, start: float = 1000.0, chance: Callable[[], float] = lambda: 0.0) -> None:
        self._start = self.now = start
        self.naps: list[float] = []
        self.runtime = Runtime(self.clock, self.time, self.sleep, chance, self._workers)

    def _workers(self, number: int, perform: Callable) -> WorkersInOneThread:
        return WorkersInOneThread(number, perform, self.sleep)

    def clock(self) -> float:
        return self.now

    def time(self) -> float:
        """Return seconds since 1970."""
        return EPOCH + self.now - self._start

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
        time.sleep(PAUSE)


def user_settings() -> list[str]:
    """Return the environment variables that hold the user's credentials, proxies and CA bundles."""
    ends = ("_proxy", "_ca_bundle")
    return [name for name in os.environ if name.startswith("SAIL_") or name.lower().endswith(ends) or name == "NETRC"]


def validated(spec: dict, **options: Any) -> dict[str, Any]:
    """Return options with defaults and types, as a module gets its parameters. None means that an option isn't set."""
    arguments = {option: value for option, value in options.items() if value is not None}
    validation = ModuleArgumentSpecValidator(spec).validate(arguments)
    assert not validation.error_messages
    return validation.validated_parameters


def access(tenant: Tenant, client: str = "api-client") -> dict[str, Any]:
    return {"base_url": tenant.base_url, "ca_path": tenant.ca_path, **tenant.clients[client]}


@contextmanager
def connected(tenant: Tenant, fake_time: FakeTime, client: str = "api-client", **options: Any) -> Iterator[Client]:
    """Connect a client that lives in *fake_time*."""
    made = connect(validated(connection_spec(), **{**access(tenant, client), **options}), fake_time.runtime)
    try:
        yield made
    finally:
        made.close()


def run(
    module: Any,
    tenant: Tenant,
    fake_time: FakeTime,
    check_mode: bool = False,
    client: str = "api-client",
    warnings: list | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Run a module's operation in *fake_time*, return its result, and append its warnings to *warnings*."""
    params = validated(module.ARGUMENT_SPEC, **{**access(tenant, client), **options})
    made = connect(params, fake_time.runtime)
    try:
        return module.run(params, check_mode, made)
    finally:
        made.close()
        if warnings is not None:
            warnings += made.warnings
