# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingerprints of passwords, which can be compared with a password but don't reveal it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import typing as t

SCHEME = "scrypt"
SALT_BYTES = 16
_DIGEST_BYTES = 32

_N, _R, _P = 2**15, 8, 1  # The cost parameters of scrypt: 32 MiB and about 0.1 s for each guess at a password.

_LARGEST_N, _LARGEST_R, _LARGEST_P = 2**17, 16, 4
"""Bounds the time and memory that a stored fingerprint can demand."""


class NoScryptError(Exception):
    """Scrypt is not available in this Python."""


class Fingerprint(t.NamedTuple):
    """The cost parameters, salt and digest of scrypt."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def matches(self, password: str) -> bool:
        """Return whether this is the fingerprint of *password*.

        :raises NoScryptError: this Python can't compute scrypt.
        """
        return hmac.compare_digest(_scrypt(password, self.salt, self.n, self.r, self.p), self.digest)

    def as_value(self) -> dict[str, t.Any]:
        return {
            "scheme": SCHEME,
            **self._asdict(),
            "salt": base64.b64encode(self.salt).decode("ascii"),
            "digest": base64.b64encode(self.digest).decode("ascii"),
        }


def new_fingerprint(password: str, salt: bytes) -> Fingerprint:
    """Return the fingerprint of *password*.

    :param salt: SALT_BYTES random bytes.
    :raises NoScryptError: this Python can't compute scrypt.
    """
    return Fingerprint(_N, _R, _P, salt, _scrypt(password, salt, _N, _R, _P))


def read_fingerprint(value: t.Any) -> Fingerprint:
    """Read a fingerprint from the value that ``as_value`` returned.

    :raises KeyError, TypeError, ValueError: the value is malformed, or its cost parameters are too large.
    """
    if value["scheme"] != SCHEME:
        raise ValueError("another scheme")
    n, r, p = (
        _number(value[key], largest) for key, largest in (("n", _LARGEST_N), ("r", _LARGEST_R), ("p", _LARGEST_P))
    )
    if n < 2 or n & (n - 1) or r < _R:
        raise ValueError("not parameters of scrypt")
    return Fingerprint(n, r, p, _bytes(value["salt"], SALT_BYTES), _bytes(value["digest"], _DIGEST_BYTES))


def check_scrypt() -> None:
    """Raise NoScryptError if this Python lacks scrypt or forbids it (FIPS mode)."""
    _scrypt("", bytes(SALT_BYTES), 2, _R, _P)


def _number(value: t.Any, largest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= largest:
        raise ValueError("not a number, or too large")
    return int(value)


def _bytes(value: t.Any, length: int) -> bytes:
    if not isinstance(value, str) or len(value) > 4 * length:
        raise TypeError("not base64")
    content = base64.b64decode(value, validate=True)
    if len(content) != length:
        raise ValueError("another length")
    return content


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    try:
        secret, memory = password.encode("utf-8", "surrogatepass"), 256 * r * (n + p + 2)
        return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=_DIGEST_BYTES)
    except (AttributeError, ValueError, MemoryError) as error:
        raise NoScryptError(type(error).__name__) from None
