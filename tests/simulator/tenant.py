# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running tenant, seen from a test or a script. Needs the standard library only."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

PACKAGE = os.path.dirname(os.path.abspath(__file__))
# Seconds that a connection to the control API may have been idle: fewer than those after which the tenant closes it.
_LONGEST_IDLE = 30.0


class TenantError(Exception):
    """The tenant didn't start, or refused a control request. ``status`` is the latter's HTTP status."""

    def __init__(self, text: str, status: int | None = None):
        super().__init__(text)
        self.status = status


class Tenant:
    """Starts ``serve`` on entering and stops it on leaving.

    ::

        with Tenant(change_seconds=0.1, no_tls=True) as tenant:
            run(["ansible-playbook", ...], env={**os.environ, **tenant.environment()})
            assert tenant.password("Active Directory", account_id)["password"] == "..."

    :param python: the interpreter that has tests/simulator/requirements.txt installed; this one by default.
    :param start_timeout: seconds until the tenant must be ready.
    :param options: options of ``serve`` with underscores: ``rate_limit=0``, ``no_tls=True``,
        ``without_layout=["v1"]``.
    """

    def __init__(self, python: str | None = None, start_timeout: float = 30, **options: Any):
        self._python = python or sys.executable
        self._start_timeout = start_timeout
        self._options = options
        self._child: subprocess.Popen | None = None
        self._folder: tempfile.TemporaryDirectory | None = None
        self.base_url = ""
        self.control_url = ""
        self.ca_path: str | None = None
        self.pid: int | None = None
        self.clients: dict[str, dict[str, str]] = {}
        # A connection for each thread, and when it was used; all are closed together.
        self._here = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    @classmethod
    def from_environment(cls) -> Tenant:
        """The tenant that ``exec`` started for this process, or one of its parents. It isn't stopped by this object.

        :raises TenantError: not run by ``exec``.
        """
        path = os.environ.get("ISC_SIMULATOR_READY_FILE")
        if not path:
            raise TenantError("ISC_SIMULATOR_READY_FILE is not set: run the command with `simulator exec -- COMMAND`")
        tenant = cls()
        with open(path, encoding="utf-8") as file:
            tenant._connect(json.load(file))
        return tenant

    def __enter__(self) -> Tenant:
        return self.start()

    def __exit__(self, *_exception: Any) -> None:
        self.stop()

    def start(self) -> Tenant:
        """Start the child and wait until it is ready.

        :raises TenantError: it ended, or took too long; the text holds what it wrote to stderr.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="isc-tenant-")
        ready_file = os.path.join(self._folder.name, "ready.json")
        command = [
            self._python,
            PACKAGE,
            "serve",
            "--ready-file",
            ready_file,
            "--until-stdin-closes",
            *self._arguments(),
        ]
        with open(self._error_file(), "wb") as errors:
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
        deadline = time.monotonic() + self._start_timeout
        while not os.path.exists(ready_file):
            ended = self._child.poll() is not None
            if ended or time.monotonic() > deadline:
                text = self.stderr()
                self.stop()
                raise TenantError(f"the tenant {'ended' if ended else 'is not ready'}: {text}")
            time.sleep(0.02)
        with open(ready_file, encoding="utf-8") as file:
            self._connect(json.load(file))
        return self

    def stop(self) -> None:
        """Stop the child, politely first. Does nothing for a tenant of ``exec``."""
        child, self._child = self._child, None
        for connection in self._connections:
            connection.close()
        if child is not None:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            child.stdin.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def stderr(self) -> str:
        """What the child wrote to stderr: nothing, unless the simulator itself has a fault."""
        with open(self._error_file(), encoding="utf-8", errors="replace") as file:
            return file.read()

    def environment(self, client: str = "api-client") -> dict[str, str]:
        """The variables that SailPoint's own tools read: SAIL_BASE_URL, SAIL_CLIENT_ID, SAIL_CLIENT_SECRET."""
        return {
            "SAIL_BASE_URL": self.base_url,
            "SAIL_CLIENT_ID": self.clients[client]["client_id"],
            "SAIL_CLIENT_SECRET": self.clients[client]["client_secret"],
        }

    def password(self, source: str, account_id: str) -> dict | None:
        """``{password, changed_at, changes, history}`` of an account; None when none was ever set."""
        try:
            return self.control("GET", "passwords?" + urlencode({"source": source, "account_id": account_id}))
        except TenantError as error:
            if error.status == 404 and "no password" in str(error):
                return None
            raise

    def digit_tokens(self) -> list[dict]:
        return self.control("GET", "digit-tokens")

    def requests(self, operation: str | None = None) -> list[dict]:
        """The log, oldest first; ``operation`` is login, query, set, status, digit_token, search... or unknown."""
        return self.control("GET", "requests" + (f"?operation={operation}" if operation else ""))

    def clear_requests(self) -> None:
        self.control("DELETE", "requests")

    def counts(self) -> dict[str, int]:
        """Requests by operation; an operation that wasn't asked for is missing."""
        return self.control("GET", "counts")

    def world(self) -> dict:
        return self.control("GET", "world")

    def add_account(self, user_name: str, source: str, account_id: str, **more: Any) -> dict:
        """An account, until the next reset, with what is missing of its user and source; or more facts of one.

        :param more: see README: ``account_name``, ``uid``, ``attributes`` of the user, ``facts`` that Search shows of
            the account.
        :returns: ``{identity_id, source_id}``.
        """
        return self.control(
            "POST", "accounts", {"user_name": user_name, "source": source, "account_id": account_id, **more}
        )

    def generate(self, sources: list[str], count: int, prefix: str, old: int | None = None) -> None:
        """Users ``PREFIX00001``... with an account on each of the sources, until the next reset.

        :param old: how many passwords are 400 days old, evenly spread; the others are a day old then.
        """
        self.control("POST", "generate", {"sources": sources, "count": count, "prefix": prefix, "old": old})

    def clear_password_settings(self) -> None:
        """As if nobody had set passwords up: one default policy, no sync group, nothing assigned, no org config."""
        self.control("POST", "clear-password-settings")

    def aggregate(self, source: str) -> None:
        """Have a source tell when its passwords were set."""
        self.control("POST", "aggregate", {"source": source})

    def connector(self, source: str, **set_up: Any) -> dict:
        """What ISC connects to a source with, ``{attributes, connected}``, after changing it until the next reset.

        :param set_up: see README: ``attributes``, ``pointer``, ``account_id``, ``credential_provider``.
        """
        if set_up:
            self.control("POST", "connectors", {"source": source, **set_up})
        return self.control("GET", "connectors?" + urlencode({"source": source}))

    def reset(self) -> None:
        self.control("POST", "reset")

    def settings(self, **values: Any) -> dict:
        """Change settings (and ``policies={source: [...]}``); returns all of them."""
        return self.control("PATCH", "settings", values)

    def outcome(self, outcome: str = "finish", **wish: Any) -> None:
        """How the next change goes, see README: ``tenant.outcome("fail", errors=["..."], user_name="...")``."""
        self.control("POST", "outcomes", {"outcome": outcome, **wish})

    def fault(
        self,
        operation: str,
        kind: str,
        times: int | None = 1,
        skip: int = 0,
        chance: float = 1,
        client_id: str | None = None,
        api_version: str | None = None,
        **fault: Any,
    ) -> None:
        """A fault, see README: ``tenant.fault("set", "status", status=503, processed=True)``."""
        self.control(
            "POST",
            "faults",
            {
                "operation": operation,
                "times": times,
                "skip": skip,
                "chance": chance,
                "client_id": client_id,
                "api_version": api_version,
                "fault": {"kind": kind, **fault},
            },
        )

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def rotate_key(self, source: str) -> str:
        """A new key for ``source``; returns its id."""
        return self.control("POST", "rotate-key", {"source": source})["public_key_id"]

    def expire_tokens(self) -> None:
        self.control("POST", "expire-tokens")

    def gate(self, name: str) -> dict:
        """``{name, held, passed, open}``."""
        return self.control("GET", f"gates/{quote(name, safe='')}")

    def wait_for_gate(self, name: str, held: int = 1, timeout: float = 30) -> None:
        """Wait until ``held`` requests stand at a gate.

        :raises TenantError: they didn't within ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        while self.gate(name)["held"] < held:
            if time.monotonic() > deadline:
                raise TenantError(f"no {held} requests at gate {name!r}")
            time.sleep(0.02)

    def open_gate(self, name: str) -> None:
        """Let held requests go on, and later ones pass."""
        self.control("POST", f"gates/{quote(name, safe='')}/open")

    def abort_gate(self, name: str) -> None:
        """Drop held requests: those held before processing are never processed."""
        self.control("POST", f"gates/{quote(name, safe='')}/abort")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the control API.

        :raises TenantError: it was refused.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data else {}
        connection = self._connection()
        self._here.used = time.monotonic()
        try:
            connection.request(method, f"{urlsplit(self.control_url).path}/{path}", data, headers)
            with connection.getresponse() as response:
                content = response.read()
        except BaseException:
            # What is left of an exchange must not be taken for the next one.
            connection.close()
            raise
        if response.status >= 400:
            raise TenantError(content.decode(), response.status)
        return json.loads(content)

    def _connection(self) -> http.client.HTTPConnection:
        """Connects a thread to the control API: no proxy of the environment, which is for the client."""
        connection = getattr(self._here, "connection", None)
        if connection is None:
            connection = self._here.connection = self._new_connection()
            self._connections.append(connection)
        elif time.monotonic() - self._here.used > _LONGEST_IDLE:
            # It opens again by itself.
            connection.close()
        return connection

    def _new_connection(self) -> http.client.HTTPConnection:
        address = urlsplit(self.control_url)
        if not self.ca_path:
            return http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        context = ssl.create_default_context(cafile=self.ca_path)
        return http.client.HTTPSConnection(address.hostname, address.port, timeout=30, context=context)

    def _error_file(self) -> str:
        return os.path.join(self._folder.name, "stderr")

    def _arguments(self) -> list[str]:
        arguments = []
        for name, value in self._options.items():
            option = "--" + name.replace("_", "-")
            if value is True:
                arguments.append(option)
            elif value is not None and value is not False:
                values = value if isinstance(value, (list, tuple)) else [value]
                arguments += [part for one in values for part in (option, str(one))]
        return arguments

    def _connect(self, ready: dict) -> None:
        self.base_url, self.control_url, self.ca_path = ready["base_url"], ready["control_url"], ready["ca_path"]
        self.pid, self.clients = ready["pid"], ready["clients"]
        self._here, self._connections = threading.local(), []
