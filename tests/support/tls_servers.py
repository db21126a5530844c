# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates with defects, and servers that present them."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

from simulator import certificates

from support.local_servers import RawResponse

DAY = datetime.timedelta(days=1)
TOKEN_FOR_ALL = b'{"access_token": "a.b.c", "expires_in": 749}'


class Authority(certificates.Authority):
    """A certificate authority. ``ca_path`` is the file of its certificate."""

    def __init__(self, folder: Path, name: str = "Test CA") -> None:
        super().__init__(name)
        self._folder = folder
        self.ca_path = str(folder / "ca.pem")
        (folder / "ca.pem").write_bytes(self.pem)

    def server(
        self,
        names: Sequence[str],
        start: datetime.timedelta = -DAY,
        end: datetime.timedelta = DAY,
        by_itself: bool = False,
    ) -> ssl.SSLContext:
        """Return a server's TLS context with a certificate for *names*. See ``certificate``."""
        file = self._folder / "server.pem"
        file.write_bytes(self.certificate(names, start, end, by_itself))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


class TlsServer(RawResponse):
    """Responds to each request with a token, over TLS."""

    def __init__(self, context: ssl.SSLContext, host: str = "127.0.0.1") -> None:
        headers = {"Content-Type": "application/json", "Content-Length": str(len(TOKEN_FOR_ALL))}
        super().__init__(200, headers, TOKEN_FOR_ALL)
        if host != "127.0.0.1":
            self.socket.close()
            self.socket = socket.create_server((host, 0), family=socket.AF_INET6)
            self.server_port = self.socket.getsockname()[1]
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request, client_address) -> None:
        """Print nothing: in most of these tests, the client closes the connection."""

    def at(self, host: str) -> str:
        """Return the server's address under the name *host*."""
        return f"https://{host}:{self.server_port}"
