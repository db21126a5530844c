# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: a ``requests`` session for the login and for every call."""

from __future__ import annotations

import os
import socket
import ssl
import typing as t
import warnings
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import unquote, urlsplit

from .._errors import (
    AddressError,
    ConnectError,
    IscError,
    LostResponseError,
    ResponseTooLargeError,
    TlsError,
    UnexpectedResponseError,
)
from .._text import clean_text
from .._versions import USER_AGENT
from .adapter import (
    CA_PATH,
    Attempt,
    begin_attempt,
    create_adapter,
    create_ssl_context,
    requests,
    require_requests,
    urllib3_exceptions,
)

MAX_RESPONSE_SIZE = 1024 * 1024
"""Bytes. The responses of most operations have a few kilobytes."""

_CHUNK = 16 * 1024
"""Compressed bytes to read at once. Some releases of urllib3 decompress a whole chunk, to up to a thousand times."""

_MIN_SECONDS = 0.001  # If no time is left, the request still has to fail with a timeout. urllib3 rejects 0.

# Environment variables that select another CA bundle for all users of requests.
_BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# The beginning of http.client's message if a proxy refuses CONNECT.
_NO_TUNNEL = "Tunnel connection failed"
_ENDED_EARLY = "ended before a complete response arrived"
_NETWORK_HINT = "Check base_url, the network and the proxy."
_PROXY_VARIABLES = "the environment variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY"
_PROXY_LOGIN = (
    "It requires a user name and password, or rejected the ones it got: put them into HTTPS_PROXY, as in "
    "http://user:password@proxy.example.org:3128, with special characters percent-encoded."
)

_VALIDITY_HINT = (
    "Check the clock of this machine, and whether a CA in ca_path or in the CA bundle has expired; else the server "
    "needs a new certificate."
)
_HOST_NAME_HINT = "Check that base_url has the host name of the certificate."
# By OpenSSL's error code (X509_V_ERR_...): problems that another CA would not fix.
_CERTIFICATE_HINTS = {
    **dict.fromkeys((9, 10), _VALIDITY_HINT),  # not yet valid, or expired
    **dict.fromkeys((62, 64), _HOST_NAME_HINT),  # for another host name
}


