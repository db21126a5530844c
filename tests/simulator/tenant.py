# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running tenant, as tests and scripts use it. Needs the standard library only."""

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
# Seconds after which an idle connection to the control API is opened again, before the tenant closes it.
_LONGEST_IDLE = 30.0
_PATIENCE = 30.0


class TenantError(Exception):
    """The tenant didn't start, or it refused a control request with the HTTP ``status``."""

    def __init__(self, text: str, status: int | None = None):
        super().__init__(text)
        self.status = status


class Tenant:
    """Starts ``serve`` on entering and stops it on leaving.

    ::

        with Tenant(change_seconds=0.1, no_tls=True) as tenant:
            run(["ansible-playbook", ...], env={**os.environ, **tenant.environment()})
            assert tenant.password("Active Directory", account_id)["password"] == "..."

    :param python: an interpreter that has tests/simulator/requirements.txt installed; this one by default.
    :param options: options of ``serve`` with underscores: ``rate_limit=0``, ``no_tls=True``,
        ``without_layout=["v1"]``.
    """

    def __init__(self, python: str | None = None, **options: Any):
        self._python = python or sys.executable
        self._options = options
        self._child: subprocess.Popen | None = None
        self._folder: tempfile.TemporaryDirectory | None = None
        self.base_url = ""
        self.control_url = ""
        self.ca_path: str | None = None
        self.pid: int | None = None
        self.clients: dict[str, dict[str, str]] = {}
        # A connection per thread, and the time of its last use. All are closed together.
        self._here = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    @classmethod
    def from_environment(cls) -> Tenant:
        """Return the tenant that ``exec`` started for this process or a parent. This object doesn't stop it.

        :raises TenantError: ``exec`` didn't run this process.
        """
        path = os.environ.get("ISC_SIMULATOR_READY_FILE")
        if not path:
            raise TenantError("ISC_SIMULATOR_READY_FILE is not set: run the command with `simulator exec -- COMMAND`")
        tenant = cls()
        tenant._connect(path)
        return tenant

    def __enter__(self) -> Tenant:
        return self.start()

    def __exit__(self, *_exception: Any) -> None:
        self.stop()

    def start(self) -> Tenant:
        """Start the child and wait until it is ready.

        :raises TenantError: it ended or took too long. The text contains its stderr.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="isc-tenant-")
        ready_file = os.path.join(self._folder.name, "ready.json")
        command = [self._python, PACKAGE, "serve", "--ready-file", ready_file, "--until-stdin-closes"]
        with open(self._error_file(), "wb") as errors:
            self._child = subprocess.Popen(
                [*command, *self._arguments()], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors
            )
        deadline = time.monotonic() + _PATIENCE
        while not os.path.exists(ready_file):
            ended = self._child.poll() is not None
            if ended or time.monotonic() > deadline:
                text = self.stderr()
                self.stop()
                raise TenantError(f"the tenant {'ended' if ended else 'is not ready'}: {text}")
            time.sleep(0.02)
        self._connect(ready_file)
        return self

    def stop(self) -> None:
        """Terminate the child, and kill it if that takes too long. A tenant of ``exec`` keeps running."""
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
        """Return the stderr of the child, which is empty unless the simulator itself failed."""
        with open(self._error_file(), encoding="utf-8", errors="replace") as file:
            return file.read()

    def environment(self, client: str = "api-client") -> dict[str, str]:
        """Return the variables that SailPoint's own tools read: SAIL_BASE_URL, SAIL_CLIENT_ID, SAIL_CLIENT_SECRET."""
        return {
            "SAIL_BASE_URL": self.base_url,
            "SAIL_CLIENT_ID": self.clients[client]["client_id"],
            "SAIL_CLIENT_SECRET": self.clients[client]["client_secret"],
        }

    def password(self, source: str, account_id: str) -> dict | None:
        """Return ``{password, changed_at, changes, history}`` of an account, or None if none was ever set."""
        try:
            return self.control("GET", "passwords?" + urlencode({"source": source, "account_id": account_id}))
        except TenantError as error:
            if error.status == 404 and "no password" in str(error):
                return None
            raise

    def digit_tokens(self) -> list[dict]:
        return self.control("GET", "digit-tokens")

    def requests(self, operation: str | None = None) -> list[dict]:
        """Return the log, oldest first, of an operation of ``layouts.py`` or of ``unknown`` ones."""
        return self.control("GET", "requests" + (f"?operation={operation}" if operation else ""))

    def clear_requests(self) -> None:
        self.control("DELETE", "requests")

    def counts(self) -> dict[str, int]:
        """Return the number of requests by operation, without operations that had none."""
        return self.control("GET", "counts")

    def world(self) -> dict:
        return self.control("GET", "world")

    def add_account(self, user_name: str, source: str, account_id: str, **more: Any) -> dict:
        """Add an account until the next reset, with its user and source if they don't exist; or add facts to one.

        :param more: ``account_name``, ``uid``, ``attributes`` of the user, ``facts`` about the account in Search; see
            README.
        :returns: ``{identity_id, source_id}``.
        """
        return self.control(
            "POST", "accounts", {"user_name": user_name, "source": source, "account_id": account_id, **more}
        )

    def generate(self, sources: list[str], count: int, prefix: str, old: int | None = None) -> None:
        """Add users ``PREFIX00001``... with an account on each of the sources, until the next reset.

        :param old: how many passwords, evenly spread, are 400 days old. The others are then one day old.
        """
        self.control("POST", "generate", {"sources": sources, "count": count, "prefix": prefix, "old": old})

    def clear_password_settings(self) -> None:
        """Remove all password settings but one default policy, as in a tenant that nobody has set up."""
        self.control("POST", "clear-password-settings")

    def aggregate(self, source: str) -> None:
        """Let a source report when its passwords were set."""
        self.control("POST", "aggregate", {"source": source})

    def connector(self, source: str, **set_up: Any) -> dict:
        """Return ``{attributes, connected}`` of the connector of a source, changed first until the next reset.

        :param set_up: ``attributes``, ``pointer``, ``account_id``, ``credential_provider``; see README.
        """
        if set_up:
            self.control("POST", "connectors", {"source": source, **set_up})
        return self.control("GET", "connectors?" + urlencode({"source": source}))

    def reset(self) -> None:
        self.control("POST", "reset")

    def settings(self, **values: Any) -> dict:
        """Change settings (and ``policies={source: [...]}``), and return all of them."""
        return self.control("PATCH", "settings", values)

    def outcome(self, outcome: str = "finish", **more: Any) -> None:
        """Choose the outcome of the next change: ``tenant.outcome("fail", errors=["..."], user_name="...")``."""
        self.control("POST", "outcomes", {"outcome": outcome, **more})

    def fault(self, operation: str, kind: str, times: int | None = 1, skip: int = 0, **more: Any) -> None:
        """Add a fault: ``tenant.fault("set", "status", status=503, processed=True)``.

        :param more: ``chance``, ``client_id``, ``api_version``, and the fields of the fault; see README.
        """
        rule = {name: more.pop(name) for name in ("chance", "client_id", "api_version") if name in more}
        rule |= {"operation": operation, "times": times, "skip": skip, "fault": {"kind": kind, **more}}
        self.control("POST", "faults", rule)

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def rotate_key(self, source: str) -> str:
        """Create a new key for ``source``, and return its id."""
        return self.control("POST", "rotate-key", {"source": source})["public_key_id"]

    def expire_tokens(self) -> None:
        self.control("POST", "expire-tokens")

    def gate(self, name: str) -> dict:
        """Return ``{name, held, passed, open}``."""
        return self.control("GET", f"gates/{quote(name, safe='')}")

    def wait_for_gate(self, name: str, held: int = 1) -> None:
        """Wait until a gate holds ``held`` requests.

        :raises TenantError: it takes more than 30 seconds.
        """
        deadline = time.monotonic() + _PATIENCE
        while self.gate(name)["held"] < held:
            if time.monotonic() > deadline:
                raise TenantError(f"gate {name!r} holds fewer than {held} requests")
            time.sleep(0.02)

    def open_gate(self, name: str) -> None:
        """Let held and later requests pass."""
        self.control("POST", f"gates/{quote(name, safe='')}/open")

    def abort_gate(self, name: str) -> None:
        """Drop held requests. Those held before processing are never processed."""
        self.control("POST", f"gates/{quote(name, safe='')}/abort")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request to the control API, and return the JSON of the response.

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
            # The rest of this exchange must not be read as the next one.
            connection.close()
            raise
        if response.status >= 400:
            raise TenantError(content.decode(), response.status)
        return json.loads(content)

    def _connection(self) -> http.client.HTTPConnection:
        """Return this thread's connection to the control API. Proxies of the environment are for the client only."""
        connection = getattr(self._here, "connection", None)
        if connection is None:
            address = urlsplit(self.control_url)
            if self.ca_path:
                context = ssl.create_default_context(cafile=self.ca_path)
                connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=30, context=context)
            else:
                connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
            self._here.connection = connection
            self._connections.append(connection)
        elif time.monotonic() - self._here.used > _LONGEST_IDLE:
            # It reopens automatically.
            connection.close()
        return connection

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

    def _connect(self, ready_file: str) -> None:
        with open(ready_file, encoding="utf-8") as file:
            ready = json.load(file)
        self.base_url, self.control_url, self.ca_path = ready["base_url"], ready["control_url"], ready["ca_path"]
        self.pid, self.clients = ready["pid"], ready["clients"]
        self._here, self._connections = threading.local(), []
