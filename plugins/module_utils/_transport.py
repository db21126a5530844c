# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place that knows HTTP: a C(requests) session for the login and for every call."""

from __future__ import annotations

import ssl
import time
import typing as t
import warnings
from urllib.parse import urlsplit

from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    AddressError,
    ConnectError,
    IscError,
    LostAnswerError,
    TlsError,
    UnexpectedAnswerError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._requests_dep import (
    requests,
    require_requests,
    urllib3_exceptions,
)
from ansible_collections.community.sailpoint.plugins.module_utils._text import clean_text
from ansible_collections.community.sailpoint.plugins.module_utils._version import USER_AGENT

LARGEST_ANSWER = 1024 * 1024
"""Bytes. The answers of these operations are a few kilobytes; anything above this is not one of them."""

_CHUNK = 64 * 1024

# Reasons of OpenSSL that can only arise while the connection is being opened, before anything is sent.
_HANDSHAKE_REASONS = ("CERTIFICATE_VERIFY", "HANDSHAKE", "WRONG_VERSION", "PROTOCOL", "HTTP_REQUEST", "WRONG_SSL")

# How the text of http.client begins when a proxy refuses CONNECT.
_NO_TUNNEL = "Tunnel connection failed"


class Answer(t.NamedTuple):
    """An HTTP answer, whole."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes


class TransportOptions(t.NamedTuple):
    """``verify``: ``True``, ``False`` or the path of a CA bundle; ``timeout``: seconds an attempt."""

    verify: bool | str
    timeout: float
    connections: int = 1


class Transport:
    """Sends requests and returns whole answers.

    Proxies come from the usual environment variables. Redirects are not followed: the token would go along.
    """

    def __init__(self, base_url: str, options: TransportOptions, clock: t.Callable[[], float] = time.monotonic) -> None:
        require_requests()
        self.base_url = base_url
        self.host = urlsplit(base_url).netloc
        self._options = options
        self._clock = clock
        self._session = requests.Session()
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=options.connections, max_retries=0)
        self._session.mount(base_url, adapter)
        # Else requests would read the whole answer, and choke on an odd Location, before it is refused here.
        self._session.get_redirect_target = lambda response: None
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        # Looked up once: to go through the environment with each request costs as much as to send it.
        self._settings = self._session.merge_environment_settings(base_url, {}, True, options.verify, None)
        self._session.trust_env = False
        if not options.verify:
            # validate_certs says it already; urllib3 would repeat it with every request.
            warnings.simplefilter("ignore", urllib3_exceptions.InsecureRequestWarning)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        headers: t.Mapping[str, str] | None = None,
        json: t.Mapping[str, t.Any] | None = None,
        form: t.Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return its answer, whatever its status is (except a redirect).

        :param json: the body, sent as JSON; or *form*, sent urlencoded.
        :raises ConnectError: no connection was opened.
        :raises LostAnswerError: no whole answer came within the timeout.
        :raises UnexpectedAnswerError: a redirect, or an answer of more than LARGEST_ANSWER bytes.
        """
        try:
            request = requests.Request(
                method, self.base_url + path, headers=dict(headers or {}), json=json, data=form, auth=_explicit
            )
            response = self._session.send(
                self._session.prepare_request(request),
                timeout=self._options.timeout,
                allow_redirects=False,
                **self._settings,
            )
            with response:
                self._refuse_redirect(response)
                return Answer(response.status_code, response.headers, self._read(response))
        except (requests.exceptions.RequestException, ValueError) as error:  # ValueError itself comes from PySocks
            raise self._explained(error) from None
        except urllib3_exceptions.HTTPError as error:
            raise self._lost(error) from None

    def _read(self, response: t.Any) -> bytes:
        deadline = self._clock() + self._options.timeout
        body = bytearray()
        for chunk in _chunks(response):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise UnexpectedAnswerError(
                    f"{self.host} sent an answer of more than {LARGEST_ANSWER // 1024} KiB.",
                    "Check that base_url is the address of an ISC tenant's API.",
                    status_code=response.status_code,
                )
            if self._clock() > deadline:
                raise self._too_slow()
        if response.raw.length_remaining:  # urllib3 2 raises an error itself
            raise LostAnswerError(f"The connection to {self.host} ended before a whole answer came.")
        return bytes(body)

    def _refuse_redirect(self, response: t.Any) -> None:
        if not 300 <= response.status_code < 400:
            return
        try:
            target = urlsplit(response.headers.get("Location", ""))
        except ValueError:
            target = urlsplit("")
        where = f"to {clean_text(target.scheme, 20)}://{clean_text(target.netloc.rsplit('@', 1)[-1], 200)}"
        raise UnexpectedAnswerError(
            f"{self.host} redirects {where if target.netloc else 'elsewhere'}; "
            "this is not followed, because the token would go along.",
            "Check base_url: it must be the address that answers itself.",
            status_code=response.status_code,
        )

    def _explained(self, error: Exception) -> IscError:
        exceptions = requests.exceptions
        if isinstance(error, exceptions.SSLError):
            return self._tls_error(error)
        if isinstance(error, ValueError):
            return AddressError(
                f"The address of {self.host} or of its proxy can't be used ({type(error).__name__}).",
                "Check base_url and the environment variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. "
                "A SOCKS proxy needs the Python library PySocks.",
            )
        # urllib3 calls it a ProxyError as well when the proxy goes away after the request was sent.
        if isinstance(error, exceptions.ProxyError) and (_was_never_opened(error) or _has_no_tunnel(error)):
            return ConnectError(
                f"The proxy for {self.host} can't be used: {_cause(error)}.",
                "Check the environment variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
            )
        if isinstance(error, exceptions.ConnectTimeout):
            return ConnectError(
                f"{self.host} did not take the connection within {self._options.timeout:g} s (request_timeout).",
                "Check base_url, the network and the proxy.",
            )
        if isinstance(error, exceptions.Timeout):
            return self._too_slow()
        if isinstance(error, exceptions.ConnectionError) and _was_never_opened(error):
            return ConnectError(
                f"No connection to {self.host}: {_cause(error)}.", "Check base_url, the network and the proxy."
            )
        return self._lost(error)

    def _tls_error(self, error: Exception) -> IscError:
        cause = _root(error, ssl.SSLError)
        reason = getattr(cause, "reason", None) or ""
        if isinstance(cause, ssl.SSLCertVerificationError):
            return TlsError(
                f"The certificate of {self.host} is not accepted: {clean_text(cause.verify_message)}.",
                "Give the CA with ca_path, or check that base_url has the host name of the certificate.",
            )
        if any(type(part).__name__ == "CertificateError" for part in _chain(error)):  # urllib3 before 2
            return TlsError(
                f"The certificate of {self.host} is not accepted: it is for another host name.",
                "Check that base_url has the host name of the certificate.",
            )
        if any(known in reason for known in _HANDSHAKE_REASONS):
            return TlsError(
                f"No TLS connection to {self.host}: {clean_text(reason).replace('_', ' ').lower()}.",
                "Check that base_url is an https address and that no middlebox changes the connection.",
            )
        return self._lost(error)

    def _too_slow(self) -> LostAnswerError:
        return LostAnswerError(
            f"No whole answer from {self.host} within {self._options.timeout:g} s (request_timeout)."
        )

    def _lost(self, error: Exception) -> LostAnswerError:
        return LostAnswerError(f"The connection to {self.host} ended before a whole answer came ({_cause(error)}).")


