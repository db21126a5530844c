# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real proxy, and a wire that records what a client sends to it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

USER = "svc proxy"
PASSWORD = "p@ss:w/rd%25 &?#"
ENCODED = "svc%20proxy:p%40ss%3Aw%2Frd%2525%20%26%3F%23"

_LONGEST_START = 30.0


class RealProxy:
    """proxy.py as a process. ``address`` is its host and port."""

    def __init__(self, folder: Path, asks: bool = True) -> None:
        self._log = folder / "proxy.log"
        self._port = folder / "proxy.port"
        self._asks = asks

    def __enter__(self) -> RealProxy:
        command = [sys.executable, "-m", "proxy", "--hostname", "127.0.0.1", "--port", "0", "--threaded"]
        command += ["--num-workers", "1", "--num-acceptors", "1"]
        command += ["--port-file", str(self._port), "--log-file", str(self._log)]
        if self._asks:
            command += ["--basic-auth", f"{USER}:{PASSWORD}"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.address = f"127.0.0.1:{self._started()}"
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self._process.terminate()
        self._process.wait()

    def log(self) -> str:
        return self._log.read_text("utf-8") if self._log.exists() else ""

    def _started(self) -> int:
        end = time.monotonic() + _LONGEST_START
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                port = int(self._port.read_text("utf-8"))
                socket.create_connection(("127.0.0.1", port)).close()
                return port
            time.sleep(0.05)
        raise RuntimeError(f"The proxy did not start: {self.log()[-500:]}")


class Wire:
    """Forwards connections to ``address`` to *target*, and records what clients send in ``said``."""

    def __init__(self, target: str) -> None:
        host, port = target.split(":")
        self._target = (host, int(port))
        self.said = bytearray()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, credentials: str) -> str:
        """Return the URL for a variable such as HTTPS_PROXY."""
        return f"http://{credentials}@{self.address}"

    def close(self) -> None:
        """Accept no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                onward = socket.create_connection(self._target)
                for source, sink, said in ((client, onward, self.said), (onward, client, None)):
                    threading.Thread(target=_forward, args=(source, sink, said), daemon=True).start()


def _forward(source: socket.socket, sink: socket.socket, said: bytearray | None) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            if said is not None:
                said += piece
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
