# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the connection to a tenant."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents the options in ``_client.connection.connection_spec``."""

    DOCUMENTATION = r"""
options:
  base_url:
    description:
      - The address of the tenant's API, such as V(https://acme.api.identitynow.com). It is required, here or in the
        environment.
      - A trailing slash is dropped. A trailing API version, such as V(/v2025), sets O(api_version).
      - Plain V(http) is refused, except to loopback (V(localhost), V(127.0.0.0/8), V(::1)). So is an address with a
        user name, a query or any other path. An IPv6 address is written in brackets, without a zone.
      - E(SAIL_BASE_URL) is used if this is not given.
    type: str
  client_id:
    description:
      - The client id of an API client with the grant C(client_credentials), which is recommended, or of a personal
        access token.
      - Required with O(client_secret), unless O(access_token) is given.
      - E(SAIL_CLIENT_ID) is used if this is not given.
    type: str
  client_secret:
    description:
      - The secret that belongs to O(client_id).
      - E(SAIL_CLIENT_SECRET) is used if this is not given.
    type: str
  access_token:
    description:
      - An access token, as M(community.sailpoint.isc_login) returns it. With it, no login is sent.
      - If O(client_id) and O(client_secret) are also available, the token is renewed when it expires.
      - E(SAIL_ACCESS_TOKEN) is used if this is not given.
    type: str
  api_version:
    description:
      - The version of the API whose paths are used.
      - If not given, the version at the end of O(base_url) is used, otherwise V(v1).
      - SailPoint has deprecated all but V(v1). V(v3) has no digit tokens.
      - E(SAIL_API_VERSION) is used if this is not given.
    type: str
    choices: [v1, v2026, v2025, v2024, v3, beta]
  validate_certs:
    description:
      - Whether the server's TLS certificate is verified, both its CA and the host name. Turn this off only against a
        test system.
      - The TLS version is always 1.2 or newer.
    type: bool
    default: true
  ca_path:
    description:
      - A file of CA certificates in PEM form, or a directory of them prepared with C(openssl rehash), that is trusted
        instead of the usual ones.
      - If not given, the file or directory in E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) is used, otherwise the bundle
        of the Python library requests. E(SSL_CERT_FILE) and E(SSL_CERT_DIR) have no effect.
    type: path
  request_timeout:
    description: The seconds that one attempt of a request may take, from connecting to the last byte of the response.
    type: float
    default: 30
  retries:
    description:
      - How many times a request is tried again after the first attempt, from 0 to 20, if trying again is safe.
      - This is the case for a request that ISC refused for its rate limit (HTTP 429), after the time that
        C(Retry-After) names, and for one whose connection was never opened. Login, query and status are also repeated
        after lost responses and HTTP 408, 502, 503 and 504. Setting a password and creating a digit token never are.
      - This is not the keyword C(retries) of a task, which repeats the whole task, whatever it has sent. Modules whose
        requests must not be sent twice refuse a task with C(until) or C(retries).
      - The pauses grow exponentially, with jitter. A request takes at most (O(retries) + 1) * O(request_timeout)
        seconds, plus the pauses. Each is at most 37.5 seconds, or 150 if the rate limit requires it.
    type: int
    default: 4
requirements:
  - requests >= 2.25
notes:
  - If E(SAIL_BASE_URL) is set, a client secret or token from the environment is sent to that address only. A task with
    another O(base_url) must provide its own.
  - Proxies are taken from the usual environment variables (E(HTTPS_PROXY), E(ALL_PROXY), E(NO_PROXY)), for the login
    and for all other requests.
"""