def _chunks(response: t.Any) -> t.Iterator[bytes]:
    """Yield the body as it comes: else a server that sends a byte now and then would never be too slow."""
    read_what_is_there = getattr(response.raw, "read1", None)
    if read_what_is_there is None:  # urllib3 before 2
        yield from response.iter_content(_CHUNK)
        return
    while True:
        chunk = read_what_is_there(_CHUNK, decode_content=True)
        if not chunk:
            return
        yield chunk


def _explicit(request: t.Any) -> t.Any:
    """Leave the request as it is: with any C(auth) given, C(requests) does not look into C(.netrc)."""
    return request


def _was_never_opened(error: BaseException) -> bool:
    cause = _root(error, urllib3_exceptions.HTTPError)
    return isinstance(cause, (urllib3_exceptions.NewConnectionError, urllib3_exceptions.ConnectTimeoutError))


def _has_no_tunnel(error: BaseException) -> bool:
    return any(isinstance(part, OSError) and str(part).startswith(_NO_TUNNEL) for part in _chain(error))


def _chain(error: t.Any) -> t.Iterator[BaseException]:
    """Yield *error* and the errors it wraps, outermost first.

    C(requests) and C(urllib3) keep what they wrap as ``reason`` or as an argument, not only as ``__context__``.
    """
    seen: set[int] = set()
    todo = [error]
    while todo:
        current = todo.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        todo.extend((getattr(current, "reason", None), current.__cause__, current.__context__, *current.args))


def _root(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    found = [part for part in _chain(error) if isinstance(part, kind)]
    return found[-1] if found else None


def _cause(error: BaseException) -> str:
    """Return the innermost reason in a few words; never a text of C(requests), which can hold headers or URLs."""
    for part in reversed(list(_chain(error))):
        if isinstance(part, OSError) and part.strerror and not isinstance(part, requests.exceptions.RequestException):
            return clean_text(part.strerror, 200).lower()
    innermost = list(_chain(error))[-1]
    if isinstance(innermost, OSError) and str(innermost).startswith(_NO_TUNNEL):
        return clean_text(str(innermost), 200)
    return type(innermost).__name__
