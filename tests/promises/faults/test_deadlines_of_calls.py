# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call with a deadline shares the time that is left among all its attempts."""

from __future__ import annotations

import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import CHANGE_STATUS
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import Credentials
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import Client
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, LostResponseError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Response


class Attempts:
    """Stands in for a transport: each attempt takes all its time, in a clock of its own."""

    host, secrets = "acme.api.identitynow.com", ()

    def __init__(self, fake_time, timeout, responses):
        self.within = []
        self._fake_time, self._timeout, self._responses = fake_time, timeout, responses

    def send(self, method, path, *_arguments, within=None, **_options):
        self.within.append(within)
        self._fake_time.now += min(self._timeout, within)
        response = self._responses.pop(0)
        if response is None:
            raise LostResponseError("No complete response.")
        return Response(response[0], {}, json.dumps(response[1]).encode())


TOKEN = (200, {"access_token": "a.b.c", "expires_in": 700})


@pytest.mark.parametrize(
    ("left", "responses", "within"),
    [
        (100.0, [TOKEN, None, None, None, None], [100.0, 90.0, 79.5, 68.5, 56.5]),
        (15.0, [TOKEN, None], [15.0, 5.0]),
        (0.25, [TOKEN], [1.0]),
        (0.0, [None], [1.0]),
        (-60.0, [None], [1.0]),
    ],
)
def test_all_attempts_of_a_call_share_the_time_until_a_deadline(fake_time, left, responses, within):
    transport = Attempts(fake_time, 10.0, [*responses, *[None] * 5])
    client = Client(transport, Credentials("id", "secret"), runtime=fake_time.runtime, retries=3)
    deadline = fake_time.now + left
    with pytest.raises(IscError):
        client.call(CHANGE_STATUS, resource_id="r", deadline=deadline)
    assert transport.within[: len(within)] == within
    assert fake_time.now <= max(deadline, 1000.0) + 1
