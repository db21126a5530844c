# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that never finish a response, and a port that accepts no connection."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator

# Seconds between two bytes. Many bytes fit into the shortest timeout of a test.
PAUSE = 0.005


class DrippingServer:
    """Sends *begin* after the head of a request, and then the bytes of *drip* forever, one at a time.

    Without *drip*, it accepts connections but never sends anything. ``ended`` is set once the client ends a connection.
    """

    def __init__(self, begin: bytes = b"", drip: bytes = b"") -> None:
        self.heads: list[bytes] = []
        self.ended = threading.Event()
        self._begin = begin
        self._drip = drip
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._stopped = threading.Event()

    def __enter__(self) -> DrippingServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopped.set()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._listener.accept()[0],), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if self._drip:
                self._receive_head(connection)
                connection.sendall(self._begin)
                for byte in itertools.cycle(self._drip):
                    if self._stopped.wait(PAUSE):
                        return
                    connection.sendall(bytes([byte]))
            while connection.recv(65536):
                pass
        self.ended.set()

    def _receive_head(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536) or b"\r\n\r\n"
        self.heads.append(head)


@contextlib.contextmanager
def deaf_port() -> Iterator[int]:
    """Yield a port on which connections are never accepted, because its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _number in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield listener.getsockname()[1]
