# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control API of the simulated tenant. A lookup is fast enough for the hundreds of requests of the suites."""

from __future__ import annotations

DOCUMENTATION = """
name: isc_tenant
short_description: Query the control API of the simulated tenant
author: The community.sailpoint authors (@community-sailpoint)
version_added: 1.0.0
description: Sends a request, and returns the response.
options:
  _terms:
    description: The path, such as V(/counts).
    type: list
    elements: str
    required: true
"""

import json
import ssl
import urllib.request

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """Sends requests to isc_control_url, and trusts the CA in isc_ca_path."""

    def run(self, terms, variables=None, **kwargs):
        """Return a response for each path, to a GET or to a request with ``method`` and ``body``."""
        address = self._templar.template(variables["isc_control_url"])
        trusted = ssl.create_default_context(cafile=self._templar.template(variables["isc_ca_path"]))
        return [self._ask(f"{address}{path}", trusted, **kwargs) for path in terms]

    def _ask(self, url, trusted, method="GET", body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, context=trusted, timeout=30) as response:
            return json.load(response)
