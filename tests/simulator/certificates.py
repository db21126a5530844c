# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority, and the certificates of servers."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import tempfile
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PEM = serialization.Encoding.PEM
# An hour back, for containers and hosts whose clocks differ.
START, END = datetime.timedelta(hours=-1), datetime.timedelta(days=7)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Authority:
    """A certificate authority, whose key exists in memory only. ``pem`` is its certificate."""

    def __init__(self, name: str = "Simulator CA") -> None:
        self._name, self._key = name, ec.generate_private_key(ec.SECP256R1())
        self.pem = self._signed(name, self._key, START, END, ca=True).public_bytes(PEM)

    def certificate(
        self,
        hosts: Sequence[str],
        start: datetime.timedelta = START,
        end: datetime.timedelta = END,
        by_itself: bool = False,
    ) -> bytes:
        """Return a server's certificate and private key as PEM. *start* and *end* are relative to now.

        :param by_itself: whether the certificate is signed with its own key.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed("server", key, start, end, hosts=hosts, by_itself=by_itself)
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return certificate.public_bytes(PEM) + private

    def _signed(self, subject, key, start, end, hosts=(), ca=False, by_itself=False) -> x509.Certificate:
        """The extensions satisfy VERIFY_X509_STRICT."""
        now = datetime.datetime.now(datetime.timezone.utc)
        issuer, issuer_key = (subject, key) if by_itself else (self._name, self._key)
        usages = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign"
        usage = dict.fromkeys(f"{usages} crl_sign encipher_only decipher_only".split(), False)
        usage |= {"key_cert_sign": True, "crl_sign": True} if ca else {"digital_signature": True}
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + start)
            .not_valid_after(now + end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
        )
        if not ca:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
            builder = builder.add_extension(identifier, critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        if hosts:
            names = x509.SubjectAlternativeName([_host(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(issuer_key, hashes.SHA256())


def server_context(ca_path: str, host: str) -> ssl.SSLContext:
    """Return a server's TLS context for loopback and ``host``, and write the CA's certificate to ``ca_path``.

    The private keys exist in memory only, except that the server's is in a file of mode 0600 while OpenSSL reads it.
    """
    authority = Authority()
    with open(ca_path, "wb") as file:
        file.write(authority.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    descriptor, path = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(authority.certificate(list(dict.fromkeys(["localhost", "127.0.0.1", "::1", host]))))
        context.load_cert_chain(path)
    finally:
        os.unlink(path)
    return context
