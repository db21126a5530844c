# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each worker would do for the first time, done once where all of them inherit it.

The strategies of ansible-core load an action plugin in the main process, before they fork a worker for each host. What
OpenSSL, cryptography and requests set up at their first use is then there already, and shared memory stays shared. So
the bases of the action plugins do it when they are imported.
"""

from __future__ import annotations

import contextlib
import functools

from ..module_utils._http.adapter import default_ssl_context, requests
from ..module_utils._password.encryption import padding, rsa, serialization

_ANY_MODULUS = (1 << 2047) + 1


@functools.cache
def warm_up() -> None:
    """Use the libraries, once however often this is called. What is missing is for a task that needs it to report."""
    with contextlib.suppress(Exception):
        default_ssl_context()
    with contextlib.suppress(Exception):
        key = rsa.RSAPublicNumbers(65537, _ANY_MODULUS).public_key()
        form = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        serialization.load_der_public_key(form).encrypt(b"nothing", padding.PKCS1v15())
    with contextlib.suppress(Exception):
        session = requests.Session()
        session.prepare_request(requests.Request("POST", "https://localhost/", json={}))