class Response(t.NamedTuple):
    status: int
    headers: t.Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests and returns complete responses.

    The standard environment variables configure proxies, for https only. Redirects are not followed, because the token
    would be sent along.

    :param verify: ``True``, ``False`` or the path of a CA bundle.
    :param timeout: the total seconds that an attempt may take.
    :param connections: the number of connections to keep open.
    :ivar secrets: the passwords for proxies.
    """

    def __init__(self, base_url: str, verify: bool | str, timeout: float, connections: int = 1) -> None:
        require_requests()
        self.base_url = base_url
        self.host = urlsplit(base_url).netloc
        self._timeout = timeout
        self._session = requests.Session()
        # ISC needs no cookies, and a cookie that is not stored can't leak.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Otherwise requests would read the whole response, and fail on a malformed Location, before it is refused here.
        self._session.get_redirect_target = lambda response: None
        self._session.headers.update(
            {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"}
        )
        # Done once, because reading the environment for each request costs as much as sending it.
        self._settings = self._session.merge_environment_settings(base_url, {}, True, verify, None)
        if not base_url.startswith("https:"):
            # Plain http is only allowed to this machine. A proxy would see the client secret and connect to itself.
            self._settings["proxies"] = {}
        self._session.trust_env = False
        self.secrets = tuple(filter(None, map(_password_in, self._settings["proxies"].values())))
        trusted, context = self._settings["verify"], None
        if base_url.startswith("https:") or isinstance(verify, str):
            origin = CA_PATH
            if trusted != verify:
                named = [variable for variable in _BUNDLE_VARIABLES if os.environ.get(variable) == trusted]
                origin = f"The environment variable {(named or _BUNDLE_VARIABLES)[0]}:"
            context = create_ssl_context(trusted, origin)
        self._session.mount(base_url, create_adapter(context, connections))
        if not verify:
            # The user chose this with validate_certs; urllib3 would warn with every request.
            warnings.simplefilter("ignore", urllib3_exceptions.InsecureRequestWarning)

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        headers: t.Mapping[str, str] | None = None,
        json: t.Any = None,
        form: t.Mapping[str, str] | None = None,
        within: float | None = None,
        largest: int = MAX_RESPONSE_SIZE,
        redact: t.Callable[[str], str] = str,
    ) -> Response:
        """Send one request and return its response, whatever its status (except redirects).

        :param json: the body, sent as JSON.
        :param form: the body, sent urlencoded.
        :param within: the seconds that the request may take, if less than the timeout.
        :param largest: the maximum size in bytes of a successful response after decompression. For other responses it
            is at most MAX_RESPONSE_SIZE.
        :param redact: masks secrets in messages of a server or a proxy.
        :raises ConnectError: no connection was opened, so nothing was sent.
        :raises LostResponseError: no complete response arrived in time.
        :raises UnexpectedResponseError: the response is a redirect or has an unexpected encoding.
        :raises ResponseTooLargeError: the response has more than *largest* bytes.
        """
        seconds, reason = self._timeout, "request_timeout"
        if within is not None and within < seconds:
            seconds, reason = max(within, _MIN_SECONDS), "the remaining wait time"
        with begin_attempt(seconds) as attempt:
            try:
                request = requests.Request(method, self.base_url + path, dict(headers or {}), data=form, json=json)
                request.auth = lambda prepared: prepared  # With any auth, requests ignores .netrc.
                response = self._session.send(
                    self._session.prepare_request(request),
                    timeout=seconds,
                    allow_redirects=False,
                    **self._settings,
                )
                with response:
                    self._refuse_redirect(response, redact)
                    return Response(response.status_code, response.headers, self._read(response, largest))
            # PySocks raises ValueError itself.
            except (requests.exceptions.RequestException, urllib3_exceptions.HTTPError, ValueError) as error:
                raise self._explain(error, attempt, f"{seconds:.3g} s ({reason})", redact) from None

    def _read(self, response: t.Any, largest: int) -> bytes:
        if not 200 <= response.status_code < 300:
            largest = min(largest, MAX_RESPONSE_SIZE)
        # Nested or denser compression could fill the memory before the size is checked here.
        if response.headers.get("Content-Encoding", "").lower() not in ("", "identity", "gzip"):
            raise self._invalid("in an encoding that was not requested", response)
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > largest:
                raise self._invalid(f"of more than {largest // 1024} KiB", response, ResponseTooLargeError)
        if response.raw.length_remaining:  # urllib3 2 raises an error itself.
            raise LostResponseError(f"The connection to {self.host} {_ENDED_EARLY}.")
        return bytes(body)

    def _invalid(
        self, kind: str, response: t.Any, error: type[UnexpectedResponseError] = UnexpectedResponseError
    ) -> UnexpectedResponseError:
        hint = "Check that base_url is the address of an ISC tenant's API."
        return error(f"{self.host} sent a response {kind}.", hint, status_code=response.status_code)

    def _refuse_redirect(self, response: t.Any, redact: t.Callable[[str], str]) -> None:
        if not 300 <= response.status_code < 400:
            return
        try:
            target = urlsplit(redact(response.headers.get("Location", "")))
        except ValueError:
            target = urlsplit("")
        where = f"to {clean_text(target.scheme, 20)}://{clean_text(target.netloc.rsplit('@', 1)[-1], 200)}"
        raise UnexpectedResponseError(
            f"{self.host} redirects {where if target.netloc else 'elsewhere'}; "
            "this is not followed, because the token would be sent along.",
            "Check base_url: it must be the address of the API itself, which doesn't redirect.",
            status_code=response.status_code,
        )

    def _explain(self, error: Exception, attempt: Attempt, limit: str, redact: t.Callable[[str], str]) -> IscError:
        cause = _cause(error, redact)
        if attempt.sent:
            if _is_timeout(error):
                return LostResponseError(f"No complete response from {self.host} within {limit}.")
            return LostResponseError(f"The connection to {self.host} {_ENDED_EARLY} ({cause}).")
        if isinstance(error, requests.exceptions.SSLError):
            return self._tls_error(error, cause)
        if isinstance(error, ValueError):
            return AddressError(
                f"The address of {self.host} or of its proxy can't be used ({type(error).__name__}).",
                f"Check base_url and {_PROXY_VARIABLES}. A SOCKS proxy needs the Python library PySocks.",
            )
        if isinstance(error, requests.exceptions.ProxyError):
            hint = _PROXY_LOGIN if cause.startswith(f"{_NO_TUNNEL}: 407") else f"Check {_PROXY_VARIABLES}."
            return ConnectError(f"The proxy for {self.host} can't be used: {cause}.", hint)
        if _is_timeout(error):
            return ConnectError(f"{self.host} did not accept a connection within {limit}.", _NETWORK_HINT)
        return ConnectError(f"No connection to {self.host}: {cause}.", _NETWORK_HINT)

    def _tls_error(self, error: Exception, cause: str) -> IscError:
        root = _innermost(error, ssl.SSLError)
        reason = clean_text(getattr(root, "reason", None) or "").replace("_", " ").lower()
        if isinstance(root, ssl.SSLCertVerificationError):
            return TlsError(
                f"The certificate of {self.host} is not accepted: {clean_text(root.verify_message)}.",
                _CERTIFICATE_HINTS.get(root.verify_code, "Give the CA that issued it with ca_path."),
            )
        if any(type(part).__name__ == "CertificateError" for part in _chain(error)):  # urllib3 before version 2
            return TlsError(
                f"The certificate of {self.host} is not accepted: it is for another host name.",
                _HOST_NAME_HINT,
            )
        if reason and not isinstance(root, ssl.SSLEOFError):
            return TlsError(
                f"No TLS connection to {self.host}: {reason}.",
                "Check that base_url is an https address, that TLS 1.2 or newer is offered there, and that no "
                "middlebox changes the connection.",
            )
        return ConnectError(f"No TLS connection to {self.host}: {reason or cause}.", _NETWORK_HINT)


def _password_in(address: str) -> str:
    try:
        return unquote(urlsplit(address).password or "")
    except ValueError:  # Sending a request explains why the address can't be used.
        return ""


def _is_timeout(error: BaseException) -> bool:
    kinds = (socket.timeout, urllib3_exceptions.ReadTimeoutError, urllib3_exceptions.ConnectTimeoutError)
    cause = _innermost(error, kinds)
    return cause is not None and not isinstance(cause, urllib3_exceptions.NewConnectionError)


def _chain(error: t.Any) -> t.Iterator[BaseException]:
    """Yield *error* and the errors it wraps, outermost first.

    ``requests`` and ``urllib3`` store a wrapped error as ``reason`` or as an argument, not only as ``__context__``.
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


def _innermost(
    error: BaseException, kind: type[BaseException] | tuple[type[BaseException], ...]
) -> BaseException | None:
    found = [part for part in _chain(error) if isinstance(part, kind)]
    return found[-1] if found else None


def _cause(error: BaseException, redact: t.Callable[[str], str]) -> str:
    """Return the innermost reason in a few words, but no text of ``requests``, which can contain headers or URLs."""
    for part in reversed(list(_chain(error))):
        if isinstance(part, OSError) and part.strerror and not isinstance(part, requests.exceptions.RequestException):
            return clean_text(part.strerror, 200).lower()
    innermost = list(_chain(error))[-1]
    if isinstance(innermost, OSError) and str(innermost).startswith(_NO_TUNNEL):
        return clean_text(redact(str(innermost)), 200)
    # Before Python 3.10, socket.timeout is not TimeoutError.
    return "timed out" if isinstance(innermost, socket.timeout) else type(innermost).__name__
