# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: given by the user, or fetched with the ``client_credentials`` grant and renewed before they expire.

The claims of a JWT are read without verifying its signature. They only explain an error or the result of a login. ISC
alone decides what is allowed.
"""

from __future__ import annotations

import base64
import json
import re
import typing as t

from .._errors import InputError, UnexpectedResponseError
from .._text import clean_text, is_utf8
from .redaction import NOTHING_SECRET, Redaction
from .responses import api_error, read_object, status_hint

if t.TYPE_CHECKING:
    from .._http.transport import Transport


LOGIN = "log in"
LOGIN_PATH = "/oauth/token"

_MAX_MARGIN = 60.0
"""Seconds. A token is renewed this long before it expires, or a tenth of its lifetime if that is less."""

_MAX_LIFETIME = 10.0**9  # Seconds. A token with a longer or malformed lifetime has no known expiry.
_MAX_TOKENS = 8  # Earlier tokens are remembered, because a response could still quote one.


class Credentials(t.NamedTuple):
    """Credentials from the user: client id and secret, a token, or both (a login once the token is refused)."""

    client_id: str | None = None
    client_secret: str | None = None
    access_token: str | None = None

    @property
    def can_log_in(self) -> bool:
        return self.client_id is not None and self.client_secret is not None

    def check(self) -> None:
        """Raise InputError, which names the option, unless there is a usable way to authenticate."""
        token = self.access_token
        if token is not None and not _is_token(token):
            raise InputError(
                "access_token holds characters that no token has (blanks, line breaks or non-ASCII).",
                "Pass the access_token of community.sailpoint.isc_login unchanged, without 'Bearer'.",
            )
        for name in ("client_id", "client_secret"):
            value = getattr(self, name) or ""
            if value != value.strip() or value[:1] in ("'", '"') and value[-1:] == value[:1]:
                raise InputError(
                    f"{name} has {'quotes around it' if value == value.strip() else 'white space at an end'}.",
                    "Remove that: it would be sent as part of the value.",
                )
            if not is_utf8(value):
                raise InputError(
                    f"{name} holds characters that UTF-8 can't express.",
                    "Check where it comes from: possibly an environment variable or a file in another encoding.",
                )
        if token is not None or self.can_log_in:
            return
        missing = [name for name in ("client_id", "client_secret") if getattr(self, name) is None]
        raise InputError(
            f"No credentials: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            "Give client_id and client_secret (environment SAIL_CLIENT_ID and SAIL_CLIENT_SECRET), or access_token.",
        )


class Token(t.NamedTuple):
    """An access token.

    :ivar expires_in: its lifetime in seconds when it was issued.
    :ivar renew_at: the time of the clock to renew it at.
    """

    value: str
    expires_in: int | None = None
    renew_at: float | None = None


class Authenticator:
    """Provides a token that is valid for the next request.

    :param clock: returns monotonic seconds.
    :param time: returns seconds since 1970.
    """

    def __init__(
        self, transport: Transport, credentials: Credentials, clock: t.Callable[[], float], time: t.Callable[[], float]
    ) -> None:
        credentials.check()
        self._transport = transport
        self._credentials = credentials
        self._clock = clock
        self._time = time
        self._token = Token(credentials.access_token) if credentials.access_token else None
        # All of them are secrets: those before the last one may still be valid.
        self._tokens = [credentials.access_token] if credentials.access_token else []
        # Cached, because masking secrets in all scopes takes longer than sending a request.
        self._latest_claims: tuple[Token, Claims] | None = None

    @property
    def current(self) -> Token | None:
        """The token without sending a request; ``None`` if a login is necessary."""
        token = self._token
        if token is not None and token.renew_at is not None and self._clock() >= token.renew_at:
            return None
        return token

    @property
    def claims(self) -> Claims:
        return self.claims_of(self._token) if self._token else Claims()

    def claims_of(self, token: Token) -> Claims:
        latest = self._latest_claims
        if latest is None or latest[0] is not token:
            latest = self._latest_claims = token, read_claims(token.value, self.redaction())
        return latest[1]

    def redaction(self, *more: str | None) -> Redaction:
        """Return a redaction of all secrets that were sent and of *more*."""
        return Redaction((self._credentials.client_secret, *self._tokens, *self._transport.secrets, *more))

    def log_in(self, within: float | None = None) -> Token:
        """Fetch a new token with one request.

        :param within: the seconds that the request may take, if less than the timeout.
        :raises ApiError: ISC refused the login.
        """
        started = self._clock()
        response = self._transport.send(
            "POST",
            LOGIN_PATH,
            form={
                "grant_type": "client_credentials",
                "client_id": self._credentials.client_id or "",
                "client_secret": self._credentials.client_secret or "",
            },
            within=within,
            redact=self.redaction(),
        )
        if response.status != 200:
            error = api_error(response, LOGIN, self._time(), self.redaction())
            hint = _HINTS.get(error.status_code) or status_hint(error.status_code)
            raise error.with_hint(hint) if hint else error
        self._token = _read_token(read_object(response, LOGIN), started)
        self._tokens = [*self._tokens, self._token.value][-_MAX_TOKENS:]
        return self._token

    def record_refusal(self, token: Token) -> bool:
        """Record that ISC refused *token* (401), and return whether a login can replace it."""
        if self._token is token and self._credentials.can_log_in:
            self._token = None
        return self._credentials.can_log_in


def _is_token(text: str) -> bool:
    """Return whether *text* can be used in an Authorization header unchanged."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def _read_token(body: t.Mapping[str, t.Any], started: float) -> Token:
    value = body.get("access_token")
    if not isinstance(value, str) or not _is_token(value):
        raise UnexpectedResponseError(f"ISC's response to {LOGIN} has no access_token.")
    lifetime = body.get("expires_in")
    if isinstance(lifetime, bool) or not isinstance(lifetime, (int, float)) or not 0 < lifetime < _MAX_LIFETIME:
        return Token(value)
    return Token(value, int(lifetime), started + lifetime - min(_MAX_MARGIN, lifetime / 10))


