# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Initializes libraries once in the main process, instead of in each worker.

ansible-core loads an action plugin in the main process, before it forks a worker for each host. The base classes of the
action plugins therefore warm up OpenSSL, cryptography and requests on import. The workers inherit the initialized state
and share its memory.
"""

from __future__ import annotations

import contextlib
import functools

from ..module_utils._http.adapter import default_ssl_context, requests
from ..module_utils._password.encryption import padding, rsa, serialization

_ANY_MODULUS = (1 << 2047) + 1


@functools.cache
def warm_up() -> None:
    """Use each library once per process. A task that needs a missing library reports that itself."""
    with contextlib.suppress(Exception):
        default_ssl_context()
    with contextlib.suppress(Exception):
        key = rsa.RSAPublicNumbers(65537, _ANY_MODULUS).public_key()
        der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        serialization.load_der_public_key(der).encrypt(b"nothing", padding.PKCS1v15())
    with contextlib.suppress(Exception):
        session = requests.Session()
        session.prepare_request(requests.Request("POST", "https://localhost/", json={}))
