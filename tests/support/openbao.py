# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real OpenBao server on loopback, which keeps everything in memory and ends with the tests."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import requests

PROGRAM = Path(sys.executable).with_name("bao")
PATIENCE = 30


class Version(NamedTuple):
    """A version of a secret: its data (None if it was deleted), and its number."""

    data: dict[str, Any] | None
    number: int


class OpenBao:
    """A server with the KV version 2 engine at secret/, as a context manager.

    :param folder: for its configuration and its log.
    """

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self.root_token = ""
        self.log = folder / "openbao.log"
        self._configuration = folder / "openbao.json"
        self._key = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> OpenBao:
        self._start()
        try:
            keys = self._ask_when_ready("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
            self.root_token, self._key = keys["root_token"], keys["keys"][0]
            self.unseal()
            self.mount("secret")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, parameters: dict[str, Any] | None = None
    ) -> Any:
        """Send a request as root, and return its response, or None if nothing is there."""
        response = requests.request(
            method,
            f"{self.url}/v1/{quote(path)}",
            params=parameters,
            json=body,
            headers={"X-Vault-Token": self.root_token},
            timeout=PATIENCE,
            # Proxies of the developer's environment can't reach loopback.
            proxies={"http": ""},
        )
        if response.status_code == 404:
            # A deleted version has this status too.
            return response.json() if response.json().get("data") else None
        assert response.ok, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else {}

    def mount(self, path: str, version: int = 2) -> None:
        self.ask("POST", f"sys/mounts/{path}", {"type": "kv", "options": {"version": str(version)}})
        # Version 2 starts in the background and refuses requests until it is ready.
        self._ask_when_ready("GET", f"{path}/config" if version == 2 else f"{path}/nothing")

    def reset(self) -> None:
        """Unseal the server, and empty the engine at secret/."""
        self.unseal()
        self.ask("DELETE", "sys/mounts/secret")
        self.mount("secret")

    def environment(self, token: str = "") -> dict[str, str]:
        """Return the environment that connects Ansible's modules to the server, by default as root."""
        return {"VAULT_ADDR": self.url, "VAULT_TOKEN": token or self.root_token}

    def token(self, rules: dict[str, list[str]]) -> str:
        """Return a token with these capabilities only, by path such as secret/data/*."""
        policy = {"path": {path: {"capabilities": capabilities} for path, capabilities in rules.items()}}
        name = f"policy-{time.monotonic_ns()}"
        self.ask("PUT", f"sys/policies/acl/{name}", {"policy": json.dumps(policy)})
        response = self.ask("POST", "auth/token/create", {"policies": [name], "no_default_policy": True})
        return response["auth"]["client_token"]

    def read(self, path: str, mount: str = "secret", version: int = 0) -> Version | None:
        """Return a version of a secret, by default the latest, or None if there never was one."""
        response = self.ask("GET", f"{mount}/data/{path}", parameters={"version": version})
        return response and Version(response["data"]["data"], response["data"]["metadata"]["version"])

    def write(self, path: str, data: dict[str, Any], mount: str = "secret") -> int:
        """Write a secret without check-and-set, and return its version."""
        return self.ask("POST", f"{mount}/data/{path}", {"data": data})["data"]["version"]

    def delete(self, path: str, mount: str = "secret") -> None:
        self.ask("DELETE", f"{mount}/data/{path}")

    def paths(self, folder: str = "", mount: str = "secret") -> list[str]:
        response = self.ask("LIST", f"{mount}/metadata/{folder}") or {"data": {"keys": []}}
        found = []
        for key in response["data"]["keys"]:
            found += self.paths(folder + key, mount) if key.endswith("/") else [folder + key]
        return found

    def seal(self) -> None:
        self.ask("PUT", "sys/seal")

    def unseal(self) -> None:
        """Unseal the server, and wait until it responds."""
        self.ask("PUT", "sys/unseal", {"key": self._key})
        self._ask_when_ready("GET", "sys/health")

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _start(self) -> None:
        assert PROGRAM.exists(), "the program bao isn't installed; `make functional` installs it before the tests"
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        configuration = {
            "storage": {"inmem": {}},
            "listener": {"tcp": {"address": f"127.0.0.1:{port}", "tls_disable": True}},
            "disable_clustering": True,
            "api_addr": self.url,
        }
        self._configuration.write_text(json.dumps(configuration), "utf-8")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "server", f"-config={self._configuration}"],
                env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.log.parent)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _ask_when_ready(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        assert self._process
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.ask(method, path, body)
            except (requests.ConnectionError, AssertionError):
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError(f"OpenBao doesn't get ready: {self.log.read_text('utf-8')[-2000:]}") from None
                time.sleep(0.05)
