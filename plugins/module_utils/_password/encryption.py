# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypts passwords for ISC: RSA with PKCS#1 v1.5 padding over UTF-8, encoded as base64."""

from __future__ import annotations

import base64
import binascii
import functools
import math
import typing as t

from .._errors import EncryptionError, InputError
from .._text import has_controls
from .._versions import require_library

_problem: ImportError | None = None
cryptography: t.Any = None
serialization: t.Any = None
padding: t.Any = None
rsa: t.Any = None
try:
    import cryptography
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
except ImportError as error:
    _problem = error


SMALLEST_KEY = 2048  # Bits. Shorter RSA keys can be broken.
LARGEST_KEY = 8192  # Bits. ISC's keys have 2048 or 4096. A forged key that is much longer could keep the CPU busy.

SMALLEST_EXPONENT = 65537
"""With a small exponent such as 3, a password encrypted with several keys can be computed without any private key."""

_LARGEST_FACTOR = 10_000
"""A modulus with a factor up to this is not the product of two large primes.

Whether the modulus itself is prime is not checked, because that would take as long as the rest of a rotation. An
attacker who can send a weak key could just as well send their own strong key.
"""

PADDING_BYTES = 11  # Bytes that PKCS#1 v1.5 padding takes up in each block (RFC 8017, section 7.2.1).

_PLACEHOLDERS = frozenset(
    ("$encrypted$", "********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "(censored due to no_log)")
)
_PLACEHOLDER_BEGINNINGS = (
    "$ANSIBLE_VAULT;",
    "__omit_place_holder__",
    "the output has been hidden due to the fact that",
)

_KEY_HINT = "Query password info again for a fresh public_key and pass it on unchanged."


def encrypt_password(password: str, public_key: str) -> str:
    """Return *password* encrypted with *public_key*, as base64 without line breaks.

    :param public_key: a SubjectPublicKeyInfo, as PEM or as the base64 of its DER form.
    :raises EncryptionError: the key doesn't parse, isn't an RSA key, is unsafe, or is too long.
    :raises InputError: the password is too long for the key, or probably a mistake: it is empty, contains control
        characters, or is a placeholder.
    """
    if not password:
        raise InputError("password is empty.", "Give the password to set.")
    try:
        plain = password.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("password holds characters that UTF-8 can't express.", "Use printable ASCII.") from None
    if has_controls(password):
        raise InputError(
            "The password holds a line break or another control character.",
            "Nothing was sent. If it comes from a file or a block of YAML, pass it through the filter trim: "
            '"{{ value | trim }}".',
        )
    if is_placeholder(password):
        raise InputError(
            "The password is a text that Ansible or AWX puts in place of a hidden value.",
            "Nothing was sent. Give the password itself: what was copied is how it is displayed, or how it is stored.",
        )
    key = _load_public_key(public_key)
    longest = key.key_size // 8 - PADDING_BYTES
    if len(plain) > longest:
        raise InputError(
            f"password is {len(plain)} bytes long in UTF-8; the {key.key_size}-bit key takes at most {longest}.",
            "Use a shorter password.",
        )
    try:
        encrypted = key.encrypt(plain, padding.PKCS1v15())
    except ValueError:  # The numbers parse as a key, but don't form a valid one.
        raise EncryptionError("public_key can't encrypt.", _KEY_HINT) from None
    except Exception as error:  # UnsupportedAlgorithm or InternalError, depending on the version of cryptography.
        raise EncryptionError(
            f"The Python library cryptography refuses RSA with PKCS#1 v1.5 padding here ({type(error).__name__}), the "
            "only encryption that ISC takes; FIPS mode forbids it.",
            "Nothing was sent. Run this on a machine without FIPS mode.",
        ) from None
    return base64.b64encode(encrypted).decode("ascii")


def key_size(public_key: str) -> int:
    """Return the size of a public key in bits.

    :raises EncryptionError: ``encrypt_password`` would refuse the key.
    """
    return _load_public_key(public_key).key_size


def is_placeholder(text: str) -> bool:
    """Return whether *text* is what Ansible or AWX shows instead of a hidden value."""
    return text in _PLACEHOLDERS or text.startswith(_PLACEHOLDER_BEGINNINGS)


def _load_public_key(text: str) -> t.Any:
    require_library("cryptography", cryptography, _problem)
    try:
        if "-----BEGIN" in text:
            key = serialization.load_pem_public_key(text.strip().encode("ascii"))
        else:
            key = serialization.load_der_public_key(base64.b64decode("".join(text.split()), validate=True))
    except (ValueError, TypeError, binascii.Error):
        raise EncryptionError("public_key does not parse as a public key.", _KEY_HINT) from None
    except Exception as error:  # The class of some errors depends on the version of cryptography.
        raise EncryptionError(f"public_key can't be used ({type(error).__name__}).", _KEY_HINT) from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise EncryptionError("public_key is not an RSA key.", _KEY_HINT)
    if key.key_size < SMALLEST_KEY:
        raise EncryptionError(
            f"public_key has {key.key_size} bits; less than {SMALLEST_KEY} bits are not safe.",
            "Ask the tenant's administrator to renew the key of the source's virtual appliances.",
        )
    if key.key_size > LARGEST_KEY:
        raise EncryptionError(
            f"public_key has {key.key_size} bits; more than {LARGEST_KEY} bits are not a key of a source.", _KEY_HINT
        )
    numbers = key.public_numbers()
    if numbers.e < SMALLEST_EXPONENT:
        raise EncryptionError(
            f"public_key has the exponent {numbers.e}; less than {SMALLEST_EXPONENT} is not safe.", _KEY_HINT
        )
    if math.gcd(numbers.n, _small_factors()) != 1 or math.isqrt(numbers.n) ** 2 == numbers.n:
        raise EncryptionError("public_key is not the product of two large primes, so anyone can decrypt.", _KEY_HINT)
    return key


@functools.cache
def _small_factors() -> int:
    return math.prod(range(3, _LARGEST_FACTOR, 2))