_HINTS = {
    404: "There is no login at this address: check base_url.",
    403: "Check that the API client or personal access token is enabled in ISC, and whether the tenant restricts the "
    "networks that its API is used from. A proxy or gateway can refuse with 403 too.",
    **dict.fromkeys(
        (400, 401),
        "Check client_id and client_secret: of an API client with the grant client_credentials, or of a personal "
        "access token, and of this tenant (base_url).",
    ),
}


MAX_CLAIM_LENGTH = 256  # Characters of a claim or of a scope. Longer text is cut.

MAX_SCOPES = 1000

AUTHORITY_API_CLIENT = "api_client"
AUTHORITY_USER = "user"

ALL_SCOPES = "sp:scopes:all"

_API_HOST = re.compile(
    r"^(?P<org>[^.]+)\.api\.(identitynow\.com|identitynow-demo\.com|saas\.sailpointfedramp\.com)\.?(:\d+)?$"
)


class Claims(t.NamedTuple):
    """The relevant claims, safe to show. A missing claim is ``None`` (``scopes``: empty).

    :ivar authority: ``user`` for a token with user context (a personal access token), otherwise ``api_client``.
    """

    authority: str | None = None
    user_name: str | None = None
    identity_id: str | None = None
    org: str | None = None
    scopes: tuple[str, ...] = ()

    @property
    def lists_scopes(self) -> bool:
        """Whether the token lists its scopes one by one. Other formats allow no certain conclusion."""
        return bool(self.scopes) and all(scope.startswith(("idn:", "sp:search:")) for scope in self.scopes)

    def has_scope(self, scope: str) -> bool:
        """Return whether the token lists *scope*, or the scope that includes all others."""
        return scope in self.scopes or ALL_SCOPES in self.scopes

    def lacks_scope(self, scope: str) -> bool:
        """Return whether the token certainly lacks *scope*, which is empty if SailPoint publishes none."""
        return bool(scope) and self.lists_scopes and not self.has_scope(scope)


def read_claims(access_token: str, redact: Redaction = NOTHING_SECRET) -> Claims:
    """Return the claims of *access_token*, all of them missing if it is not a readable JWT.

    :param redact: masks secrets in the claims.
    """
    try:
        _header, payload, _signature = access_token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        return Claims()
    user_name = _claim_text(claims.get("user_name"), redact)
    identity_id = _claim_text(claims.get("identity_id"), redact)
    has_user = bool(user_name or identity_id or claims.get("user_id"))
    scopes = claims.get("scope")
    if isinstance(scopes, str):
        scopes = scopes.split()
    elif not isinstance(scopes, list):
        scopes = []
    return Claims(
        authority=AUTHORITY_USER if has_user else AUTHORITY_API_CLIENT,
        user_name=user_name,
        identity_id=identity_id,
        org=_claim_text(claims.get("org"), redact),
        scopes=tuple(filter(None, (_claim_text(each, redact) for each in scopes[:MAX_SCOPES]))),
    )


def tenant_mismatch(host: str, claims: Claims) -> str | None:
    """Return a sentence if the token is for another tenant than *host*, or ``None`` if not or if one is unknown."""
    org = org_from_host(host)
    if org is None or claims.org is None or claims.org.lower() == org:
        return None
    return f"The access token says that it is of the tenant {claims.org}, but base_url is the address of {org}."


def org_from_host(host: str) -> str | None:
    """Return the tenant that *host* (with or without a port) names, or ``None`` for a custom domain."""
    match = _API_HOST.match(host.lower())
    return match["org"] if match else None


def _claim_text(value: t.Any, redact: Redaction) -> str | None:
    return clean_text(redact(value), MAX_CLAIM_LENGTH) or None if isinstance(value, str) else None
