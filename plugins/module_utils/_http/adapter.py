# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport adapter of C(requests): its TLS settings, and connections that keep to the time of an attempt.

A timeout of a socket begins again with each byte. So a server that sends one now and then would never be too slow. Here
all that is done on a socket gets what is left of the attempt.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import socket
import ssl
import threading
import time
import typing as t

from .requests_dep import requests

_here = threading.local()


class Attempt:
    """What is known of an attempt that is under way.

    :param seconds: how long it may take, connecting and the whole answer included.
    :ivar sent: something of the request may have reached the server.
    """

    def __init__(self, seconds: float) -> None:
        self.sent = False
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        :raises TimeoutError: there are none; before Python 3.10, socket.timeout.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return left


@contextlib.contextmanager
def begin_attempt(seconds: float) -> t.Iterator[Attempt]:
    """Have the connections of this thread keep to *seconds* from now on."""
    _here.attempt = Attempt(seconds)
    try:
        yield _here.attempt
    finally:
        del _here.attempt


def adapter_with(context: ssl.SSLContext | None, connections: int) -> t.Any:
    """Return an adapter whose connections, those to and through proxies as well, are bounded.

    :param context: the TLS settings, or ``None`` for plain HTTP. Neither requests nor a proxy adds any.
    """
    options = {} if context is None else {"ssl_context": context, "cert_reqs": _requirement(context)}

    class Adapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *arguments: t.Any, **more: t.Any) -> None:
            super().init_poolmanager(*arguments, **{**more, **options})
            _bound(self.poolmanager)

        def proxy_manager_for(self, proxy: str, **more: t.Any) -> t.Any:
            if context is not None and proxy.lower().startswith("https:"):
                more["proxy_ssl_context"] = context
            return _bound(super().proxy_manager_for(proxy, **{**more, **options}))

        def build_connection_pool_key_attributes(self, *arguments: t.Any, **more: t.Any) -> t.Any:
            host, _chosen_by_requests = super().build_connection_pool_key_attributes(*arguments, **more)
            return host, dict(options)

        def cert_verify(self, *_arguments: t.Any, **_more: t.Any) -> None:
            """Add no CAs to the context. requests would do so with each connection."""

    return Adapter(pool_maxsize=connections, max_retries=0)


class _BoundedStream(io.RawIOBase):
    """Reads from a socket for as long as an attempt may take."""

    def __init__(self, stream: t.Any, sock: t.Any, attempt: Attempt) -> None:
        self._stream = stream
        self._sock = sock
        self._attempt = attempt

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        self._sock.settimeout(self._attempt.left())
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _BoundedResponse(http.client.HTTPResponse):
    """Reads status, headers and body (those of a proxy's answer to CONNECT as well) for as long as it may take."""

    def __init__(self, sock: t.Any, *arguments: t.Any, **more: t.Any) -> None:
        super().__init__(sock, *arguments, **more)
        self.fp = io.BufferedReader(_BoundedStream(self.fp.detach(), sock, _here.attempt))


class _BoundedConnection:
    """What is put before a connection class of C(urllib3)."""

    response_class = _BoundedResponse
    host: str
    sock: t.Any
    timeout: t.Any
    _connecting = False

    def connect(self) -> None:
        # One address after the other is tried. One that is dead must not take the whole time.
        self.timeout = _here.attempt.left() / _number_of_addresses(self.host)
        self._connecting = True
        try:
            t.cast(t.Any, super()).connect()
        finally:
            self._connecting = False

    def send(self, data: t.Any) -> None:
        if self.sock is None:
            self.connect()
        # What is sent while connecting is the CONNECT for a proxy.
        _here.attempt.sent = _here.attempt.sent or not self._connecting
        self.sock.settimeout(_here.attempt.left())
        t.cast(t.Any, super()).send(data)


def _number_of_addresses(host: str) -> int:
    # What can't be resolved here may be for a proxy to resolve; all else urllib3 explains.
    with contextlib.suppress(OSError, UnicodeError):
        return len(socket.getaddrinfo(host.strip("[]"), None, 0, socket.SOCK_STREAM)) or 1
    return 1


def _bound(manager: t.Any) -> t.Any:
    """Return a pool manager of C(urllib3) whose connections are bounded from now on."""
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _bounded_pool(kind) for scheme, kind in pools.items()}
    return manager


@functools.cache
def _bounded_pool(kind: t.Any) -> t.Any:
    if issubclass(kind.ConnectionCls, _BoundedConnection):
        return kind
    connection = type(f"Bounded{kind.ConnectionCls.__name__}", (_BoundedConnection, kind.ConnectionCls), {})
    return type(f"Bounded{kind.__name__}", (kind,), {"ConnectionCls": connection})


def _requirement(context: ssl.SSLContext) -> str:
    return "CERT_NONE" if context.verify_mode == ssl.CERT_NONE else "CERT_REQUIRED"
