# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an access token says about itself.

The claims of a JWT are read without checking its signature, so they explain (an error, a login's result) and never
decide what is allowed: that is up to ISC.
"""

from __future__ import annotations

import base64
import binascii
import json
import typing as t

from .._text import clean_text

LONGEST_CLAIM = 256
"""Characters of a claim that are kept, and of a scope."""

MOST_SCOPES = 1000

AUTHORITY_API_CLIENT = "api_client"
AUTHORITY_USER = "user"

ALL_SCOPES = "sp:scopes:all"


class Claims(t.NamedTuple):
    """The claims that matter here, fit to be shown; each is ``None`` (``scopes``: empty) where the token doesn't tell.

    ``authority`` is ``user`` for a token with user context (a personal access token), otherwise ``api_client``.
    """

    authority: str | None = None
    user_name: str | None = None
    identity_id: str | None = None
    org: str | None = None
    scopes: tuple[str, ...] = ()

    def has_scope(self, scope: str) -> bool:
        """Return whether the token names *scope*, or all scopes at once."""
        return scope in self.scopes or ALL_SCOPES in self.scopes

    def lacks_scope(self, scope: str) -> bool:
        """Return whether the token certainly lacks *scope*.

        Tokens can also carry scopes in forms that don't name them one by one; then nothing is certain.
        """
        if not self.scopes or self.has_scope(scope):
            return False
        return all(known.startswith(("idn:", "sp:search:")) for known in self.scopes)


def read_claims(access_token: str) -> Claims:
    """Return the claims of *access_token*; all of them are ``None`` when it is not a readable JWT."""
    claims = _payload(access_token)
    if claims is None:
        return Claims()
    user_name = _text(claims.get("user_name"))
    identity_id = _text(claims.get("identity_id"))
    has_user = bool(user_name or identity_id or claims.get("user_id"))
    scopes = claims.get("scope")
    if isinstance(scopes, str):
        scopes = scopes.split()
    return Claims(
        authority=AUTHORITY_USER if has_user else AUTHORITY_API_CLIENT,
        user_name=user_name,
        identity_id=identity_id,
        org=_text(claims.get("org")),
        scopes=tuple(filter(None, map(_text, scopes[:MOST_SCOPES]))) if isinstance(scopes, list) else (),
    )


def _payload(access_token: str) -> dict[str, t.Any] | None:
    parts = access_token.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _text(value: t.Any) -> str | None:
    return clean_text(value, LONGEST_CLAIM) or None if isinstance(value, str) else None
