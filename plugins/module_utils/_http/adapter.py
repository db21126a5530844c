# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library C(requests), and its transport adapter: the TLS settings, and connections with a deadline.

A TLS connection is of version 1.2 or newer, with a certificate of a trusted CA for the host's name. That is said here,
so that no default of OpenSSL, of its configuration file or of a library decides it.

The timeout of a socket begins again with each byte, so a server that sends one now and then would never be too slow.
Here each operation on a socket gets what is left of the attempt's time.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import os
import re
import socket
import ssl
import threading
import time
import typing as t

from .._errors import InputError
from .._versions import require_library

__all__ = ("require_requests", "requests", "urllib3", "urllib3_exceptions")

_problem: ImportError | None = None
requests: t.Any = None
urllib3: t.Any = None
urllib3_exceptions: t.Any = None
try:
    import requests
    import urllib3
    from urllib3 import exceptions as urllib3_exceptions
except ImportError as error:
    _problem = error


def require_requests() -> None:
    require_library("requests", requests, _problem)


CA_PATH = "ca_path"
USUAL_BUNDLE = "the CA bundle of the Python library requests,"

# How OpenSSL looks a CA up in a directory: by the hash of its name and a number.
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def context_for(verify: bool | str, origin: str = CA_PATH) -> ssl.SSLContext:
    """Return the TLS settings of a client.

    :param verify: ``True`` for the usual CAs, the path of others, or ``False`` for no verification at all.
    :param origin: what named the path.
    :raises InputError: the CAs can't be used.
    """
    if verify is True:
        return usual_context()
    context = _bare_context()
    if isinstance(verify, str):
        _trust(context, verify, origin)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@functools.lru_cache(maxsize=1)
def usual_context() -> ssl.SSLContext:
    """Return the settings with the usual CAs. To read those takes longer than a request, so it is done once."""
    context = _bare_context()
    _trust(context, requests.certs.where(), USUAL_BUNDLE)
    return context


def _bare_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # urllib3 before 2 compares the name itself, and tells OpenSSL no name at all where the host is an address.
    context.check_hostname = not urllib3.__version__.startswith("1.")
    context.hostname_checks_common_name = False
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _trust(context: ssl.SSLContext, path: str, origin: str) -> None:
    named = f"{origin} {path}"
    try:
        if os.path.isdir(path):
            if not any(_HASHED.fullmatch(name) for name in os.listdir(path)):
                raise InputError(
                    f"{named} is a directory in which OpenSSL finds no CA.",
                    "Put certificates in PEM form there, and prepare the directory with 'openssl rehash'.",
                )
            context.load_verify_locations(capath=path)
            return
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise InputError(f"{named} holds no certificate in PEM form.", "Give a file of CA certificates.") from None
    except OSError as error:
        raise InputError(
            f"{named} can't be read: {(error.strerror or type(error).__name__).lower()}.",
            "Give a file of CA certificates, or a directory of them, that exists where the task runs.",
        ) from None
    if not context.cert_store_stats()["x509"]:
        raise InputError(f"{named} holds no certificate in PEM form.", "Give a file of CA certificates.")


_here = threading.local()


class Attempt:
    """What is known of an attempt that is under way.

    :param seconds: how long it may take, connecting and the whole response included.
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
    options = {}
    if context is not None:
        required = "CERT_NONE" if context.verify_mode == ssl.CERT_NONE else "CERT_REQUIRED"
        options = {"ssl_context": context, "cert_reqs": required}

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
    """Reads status, headers and body (those of a proxy's response to CONNECT as well) for as long as it may take."""

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
        addresses = 1
        # What can't be resolved here may be for a proxy to resolve; urllib3 explains the rest.
        with contextlib.suppress(OSError, UnicodeError):
            addresses = len(socket.getaddrinfo(self.host.strip("[]"), None, 0, socket.SOCK_STREAM)) or 1
        # One address after the other is tried. One that is dead must not take the whole time.
        self.timeout = _here.attempt.left() / addresses
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
