# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates with defects, and servers that present them."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.local_servers import RawResponse

PEM = serialization.Encoding.PEM
DAY = datetime.timedelta(days=1)
TOKEN_FOR_ALL = b'{"access_token": "a.b.c", "expires_in": 749}'


class Authority:
    """A certificate authority. ``ca_path`` is the file of its certificate."""

    def __init__(self, folder: Path, name: str = "Test CA") -> None:
        self._folder = folder
        self._name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(name, self._key, True, [], DAY, -DAY)
        self.ca_path = str(folder / "ca.pem")
        (folder / "ca.pem").write_bytes(certificate.public_bytes(PEM))

    def server(
        self,
        names: Sequence[str],
        start: datetime.timedelta = -DAY,
        end: datetime.timedelta = DAY,
        by_itself: bool = False,
    ) -> ssl.SSLContext:
        """Return a server's TLS context with a certificate for *names*. *start* and *end* are relative to now.

        :param by_itself: whether the certificate is signed with its own key.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed("server", key, False, names, end, start, key if by_itself else None)
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = self._folder / "server.pem"
        file.write_bytes(certificate.public_bytes(PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(self, subject, key, ca, names, end, start, signer=None):
        now = datetime.datetime.now(datetime.timezone.utc)
        issuer_key = signer or self._key
        issuer = subject if signer else self._name
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + start)
            .not_valid_after(now + end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_name(name) for name in names]), critical=False
            )
        return builder.sign(issuer_key, hashes.SHA256())


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class TlsServer(RawResponse):
    """Responds to each request with a token, over TLS."""

    def __init__(self, context: ssl.SSLContext, host: str = "127.0.0.1") -> None:
        headers = {"Content-Type": "application/json", "Content-Length": str(len(TOKEN_FOR_ALL))}
        super().__init__(200, headers, TOKEN_FOR_ALL)
        if host != "127.0.0.1":
            self.socket.close()
            self.socket = socket.create_server((host, 0), family=socket.AF_INET6)
            self.server_port = self.socket.getsockname()[1]
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request, client_address) -> None:
        """Print nothing: in most of these tests, the client closes the connection."""

    def at(self, host: str) -> str:
        """Return the server's address under the name *host*."""
        return f"https://{host}:{self.server_port}"
