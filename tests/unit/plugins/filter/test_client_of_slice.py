# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter client_of_slice."""

from __future__ import annotations

import json
import traceback

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.community.sailpoint.plugins.filter.client_of_slice import FilterModule
from jinja2.runtime import Undefined

SECRET = "N0t-to-be-seen"
NO_TEXT = "Entry {} of the list of API clients has no text as its {}."
CLIENTS = [{"client_id": name, "client_secret": f"{SECRET} & {name}"} for name in ("one", "two", "three")]

client_of_slice = FilterModule().filters()["client_of_slice"]


@pytest.mark.parametrize("given", [CLIENTS, tuple(CLIENTS), yaml.safe_dump(CLIENTS), json.dumps(CLIENTS, indent=2)])
def test_slices_get_clients_in_turn(given):
    assert [client_of_slice(given, number)["client_id"] for number in range(5)] == ["one", "two", "three", "one", "two"]
    assert client_of_slice(given, "4") == CLIENTS[1]


def test_consecutive_job_ids_share_no_client():
    assert len({client_of_slice(CLIENTS, job)["client_id"] for job in (4711, 4712, 4713)}) == 3


def test_values_are_taken_as_they_are_written():
    text = "[{client_id: 007, client_secret: 12:34:56, more: 3}]"
    assert client_of_slice(text, 0) == {"client_id": "007", "client_secret": "12:34:56"}


@pytest.mark.parametrize(
    ("clients", "problem"),
    [
        ([], "The list of API clients is empty."),
        ("", "What is given as API clients is no list."),
        (SECRET, "What is given as API clients is no list."),
        ({"client_id": "a", "client_secret": SECRET}, "What is given as API clients is no list."),
        ([SECRET], NO_TEXT.format(1, "client_id")),
        ([CLIENTS[0], {"client_secret": SECRET}], NO_TEXT.format(2, "client_id")),
        (
            [{"client_id": SECRET, "client_secret": ""}],
            NO_TEXT.format(1, "client_secret"),
        ),
        (
            [{"client_id": SECRET, "client_secret": None}],
            NO_TEXT.format(1, "client_secret"),
        ),
        (
            [{"client_id": 7, "client_secret": SECRET}],
            NO_TEXT.format(1, "client_id"),
        ),
        (f"- client_id: a\n  client_secret: [{SECRET}", "The text of the list of API clients is no YAML in line 2."),
        (
            f"- client_id: {SECRET}\n  client_secret: !a",
            NO_TEXT.format(1, "client_secret"),
        ),
        (f"- client_id: a\n  client_secret: *{SECRET}", "The text of the list of API clients is no YAML in line 2."),
        (f"- client_id: a\n  client_secret: '{SECRET}\x07'", "The text of the list of API clients is no YAML."),
        ("[" * 10000, "The text of the list of API clients is no YAML."),
    ],
)
def test_a_mistake_is_told_without_what_is_in_it(clients, problem):
    with pytest.raises(AnsibleFilterError) as raised:
        client_of_slice(clients, 0)
    assert str(raised.value).startswith(problem)
    assert str(raised.value).endswith("Give a list of API clients, each with a client_id and a client_secret.")
    # Neither in what ansible-core shows of the cause, nor at -vvv.
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    shown = traceback.format_exception_only(type(raised.value), raised.value)
    assert SECRET not in "".join(shown)


@pytest.mark.parametrize("number", ["two", "", None, 1.5])
def test_the_number_of_the_slice_is_one(number):
    with pytest.raises(AnsibleFilterError, match="The number of the slice is no whole number"):
        client_of_slice(CLIENTS, number)


def test_what_is_undefined_is_left_for_jinja_to_report():
    missing = Undefined(name="clients")
    assert client_of_slice(missing, 0) is missing
    assert client_of_slice(CLIENTS, missing) is missing
