# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library ``requests`` and a transport adapter for it, with fixed TLS settings and a deadline for each attempt.

TLS connections require version 1.2 or newer and a certificate for the host name from a trusted CA. The settings are
explicit here, so that they don't depend on defaults of OpenSSL, of its configuration file or of a library.

The timeout of a socket restarts with each byte, so a server that sends one byte now and then would never time out.
Therefore each socket operation gets the time that remains for the attempt.
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
from .._text import os_error_reason
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

# OpenSSL looks up a CA in a directory by the hash of its name and a number.
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+")


def create_ssl_context(verify: bool | str, origin: str = CA_PATH) -> ssl.SSLContext:
    """Return the TLS settings of a client.

    :param verify: ``True`` for the default CAs, the path of other CAs, or ``False`` for no verification.
    :param origin: the option or variable that gave the path, for an error message.
    :raises InputError: the CAs can't be used.
    """
    if verify is True:
        return default_ssl_context()
    context = _bare_context()
    if isinstance(verify, str):
        _load_cas(context, verify, origin)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@functools.lru_cache(maxsize=1)
def default_ssl_context() -> ssl.SSLContext:
    """Return the settings with the default CAs, cached because loading them takes longer than a request."""
    context = _bare_context()
    _load_cas(context, requests.certs.where(), "the CA bundle of the Python library requests,")
    return context


def _bare_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Before version 2, urllib3 compares the name itself, and passes no name to OpenSSL if the host is an IP address.
    context.check_hostname = not urllib3.__version__.startswith("1.")
    context.hostname_checks_common_name = False
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _load_cas(context: ssl.SSLContext, path: str, origin: str) -> None:
    named = f"{origin} {path}"
    try:
        if os.path.isdir(path):
            if not any(_HASHED_NAME.fullmatch(name) for name in os.listdir(path)):
                raise InputError(
                    f"{named} is a directory in which OpenSSL finds no CA.",
                    "Put certificates in PEM form there, and prepare the directory with 'openssl rehash'.",
                )
            context.load_verify_locations(capath=path)
            return
        context.load_verify_locations(cafile=path)
        if context.cert_store_stats()["x509"]:
            return
    except ssl.SSLError:
        pass
    except OSError as error:
        raise InputError(
            f"{named} can't be read: {os_error_reason(error)}.",
            "Give a file of CA certificates, or a directory of them, that exists where the task runs.",
        ) from None
    raise InputError(f"{named} holds no certificate in PEM form.", "Give a file of CA certificates.")


_thread = threading.local()


class Attempt:
    """The state of an attempt in progress.

    :param seconds: the time limit, including connecting and reading the whole response.
    :ivar sent: whether a part of the request may have reached the server.
    """

    def __init__(self, seconds: float) -> None:
        self.sent = False
        self._deadline = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds until the deadline.

        :raises TimeoutError: the deadline has passed (before Python 3.10: ``socket.timeout``).
        """
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise socket.timeout("timed out")
        return remaining


@contextlib.contextmanager
def begin_attempt(seconds: float) -> t.Iterator[Attempt]:
    """Limit the connections of this thread to *seconds* from now on."""
    _thread.attempt = Attempt(seconds)
    try:
        yield _thread.attempt
    finally:
        del _thread.attempt


def create_adapter(context: ssl.SSLContext | None, connections: int) -> t.Any:
    """Return an adapter whose connections, including those to and through proxies, keep to the deadline of the attempt.

    :param context: the TLS settings, or ``None`` for plain HTTP. They apply to proxies too, and requests adds none.
    """
    options = {}
    if context is not None:
        required = "CERT_NONE" if context.verify_mode == ssl.CERT_NONE else "CERT_REQUIRED"
        options = {"ssl_context": context, "cert_reqs": required}

    class Adapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *arguments: t.Any, **more: t.Any) -> None:
            super().init_poolmanager(*arguments, **{**more, **options})
            _limit_connections(self.poolmanager)

        def proxy_manager_for(self, proxy: str, **more: t.Any) -> t.Any:
            if context is not None and proxy.lower().startswith("https:"):
                more["proxy_ssl_context"] = context
            return _limit_connections(super().proxy_manager_for(proxy, **{**more, **options}))

        def build_connection_pool_key_attributes(self, *arguments: t.Any, **more: t.Any) -> t.Any:
            host, _requests_options = super().build_connection_pool_key_attributes(*arguments, **more)
            return host, dict(options)

        def cert_verify(self, *_arguments: t.Any, **_more: t.Any) -> None:
            """Add no CAs to the context, as requests would do for each connection."""

    return Adapter(pool_maxsize=connections, max_retries=0)


class _BoundedStream(io.RawIOBase):
    """Reads from a socket until the deadline of the attempt."""

    def __init__(self, stream: t.Any, sock: t.Any, attempt: Attempt) -> None:
        self._stream = stream
        self._sock = sock
        self._attempt = attempt

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        self._sock.settimeout(self._attempt.remaining())
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _BoundedResponse(http.client.HTTPResponse):
    """Reads a response until the deadline of the attempt, including a proxy's response to CONNECT."""

    def __init__(self, sock: t.Any, *arguments: t.Any, **more: t.Any) -> None:
        super().__init__(sock, *arguments, **more)
        self.fp = io.BufferedReader(_BoundedStream(self.fp.detach(), sock, _thread.attempt))


class _BoundedConnection:
    """Mixin for the connection classes of ``urllib3``."""

    response_class = _BoundedResponse
    host: str
    sock: t.Any
    timeout: t.Any
    _connecting = False

    def connect(self) -> None:
        addresses = 1
        # A proxy may be able to resolve a name that can't be resolved here. urllib3 reports any other error.
        with contextlib.suppress(OSError, UnicodeError):
            addresses = len(socket.getaddrinfo(self.host.strip("[]"), None, 0, socket.SOCK_STREAM)) or 1
        # The addresses are tried in turn, and a dead one must not use up the whole time.
        self.timeout = _thread.attempt.remaining() / addresses
        self._connecting = True
        try:
            t.cast(t.Any, super()).connect()
        finally:
            self._connecting = False

    def send(self, data: t.Any) -> None:
        if self.sock is None:
            self.connect()
        if not self._connecting:  # Otherwise the data is the CONNECT request for a proxy.
            _thread.attempt.sent = True
        self.sock.settimeout(_thread.attempt.remaining())
        t.cast(t.Any, super()).send(data)


def _limit_connections(manager: t.Any) -> t.Any:
    """Return a ``urllib3`` pool manager after making its new connections keep to the deadline of the attempt."""
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _bounded_pool_class(kind) for scheme, kind in pools.items()}
    return manager


@functools.cache
def _bounded_pool_class(kind: t.Any) -> t.Any:
    if issubclass(kind.ConnectionCls, _BoundedConnection):
        return kind
    connection = type(f"Bounded{kind.ConnectionCls.__name__}", (_BoundedConnection, kind.ConnectionCls), {})
    return type(f"Bounded{kind.__name__}", (kind,), {"ConnectionCls": connection})
