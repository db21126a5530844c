# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: JSON Web Tokens, signed with a key that each run creates."""

from __future__ import annotations

import math
import secrets
import time
from typing import NamedTuple
from uuid import uuid4

import jwt

from simulator import fixtures
from simulator.clients import ApiClient
from simulator.responses import unauthorized
from simulator.settings import Settings
from simulator.world import World

CACHE_SIZE = 20000


class Claims(NamedTuple):
    """The claims of a token. ``identity_id`` is None for an API client. Times are exact seconds since 1970."""

    client_id: str
    scopes: frozenset[str]
    identity_id: str | None
    issued_at: float
    expires_at: float


class TokenIssuer:
    """Issues and reads tokens. The last CACHE_SIZE verified tokens are cached, because verification takes time."""

    def __init__(self, settings: Settings, world: World):
        self._settings = settings
        self._world = world
        self._key = secrets.token_bytes(32)
        self._known: dict[str, Claims] = {}
        self._expired_until = 0.0

    def issue(self, client: ApiClient) -> dict:
        """Return the token endpoint's response. Fields and claims are as published, but ``authorities`` is assumed."""
        now = time.time()
        expires_at = now + self._settings.token_lifetime
        common = {
            "tenant_id": fixtures.TENANT_ID,
            "pod": fixtures.POD,
            "org": fixtures.ORG,
            "strong_auth_supported": True,
            "jti": uuid4().hex,
        }
        identity_id = None
        if client.user_name:
            identity_id = self._world.identities[client.user_name].id
            common |= {
                "user_name": client.user_name,
                "identity_id": identity_id,
                "user_id": fixtures.hexadecimal(f"login:{client.user_name}"),
                "strong_auth": True,
            }
        payload = {
            **common,
            "scope": list(client.scopes),
            "authorities": ["ORG_ADMIN"] if client.user_name else ["API"],
            "client_id": client.client_id,
            "iat": int(now),
            "exp": math.ceil(expires_at),
        }
        token = jwt.encode(payload, self._key, algorithm="HS256")
        self._remember(token, Claims(client.client_id, frozenset(client.scopes), identity_id, now, expires_at))
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": max(1, int(self._settings.token_lifetime)),
            "scope": " ".join(client.scopes),
            **common,
        }

    def read(self, authorization: str | None) -> Claims:
        """Return the claims of an Authorization header, whether expired or not.

        :raises Refusal: 401, there is no bearer token, or this tenant didn't sign it.
        """
        scheme, _space, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthorized("JWT is missing")
        claims = self._known.get(token)
        if claims is None:
            claims = self._verified(token)
            self._remember(token, claims)
        return claims

    def check_lifetime(self, claims: Claims) -> None:
        """:raises Refusal: 401 with the documented text, if the token has expired."""
        if time.time() >= claims.expires_at or claims.issued_at <= self._expired_until:
            raise unauthorized("JWT is expired")

    def expire_all(self) -> None:
        """Let all tokens that were issued until now expire."""
        self._expired_until = time.time()

    def _verified(self, token: str) -> Claims:
        options = {"verify_exp": False, "verify_iat": False}
        try:
            payload = jwt.decode(token, self._key, algorithms=["HS256"], options=options)
        except jwt.InvalidSignatureError:
            raise unauthorized("JWT signature is invalid") from None
        except jwt.PyJWTError:
            raise unauthorized("JWT is malformed") from None
        scopes = frozenset(payload["scope"])
        return Claims(payload["client_id"], scopes, payload.get("identity_id"), payload["iat"], payload["exp"])

    def _remember(self, token: str, claims: Claims) -> None:
        if len(self._known) >= CACHE_SIZE:
            del self._known[next(iter(self._known))]
        self._known[token] = claims
