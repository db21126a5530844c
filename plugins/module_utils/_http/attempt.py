# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One attempt of a request: when it must be over, and connections that keep to it.

A timeout of a socket begins anew with each byte. So a server that sends one now and then would never be too slow,
and each address of a host name would get the whole time. Here all that is done on a socket gets what is left.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import socket
import threading
import time
import typing as t

from .requests_dep import urllib3_exceptions

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
    """Have all bounded connections of this thread keep to *seconds* from now on."""
    _here.attempt = Attempt(seconds)
    try:
        yield _here.attempt
    finally:
        del _here.attempt


def bounded(manager: t.Any) -> t.Any:
    """Return the pool manager of C(urllib3) given, which makes bounded connections from now on."""
    manager.pool_classes_by_scheme = {
        scheme: _bounded_pool(kind) for scheme, kind in manager.pool_classes_by_scheme.items()
    }
    return manager


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

    def __init__(self, sock: t.Any, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(sock, *args, **kwargs)
        stream = self.fp.detach()
        self.fp = io.BufferedReader(_BoundedStream(stream, sock, _here.attempt))


class _BoundedConnection:
    """What is put before a connection class of C(urllib3)."""

    response_class = _BoundedResponse
    sock: t.Any
    timeout: t.Any
    _dns_host: str
    _tunnelling = False

    def send(self, data: t.Any) -> None:
        attempt = _here.attempt
        if self.sock is None:
            t.cast(t.Any, self).connect()
        attempt.sent = attempt.sent or not self._tunnelling
        self.sock.settimeout(attempt.left())
        t.cast(t.Any, super()).send(data)

    def _tunnel(self) -> None:
        self._tunnelling = True
        try:
            t.cast(t.Any, super())._tunnel()
        finally:
            self._tunnelling = False
        self.sock.settimeout(_here.attempt.left())

    def _new_conn(self) -> t.Any:
        """Connect to one address after the other. Each gets its share of the time, lest one that is dead takes all."""
        attempt = _here.attempt
        connect = t.cast(t.Any, super())._new_conn
        name, addresses = self._dns_host, self._addresses()
        try:
            for number, address in enumerate(addresses, 1):
                self._dns_host = address
                self.timeout = attempt.left() / (len(addresses) - number + 1)
                try:
                    sock = connect()
                    sock.settimeout(attempt.left())
                    return sock
                except urllib3_exceptions.HTTPError:
                    if number == len(addresses):
                        raise
        finally:
            self._dns_host = name

    def _addresses(self) -> list[str]:
        """Return what to connect to: the name itself, where that has no more than one address."""
        if hasattr(self, "_socks_options"):
            return [self._dns_host]
        try:
            found = socket.getaddrinfo(self._dns_host.strip("[]"), None, 0, socket.SOCK_STREAM)
        except UnicodeError:  # urllib3 explains it
            return [self._dns_host]
        except OSError as error:
            raise urllib3_exceptions.NewConnectionError(self, "The name can't be resolved.") from error
        return [str(entry[4][0]) for entry in found] if len(found) > 1 else [self._dns_host]


@functools.cache
def _bounded_pool(kind: t.Any) -> t.Any:
    if issubclass(kind.ConnectionCls, _BoundedConnection):
        return kind
    connection = type(f"Bounded{kind.ConnectionCls.__name__}", (_BoundedConnection, kind.ConnectionCls), {})
    return type(f"Bounded{kind.__name__}", (kind,), {"ConnectionCls": connection})
