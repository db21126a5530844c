# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API client that a slice of a job logs in with. The list of clients is secret."""

from __future__ import annotations

import json
import traceback

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import client_for_slice

SECRET = "N0t-to-be-seen"
CLIENTS = [{"client_id": name, "client_secret": f"{SECRET} & {name}"} for name in ("one", "two", "three")]
NOT_A_LIST = "rotate_password_clients is not a list."


def no_text(position, field):
    return f"Entry {position} of rotate_password_clients has no text as its {field}."


@pytest.mark.parametrize("given", [CLIENTS, tuple(CLIENTS), yaml.safe_dump(CLIENTS), json.dumps(CLIENTS, indent=2)])
def test_slices_get_clients_in_turn(given):
    assert [client_for_slice(given, number)["client_id"] for number in range(5)] == [
        "one",
        "two",
        "three",
        "one",
        "two",
    ]
    assert client_for_slice(given, 4) == CLIENTS[1]


def test_values_of_yaml_stay_text():
    text = "[{client_id: 007, client_secret: 12:34:56, more: 3}]"
    assert client_for_slice(text, 0) == {"client_id": "007", "client_secret": "12:34:56"}


@pytest.mark.parametrize(
    ("clients", "problem"),
    [
        ([], "rotate_password_clients is empty."),
        ("[]", "rotate_password_clients is empty."),
        (SECRET, NOT_A_LIST),
        (7, NOT_A_LIST),
        ({"client_id": "a", "client_secret": SECRET}, NOT_A_LIST),
        ([SECRET], no_text(1, "client_id")),
        ([CLIENTS[0], {"client_secret": SECRET}], no_text(2, "client_id")),
        ([{"client_id": SECRET, "client_secret": ""}], no_text(1, "client_secret")),
        ([{"client_id": SECRET, "client_secret": None}], no_text(1, "client_secret")),
        ([{"client_id": 7, "client_secret": SECRET}], no_text(1, "client_id")),
        # Also if it is the turn of another client.
        ([*CLIENTS, {"client_id": SECRET}], no_text(4, "client_secret")),
        (f"- client_id: a\n  client_secret: [{SECRET}", "The text of rotate_password_clients is not YAML in line 2."),
        (f"- client_id: {SECRET}\n  client_secret: !a", no_text(1, "client_secret")),
        (f"- client_id: a\n  client_secret: *{SECRET}", "The text of rotate_password_clients is not YAML in line 2."),
        (f"- client_id: a\n  client_secret: '{SECRET}\x07'", "The text of rotate_password_clients is not YAML."),
        ("[" * 1000, "The text of rotate_password_clients is not YAML."),
    ],
)
def test_a_mistake_is_reported_without_the_values(clients, problem):
    with pytest.raises(InputError) as refusal:
        client_for_slice(clients, 0)
    assert refusal.value.message == problem
    assert refusal.value.hint == (
        "Give a list of API clients, each with a client_id and a client_secret. Nothing was sent to ISC."
    )
    # Neither in the cause that ansible-core shows, nor with -vvv.
    assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)
    shown = traceback.format_exception_only(type(refusal.value), refusal.value)
    assert SECRET not in "".join(shown)
