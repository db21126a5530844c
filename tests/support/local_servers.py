# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers for tests that the tenant can't serve: a recorder and a proxy."""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urljoin, urlsplit


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Otherwise each body waits 40 ms for the acknowledgment of the headers before it.
    disable_nagle_algorithm = True
    server: LocalServer

    def handle_one_request(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().handle_one_request()

    def log_message(self, *_arguments: Any) -> None:
        pass

    def _record(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = {"method": self.command, "target": self.path, "headers": dict(self.headers), "body": body}
        self.server.requests.append(request)
        self.server.respond(self, request)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_LIST = do_CONNECT = _record  # noqa: N815


class LocalServer(ThreadingHTTPServer):
    """A server that records requests, and responds to each with an empty object."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> LocalServer:
        self._thread.start()
        return self

    def __exit__(self, *_exception: Any) -> None:
        self.shutdown()
        self.server_close()

    def respond(self, handler: _Handler, request: dict) -> None:
        self.send(handler, 200, {"Content-Length": "2", "Content-Type": "application/json"}, b"{}")

    @staticmethod
    def send(handler: _Handler, status: int, headers: dict, body: bytes) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


class RawResponse(LocalServer):
    """Responds to each request with the same status, headers and body."""

    def __init__(self, status: int, headers: dict, body: bytes) -> None:
        super().__init__()
        self._response = (status, headers, body)

    def respond(self, handler: _Handler, request: dict) -> None:
        self.send(handler, *self._response)


class Proxy(LocalServer):
    """A proxy for tunnels, or with *onward* a gateway that forwards requests.

    :param onward: the address to which a gateway forwards requests.
    :param drop: the end of the paths whose requests are forwarded, but whose responses are dropped.
    """

    def __init__(self, onward: str = "", drop: str | None = None) -> None:
        super().__init__()
        self._onward = onward
        self._drop = drop

    def respond(self, handler: _Handler, request: dict) -> None:
        if request["method"] == "CONNECT":
            self._tunnel(handler, request["target"])
            return
        target = urlsplit(urljoin(self._onward, request["target"]))
        connection = http.client.HTTPConnection(target.netloc)
        where = f"{target.path}?{target.query}" if target.query else target.path
        connection.request(request["method"], where, request["body"], request["headers"])
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if self._drop and target.path.endswith(self._drop):
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send(handler, response.status, {**dict(response.getheaders()), "Content-Length": str(len(body))}, body)

    def _tunnel(self, handler: _Handler, target: str) -> None:
        handler.close_connection = True
        host, port = target.split(":")
        with socket.create_connection((host, int(port))) as onward:
            handler.send_response(200)
            handler.end_headers()
            ends = {handler.connection: onward, onward: handler.connection}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    piece = end.recv(65536)
                    if not piece:
                        return
                    ends[end].sendall(piece)


def closed_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
