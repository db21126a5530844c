# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface of the simulated tenant, asked in process: the suites do so some hundred times."""

from __future__ import annotations

DOCUMENTATION = """
name: isc_tenant
short_description: Ask the control interface of the simulated tenant
author: The community.sailpoint authors (@community-sailpoint)
version_added: 1.0.0
description: Sends one request to it, and returns what it responds.
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
    """Sends requests to the address in isc_control_url, and trusts the CA in isc_ca_path."""

    def run(self, terms, variables=None, **kwargs):
        """Return a response for each path, read or, with ``method`` and ``body``, changed."""
        address = self._templar.template(variables["isc_control_url"])
        trusted = ssl.create_default_context(cafile=self._templar.template(variables["isc_ca_path"]))
        return [self._ask(f"{address}{path}", trusted, **kwargs) for path in terms]

    def _ask(self, url, trusted, method="GET", body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, context=trusted, timeout=30) as response:
            return json.load(response)
