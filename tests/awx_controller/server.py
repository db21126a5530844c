# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for AWX as a server on loopback, in a thread of the tests."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from aiohttp import web

from awx_controller.api import PREFIX, Api, Response
from awx_controller.store import Store, Values

ROOT = Path(__file__).resolve().parents[2]
# The modules' collection warns unless these are its own.
PRODUCT = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}


class Request(NamedTuple):
    """A request with the status of its response."""

    method: str
    path: str
    status: int


class Controller:
    """A server, as a context manager.

    ::

        with Controller() as controller:
            run(["ansible-playbook", ...], env={**os.environ, **controller.environment()})
            assert controller.objects("organizations")[0]["name"] == "SailPoint"
    """

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.store = Store(playbooks_of(ROOT))
        self._api = Api(self.store)
        self._token = secrets.token_urlsafe(24)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Controller:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(30)
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def environment(self) -> dict[str, str]:
        """Return the environment that connects the modules of awx.awx to the server."""
        # Without TLS, the machine's certificates aren't needed. Reading them for each request would take longest.
        without_certificates = {"SSL_CERT_FILE": os.devnull}
        return {"CONTROLLER_HOST": self.url, "CONTROLLER_OAUTH_TOKEN": self._token, **without_certificates}

    def writes(self) -> list[Request]:
        """Return all requests except reads."""
        return [request for request in self.requests if request.method != "GET"]

    def objects(self, kind: str) -> dict[str, Values]:
        return {each["name"]: each for each in self.store.all(kind)}

    def find(self, endpoint: str, **fields: Any) -> list[Values]:
        """Return the objects at an endpoint that have these values, as AWX shows them."""
        query = {name: str(value) for name, value in fields.items()}
        response = self._api.respond("GET", f"{endpoint}/", query, None)
        assert response.status == 200, response
        return response.body["results"]

    async def _start(self) -> None:
        application = web.Application()
        application.router.add_route("*", PREFIX + "{path:.*}", self._handle)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _handle(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            response = Response(401, {"detail": "Authentication credentials were not provided."})
        else:
            body = await request.json() if request.can_read_body else None
            response = self._api.respond(request.method, request.match_info["path"], request.query, body)
        self.requests.append(Request(request.method, request.path, response.status))
        if response.body is None:
            return web.Response(status=response.status, headers=PRODUCT)
        return web.json_response(response.body, status=response.status, headers=PRODUCT)


def playbooks_of(checkout: Path) -> list[str]:
    """Return the playbooks that AWX would find in a checkout: files that contain plays."""
    found = []
    for path in sorted((checkout / "playbooks").rglob("*.yml")):
        try:
            content = yaml.safe_load(path.read_text("utf-8"))
        except yaml.YAMLError:
            # A file of variables with an Ansible tag.
            continue
        if isinstance(content, list) and any("hosts" in each for each in content if isinstance(each, dict)):
            found.append(str(path.relative_to(checkout)))
    return found
