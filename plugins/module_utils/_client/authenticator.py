# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: given, or fetched with the C(client_credentials) grant and renewed ahead of their end.

The claims of a JWT are read without checking its signature, so they explain (an error, a login's result) and never
decide what is allowed: that is up to ISC.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import typing as t

from .._errors import InputError, UnexpectedResponseError
from .._text import clean_text, is_utf8
from .redaction import NOTHING_SECRET, Redaction
from .responses import api_error, hint_of_status, read_object

if t.TYPE_CHECKING:
    from .._http.transport import Transport


LOGIN = "log in"
LOGIN_PATH = "/oauth/token"

LONGEST_MARGIN = 60.0  # Seconds. A token is renewed this long before it ends, or a tenth of its life if that is less.
_MOST_TOKENS = 8  # Tokens that are known after they were renewed, because somebody could still repeat them.
LONGEST_LIFETIME = 10.0**9  # Seconds. What claims to live longer (or is not a number) has no known end.


class Credentials(t.NamedTuple):
    """What the user gave: client id and secret, a token, or both (the token first, a login once it is refused)."""

    client_id: str | None = None
    client_secret: str | None = None
    access_token: str | None = None

    @property
    def can_log_in(self) -> bool:
        return self.client_id is not None and self.client_secret is not None

    def check(self) -> None:
        """Raise InputError, naming the option, unless there is a way to authenticate."""
        token = self.access_token
        if token is not None and not _is_token(token):
            raise InputError(
                "access_token holds characters that no token has (blanks, line breaks or non-ASCII).",
                "Pass the access_token of community.sailpoint.isc_login unchanged, without 'Bearer'.",
            )
        for name in ("client_id", "client_secret"):
            given = getattr(self, name) or ""
            if given != given.strip() or given[:1] in ("'", '"') and given[-1:] == given[:1]:
                raise InputError(
                    f"{name} has {'quotes around it' if given == given.strip() else 'white space at an end'}.",
                    "Remove that: it would be sent as a part of it.",
                )
            if not is_utf8(given):
                raise InputError(
                    f"{name} holds characters that UTF-8 can't express.",
                    "Check how it gets here: an environment variable or a file in another encoding reads like that.",
                )
        if token is not None or self.can_log_in:
            return
        missing = [name for name in ("client_id", "client_secret") if getattr(self, name) is None]
        raise InputError(
            f"No credentials: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            "Give client_id and client_secret (environment SAIL_CLIENT_ID and SAIL_CLIENT_SECRET), or access_token.",
        )


class Token(t.NamedTuple):
    """An access token. ``expires_in``: the seconds it was issued for; ``renew_at``: a time of the clock."""

    value: str
    expires_in: int | None = None
    renew_at: float | None = None


class Authenticator:
    """Hands out a token that is good for the next request.

    :param clock: seconds, monotonic. :param time: seconds since 1970.
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
        # Those before the last one may still be valid.
        self._tokens = [credentials.access_token] if credentials.access_token else []
        # To take secrets out of all scopes takes longer than to send a request.
        self._latest_claims: tuple[Token, Claims] | None = None

    @property
    def current(self) -> Token | None:
        """The token as it is, without any request; ``None`` before the first login."""
        token = self._token
        if token is not None and token.renew_at is not None and self._clock() >= token.renew_at:
            return None
        return token

    @property
    def claims(self) -> Claims:
        return self.claims_of(self._token) if self._token else Claims()

    def claims_of(self, token: Token) -> Claims:
        """Return what *token* says about itself."""
        latest = self._latest_claims
        if latest is None or latest[0] is not token:
            latest = self._latest_claims = token, read_claims(token.value, self.redaction())
        return latest[1]

    def redaction(self, *more: str | None) -> Redaction:
        """Return what takes the secrets that were sent, and *more*, out of what is said about them."""
        return Redaction((self._credentials.client_secret, *self._tokens, *self._transport.secrets, *more))

    def log_in(self, within: float | None = None) -> Token:
        """Fetch a new token with one request.

        :param within: the seconds that it may take, where that is less than the timeout of all attempts.
        :raises ApiError: ISC refused, explained.
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
            hint = _HINTS.get(error.status_code) or hint_of_status(error.status_code)
            raise error.with_hint(hint) if hint else error
        self._token = _read_token(read_object(response, LOGIN), started)
        self._tokens = [*self._tokens, self._token.value][-_MOST_TOKENS:]
        return self._token

    def refused(self, token: Token) -> bool:
        """Record that ISC refused *token* (401); return whether a login can replace it."""
        if self._token is token and self._credentials.can_log_in:
            self._token = None
        return self._credentials.can_log_in


def _is_token(text: str) -> bool:
    """Return whether *text* can stand in an Authorization header as it is."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def _read_token(body: t.Mapping[str, t.Any], started: float) -> Token:
    value = body.get("access_token")
    if not isinstance(value, str) or not _is_token(value):
        raise UnexpectedResponseError(f"ISC's response to {LOGIN} has no access_token.")
    lifetime = body.get("expires_in")
    if isinstance(lifetime, bool) or not isinstance(lifetime, (int, float)) or not 0 < lifetime < LONGEST_LIFETIME:
        return Token(value)
    return Token(value, int(lifetime), started + lifetime - min(LONGEST_MARGIN, lifetime / 10))


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


LONGEST_CLAIM = 256  # Characters of a claim that are kept, and of a scope.

MOST_SCOPES = 1000

AUTHORITY_API_CLIENT = "api_client"
AUTHORITY_USER = "user"

ALL_SCOPES = "sp:scopes:all"

_API_HOST = re.compile(
    r"^(?P<org>[^.]+)\.api\.(identitynow\.com|identitynow-demo\.com|saas\.sailpointfedramp\.com)\.?(:\d+)?$"
)


class Claims(t.NamedTuple):
    """The claims that matter here, fit to be shown; each is ``None`` (``scopes``: empty) where the token doesn't tell.

    ``authority`` is ``user`` for a token with user context (a personal access token), otherwise ``api_client``.
    """

    authority: str | None = None
    user_name: str | None = None
    identity_id: str | None = None
    org: str | None = None
    scopes: tuple[str, ...] = ()

    @property
    def names_scopes(self) -> bool:
        """Whether the token names its scopes one by one. Others carry them in forms that tell nothing for certain."""
        return bool(self.scopes) and all(known.startswith(("idn:", "sp:search:")) for known in self.scopes)

    def has_scope(self, scope: str) -> bool:
        """Return whether the token names *scope*, or all scopes at once."""
        return scope in self.scopes or ALL_SCOPES in self.scopes

    def lacks_scope(self, scope: str) -> bool:
        """Return whether the token certainly lacks *scope*.

        An empty *scope* is that of an operation for which none is published.
        """
        return bool(scope) and self.names_scopes and not self.has_scope(scope)


def read_claims(access_token: str, redact: Redaction = NOTHING_SECRET) -> Claims:
    """Return the claims of *access_token*; all of them are ``None`` when it is not a readable JWT.

    :param redact: takes secrets out of them.
    """
    parts = access_token.split(".")
    try:
        claims = (
            json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))) if len(parts) == 3 else None
        )
    except (ValueError, binascii.Error, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        return Claims()
    user_name = _text(claims.get("user_name"), redact)
    identity_id = _text(claims.get("identity_id"), redact)
    has_user = bool(user_name or identity_id or claims.get("user_id"))
    scopes = claims.get("scope")
    if isinstance(scopes, str):
        scopes = scopes.split()
    return Claims(
        authority=AUTHORITY_USER if has_user else AUTHORITY_API_CLIENT,
        user_name=user_name,
        identity_id=identity_id,
        org=_text(claims.get("org"), redact),
        scopes=tuple(filter(None, (_text(each, redact) for each in scopes[:MOST_SCOPES])))
        if isinstance(scopes, list)
        else (),
    )


def foreign_token(host: str, claims: Claims) -> str | None:
    """Return a sentence when the token names another tenant than *host*; ``None`` also where nothing is known."""
    org = org_of(host)
    if org is None or claims.org is None or claims.org.lower() == org:
        return None
    return f"The access token says that it is of the tenant {claims.org}, but base_url is the address of {org}."


def org_of(host: str) -> str | None:
    """Return the tenant that *host* (with or without a port) names; ``None`` for one of the tenant's own domain."""
    found = _API_HOST.match(host.lower())
    return found["org"] if found else None


def _text(value: t.Any, redact: Redaction) -> str | None:
    return clean_text(redact(value), LONGEST_CLAIM) or None if isinstance(value, str) else None
