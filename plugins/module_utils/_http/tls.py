# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a TLS connection has to be: version 1.2 or newer, with a certificate of a trusted CA for the host's name.

It is said here, so that no default of OpenSSL, of its configuration file or of a library decides it.
"""

from __future__ import annotations

import functools
import os
import re
import ssl

from .._errors import InputError
from .requests_dep import requests, urllib3

CA_PATH = "ca_path"
USUAL_BUNDLE = "the CA bundle of the Python library requests,"

# How OpenSSL looks a CA up in a directory: by the hash of its name and a number.
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def context_for(verify: bool | str, origin: str = CA_PATH) -> ssl.SSLContext:
    """Return the TLS settings of a client.

    :param verify: ``True`` for the usual CAs, the path of others, or ``False`` for no verification at all.
    :param origin: what named the path.
    :raises InputError: the CAs can't be used.
    """
    if verify is True:
        return usual_context()
    context = _bare_context()
    if isinstance(verify, str):
        _trust(context, verify, origin)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@functools.lru_cache(maxsize=1)
def usual_context() -> ssl.SSLContext:
    """Return the settings with the usual CAs. To read those takes longer than a request, so it is done once."""
    context = _bare_context()
    _trust(context, requests.certs.where(), USUAL_BUNDLE)
    return context


def _bare_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # urllib3 before 2 compares the name itself, and tells OpenSSL no name at all where the host is an address.
    context.check_hostname = not urllib3.__version__.startswith("1.")
    context.hostname_checks_common_name = False
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _trust(context: ssl.SSLContext, path: str, origin: str) -> None:
    named = f"{origin} {path}"
    try:
        if os.path.isdir(path):
            if not any(_HASHED.fullmatch(name) for name in os.listdir(path)):
                raise InputError(
                    f"{named} is a directory in which OpenSSL finds no CA.",
                    "Put certificates in PEM form there, and prepare the directory with 'openssl rehash'.",
                )
            context.load_verify_locations(capath=path)
            return
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise InputError(f"{named} holds no certificate in PEM form.", "Give a file of CA certificates.") from None
    except OSError as error:
        raise InputError(
            f"{named} can't be read: {(error.strerror or type(error).__name__).lower()}.",
            "Give a file of CA certificates, or a directory of them, that exists where the task runs.",
        ) from None
    if not context.cert_store_stats()["x509"]:
        raise InputError(f"{named} holds no certificate in PEM form.", "Give a file of CA certificates.")
