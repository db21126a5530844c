# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether digit tokens can be handed over, before one is created."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.action.digit_token_delivery import (
    delivery_to_hosts,
    delivery_to_one,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils._paths import Places

HOSTS = ["a", "b", "c"]


@pytest.fixture
def places(tmp_path):
    """A task file beside the playbook, and a working directory."""
    (tmp_path / "playbook").mkdir()
    (tmp_path / "playbook" / "hand_over.yml").touch()
    return Places(str(tmp_path / "playbook"), str(tmp_path))


@pytest.fixture
def found(tmp_path):
    return str(tmp_path / "playbook" / "hand_over.yml")


def refused(deliver, given, places, *hosts):
    with pytest.raises(InputError) as error:
        deliver(given, "lock_out_", places, *hosts)
    assert error.value.hint.endswith("Nothing was created or changed.")
    return error.value


def test_the_token_of_one_user_is_handed_over_by_tasks(places, found):
    given = {"user_id": "abby", "deliver_tasks": "hand_over.yml"}
    assert delivery_to_one(given, "issue_", places) == (found, (), False)


@pytest.mark.parametrize(("show", "shows"), [("yes", True), (True, True), ("false", False), (False, False)])
def test_it_is_shown_where_that_is_asked_for(places, found, show, shows):
    given = {"user_id": "abby", "deliver_tasks": "hand_over.yml", "show": show}
    assert delivery_to_one(given, "issue_", places) == (found, (), shows)


def test_showing_it_is_enough(places):
    assert delivery_to_one({"user_id": "abby", "show": True}, "issue_", places) == ("", (), True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"show": True}, "lock_out_user_id is missing."),
        (
            {"user_id": 7, "show": True},
            "lock_out_user_id must be text. YAML has read the value as something else, such as a number, and "
            "the original is lost: 007 became 7.",
        ),
        ({"user_id": "abby", "show": "perhaps"}, "lock_out_show must be true or false."),
        ({"user_id": "abby"}, "The digit token would go nowhere."),
        ({"user_id": "abby", "show": False}, "The digit token would go nowhere."),
    ],
)
def test_a_token_that_goes_nowhere_is_not_created(places, given, message):
    assert refused(delivery_to_one, given, places).message == message


def test_the_tasks_have_to_be_there(places):
    given = {"user_id": "abby", "deliver_tasks": "x.yml", "show": True}
    assert refused(delivery_to_one, given, places).message == (
        "lock_out_deliver_tasks is x.yml, and there is no such file, neither beside the playbook "
        f"({places.playbook}) nor in the working directory ({places.working})."
    )
    given = {"digit_tokens": ["a"], "deliver_tasks": "."}
    assert "there is no such file" in refused(delivery_to_hosts, given, places, HOSTS).message


@pytest.mark.parametrize(
    ("wished", "hosts"),
    [
        (["a", "c"], ("a", "c")),
        (("a",), ("a",)),
        # As a survey of AWX has them.
        ("a, c", ("a", "c")),
        ("a\nb\r\n\nc\n", ("a", "b", "c")),
        (" a ,, ", ("a",)),
    ],
)
def test_hosts_are_a_list_or_a_text(places, found, wished, hosts):
    given = {"digit_tokens": wished, "deliver_tasks": "hand_over.yml"}
    assert delivery_to_hosts(given, "lock_out_", places, HOSTS) == (found, hosts, False)


@pytest.mark.parametrize("given", [{}, {"digit_tokens": []}, {"digit_tokens": " "}, {"show": True}])
def test_where_none_is_wished_for_none_is_created(places, given):
    assert delivery_to_hosts(given, "lock_out_", places, HOSTS) == ("", (), False)


def test_hosts_that_are_not_locked_out_are_a_mistake(places):
    given = {"digit_tokens": "a,x,b y", "deliver_tasks": "hand_over.yml"}
    assert refused(delivery_to_hosts, given, places, HOSTS).message == (
        "lock_out_digit_tokens names b y, x, not among the hosts of the play."
    )


def test_hosts_need_tasks_that_hand_their_tokens_over(places):
    # Showing them all in the output is no way.
    assert refused(delivery_to_hosts, {"digit_tokens": "a", "show": True}, places, HOSTS).message == (
        "lock_out_digit_tokens asks for digit tokens, and lock_out_deliver_tasks is not set."
    )
