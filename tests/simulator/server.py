# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant's server."""

from __future__ import annotations

import os

from aiohttp import web

from simulator.certificates import server_context
from simulator.control import PREFIX, Control
from simulator.gateway import Gateway
from simulator.state import State

CA_FILE = "ca.pem"


class Server:
    """A tenant that listens on ``host``; ``port`` 0 lets the system choose."""

    def __init__(self, state: State, host: str, port: int, tls: bool, state_dir: str):
        self._state = state
        self._host = host
        self._port = port
        self.ca_path: str | None = os.path.join(os.path.abspath(state_dir), CA_FILE) if tls else None
        self._gateway = Gateway(state)
        self._control = Control(state)
        self._runner: web.ServerRunner | None = None

    async def start(self) -> dict:
        """Listen, and return the data that ``serve`` prints for clients."""
        context = server_context(self.ca_path, self._host) if self.ca_path else None
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.2)
        await self._runner.setup()
        # "localhost" may mean two addresses, and the system would choose a different port for each.
        address = "127.0.0.1" if self._host == "localhost" else self._host
        await web.TCPSite(self._runner, address, self._port, ssl_context=context, backlog=1024).start()
        return self._ready()

    async def stop(self) -> None:
        self._state.reset()
        self._state.keys.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _ready(self) -> dict:
        port = self._runner.addresses[0][1]
        host = f"[{self._host}]" if ":" in self._host else self._host
        base_url = f"{'https' if self.ca_path else 'http'}://{host}:{port}"
        return {
            "base_url": base_url,
            "ca_path": self.ca_path,
            "control_url": base_url + PREFIX.rstrip("/"),
            "pid": os.getpid(),
            "clients": {
                client.client_id: {"client_id": client.client_id, "client_secret": client.client_secret}
                for client in self._state.clients.values()
            },
        }

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.rel_url.raw_path.startswith(PREFIX):
            return await self._control.handle(request)
        return await self._gateway.handle(request)
