# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption of passwords, checked against the OpenSSL command line."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import EncryptionError, InputError, IscError
from ansible_collections.community.sailpoint.plugins.module_utils._password import encryption as _encryption
from ansible_collections.community.sailpoint.plugins.module_utils._password.encryption import encrypt_password
from ansible_collections.community.sailpoint.plugins.module_utils._text import has_controls
from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import assume, given
from hypothesis import strategies as st

FRESH = "Query password info again for a fresh public_key and pass it on unchanged."
MARK = "Sesame\u00a7"
UNPARSED = "public_key does not parse as a public key."

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command line is not installed")


def openssl(*arguments: str, text: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=text, capture_output=True, check=True).stdout


class Key:
    """A private key in a file, and its public key as PEM and as bare base64."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.private: Any = serialization.load_pem_private_key(path.read_bytes(), None)
        self.pem = openssl("pkey", "-in", self.path, "-pubout").decode()
        self.bare = base64.b64encode(openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")).decode()

    def decrypt_quickly(self, encrypted: str) -> bytes:
        """Decrypt without a process, which is faster for many passwords."""
        return self.private.decrypt(base64.b64decode(encrypted, validate=True), padding.PKCS1v15())

    def decrypt(self, encrypted: str) -> bytes:
        """Decrypt with OpenSSL."""
        return openssl("pkeyutl", "-decrypt", "-inkey", self.path, text=base64.b64decode(encrypted, validate=True))


# Two primes for each key size: 2 to the power of half the bits, minus this number. Generating a key takes seconds.
PRIMES = {1024: (569, 629), 2048: (105, 179), 3072: (3453, 4977), 4096: (1557, 2543)}


def rsa_private_key(bits: int) -> bytes:
    p, q = (2 ** (bits // 2) - less for less in PRIMES[bits])
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return numbers.private_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="module")
def rsa_key(tmp_path_factory):
    made = {}

    def key(bits):
        if bits not in made:
            path = tmp_path_factory.mktemp(f"rsa{bits}") / "private.pem"
            path.write_bytes(rsa_private_key(bits))
            made[bits] = Key(path)
        return made[bits]

    return key


@pytest.fixture(scope="module")
def unusable_keys(rsa_key, tmp_path_factory):
    """Return unusable keys by name, each with its error message."""
    path = tmp_path_factory.mktemp("ec") / "private.pem"
    openssl("genpkey", "-out", str(path), "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    ec = Key(path)
    good = rsa_key(2048)
    return {
        "elliptic curve": (ec.bare, "public_key is not an RSA key."),
        "elliptic curve, PEM": (ec.pem, "public_key is not an RSA key."),
        "short": (rsa_key(1024).bare, "public_key has 1024 bits; less than 2048 bits are not safe."),
        "private": (Path(good.path).read_text(), UNPARSED),
        "empty": ("", UNPARSED),
        "not ASCII": ("\u00fc" * 8, UNPARSED),
        "not ASCII in PEM": (good.pem.replace("A", "\u00fc"), UNPARSED),
        "base64 of prose": (base64.b64encode(b"no key").decode(), UNPARSED),
        "cut": (good.bare[: len(good.bare) // 2], UNPARSED),
        "cut at an odd place": (good.bare[:101], UNPARSED),
        "beta's sample": ("AII" + good.bare[3:], UNPARSED),
        "even modulus": (_rsa_key(1 << 2047), "public_key can't encrypt."),
        "tiny": (_rsa_key((1 << 511) + 1), "public_key has 512 bits; less than 2048 bits are not safe."),
        "too large": (_rsa_key(1 << 8192), "public_key has 8193 bits; more than 8192 bits are not a key of a source."),
    }


def _rsa_key(modulus: int, exponent: int = 65537) -> str:
    """Return the SubjectPublicKeyInfo of any RSA key, also of an invalid one, as bare base64."""

    def tagged(tag: int, content: bytes) -> bytes:
        size = len(content)
        length = size.to_bytes((size.bit_length() + 7) // 8, "big")
        return bytes((tag, size) if size < 128 else (tag, 0x80 | len(length), *length)) + content

    numbers = b"".join(tagged(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in (modulus, exponent))
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    return base64.b64encode(tagged(0x30, algorithm + tagged(3, b"\0" + tagged(0x30, numbers)))).decode()


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
@pytest.mark.parametrize("form", ["bare", "pem"])
def test_openssl_decrypts_what_we_encrypt(rsa_key, bits, form):
    key = rsa_key(bits)
    password = "p\u00e4ssw\u00f6rd \u20ac \U0001f511 'quoted' \\ %25"
    encrypted = encrypt_password(password, getattr(key, form))
    assert encrypted.isascii()
    assert len(base64.b64decode(encrypted, validate=True)) == bits // 8
    assert key.decrypt(encrypted) == password.encode("utf-8")


@pytest.mark.parametrize(("bits", "longest"), [(2048, 245), (4096, 501)])
def test_the_longest_password_fits_and_one_byte_more_does_not(rsa_key, bits, longest):
    key = rsa_key(bits)
    assert key.decrypt(encrypt_password("x" * longest, key.bare)) == b"x" * longest
    with pytest.raises(InputError) as refusal:
        encrypt_password("x" * (longest + 1), key.bare)
    assert refusal.value.message == (
        f"password is {longest + 1} bytes long in UTF-8; the {bits}-bit key takes at most {longest}."
    )


def test_length_is_counted_in_bytes_of_utf8(rsa_key):
    key = rsa_key(2048)
    fits = "\u20ac" * 81 + "xx"
    assert key.decrypt(encrypt_password(fits, key.bare)) == fits.encode("utf-8")
    with pytest.raises(InputError, match="password is 246 bytes long in UTF-8"):
        encrypt_password("\u20ac" * 82, key.bare)


def test_a_key_may_be_wrapped_over_several_lines(rsa_key):
    key = rsa_key(2048)
    wrapped = "\r\n".join(key.bare[start : start + 64] for start in range(0, len(key.bare), 64)) + "\n"
    assert key.decrypt(encrypt_password("x", f"  {wrapped}")) == b"x"
    assert key.decrypt(encrypt_password("x", f"\n\n{key.pem}\n")) == b"x"


def test_a_key_of_the_largest_size_is_accepted():
    p, q = (2**2048 - less for less in PRIMES[4096])
    assert len(base64.b64decode(encrypt_password("x", _rsa_key(p**3 * q)))) == 1024


def test_the_same_password_is_encrypted_differently_each_time(rsa_key):
    key = rsa_key(2048)
    assert encrypt_password("x", key.bare) != encrypt_password("x", key.bare)


def test_what_is_no_usable_key_is_refused(unusable_keys):
    for name, (key, problem) in unusable_keys.items():
        with pytest.raises(EncryptionError) as refusal:
            encrypt_password("x", key)
        assert refusal.value.message == problem, name
        renewal = "Ask the tenant's administrator to renew the key of the source's virtual appliances."
        assert refusal.value.hint == (renewal if name in ("short", "tiny") else FRESH)


@pytest.mark.parametrize(
    ("password", "problem"),
    [("", "password is empty."), ("Sesame\ud800", "password holds characters that UTF-8 can't express.")],
)
def test_an_unencodable_or_empty_password_is_refused(rsa_key, password, problem):
    with pytest.raises(InputError) as refusal:
        encrypt_password(password, rsa_key(2048).bare)
    assert refusal.value.message == problem


@pytest.mark.parametrize("kind", [UnsupportedAlgorithm, InternalError])
def test_refused_padding_is_explained_with_fips_mode(rsa_key, monkeypatch, kind):
    class Refusing:
        key_size = 2048

        def encrypt(self, plain, padding):
            raise kind("disallowed", None)

    monkeypatch.setattr(_encryption, "_load_public_key", lambda text: Refusing())
    with pytest.raises(EncryptionError, match="FIPS mode forbids it") as refusal:
        encrypt_password("x", rsa_key(2048).bare)
    assert refusal.value.hint == "Nothing was sent. Run this on a machine without FIPS mode."


@given(
    st.text(st.characters(), max_size=300) | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=245)
)
def test_a_text_is_encrypted_exactly_or_refused(rsa_key, password):
    # Hypothesis also draws from texts in the code.
    assume(password not in _encryption._PLACEHOLDERS)
    assume(not password.startswith(_encryption._PLACEHOLDER_BEGINNINGS))
    key = rsa_key(2048)
    plain = password.encode("utf-8", "ignore")
    if plain.decode("utf-8") == password and 0 < len(plain) <= 245 and not has_controls(password):
        assert key.decrypt_quickly(encrypt_password(password, key.bare)) == plain
        return
    with pytest.raises(InputError) as refusal:
        encrypt_password(password, key.bare)
    assert len(password) < 3 or password not in refusal.value.message


@given(st.text(max_size=300), st.data())
def test_neither_error_nor_result_holds_the_password(rsa_key, unusable_keys, rest, data):
    password = MARK + rest
    keys = [rsa_key(2048).bare, *(key for key, _problem in unusable_keys.values())]
    key = data.draw(st.one_of(st.sampled_from(keys), st.text()))
    try:
        shown = encrypt_password(password, key)
    except IscError as error:
        shown = f"{error!r} {error.__cause__!r} {error.as_result()}"
    assert MARK not in shown
    assert "Sesame" not in shown


def smooth(bits: int) -> int:
    """Return a number with at least the given bits whose factors are all small."""
    primes = [
        number for number in range(3, 10_000, 2) if all(number % each for each in range(3, 100, 2) if each < number)
    ]
    modulus = 1
    while modulus.bit_length() < bits:
        modulus *= primes.pop()
    return modulus


P = 2**1024 - PRIMES[2048][0]
WEAK = {"the square of a prime": P * P, "small factors": smooth(2048), "one small factor": (2**2040 - 1) * 4099}


@pytest.mark.parametrize("modulus", WEAK.values(), ids=WEAK)
def test_a_modulus_that_anybody_can_factor_is_refused(modulus):
    with pytest.raises(EncryptionError, match="is not the product of two large primes") as refused:
        encrypt_password(MARK, _rsa_key(modulus))
    assert (refused.value.hint, refused.value.__cause__) == (FRESH, None)


@pytest.mark.parametrize("exponent", [3, 17, 257])
def test_a_small_exponent_is_refused(exponent):
    modulus = P * (2**1024 - PRIMES[2048][1])
    assert encrypt_password(MARK, _rsa_key(modulus))
    with pytest.raises(EncryptionError, match=f"public_key has the exponent {exponent}; less than 65537 is not safe"):
        encrypt_password(MARK, _rsa_key(modulus, exponent))
