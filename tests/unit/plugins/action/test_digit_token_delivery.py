# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether digit tokens can be delivered, checked before one is created."""

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


@pytest.mark.parametrize(
    ("given", "shows"),
    [({}, False), *(({"show": show}, show in {"yes", True}) for show in ("yes", True, "false", False))],
)
def test_the_token_of_one_user_is_delivered_by_tasks_or_shown(places, found, given, shows):
    given = {"user_id": "abby", **given}
    assert delivery_to_one({**given, "deliver_tasks": "hand_over.yml"}, "issue_", places) == (found, (), shows)
    if shows:
        assert delivery_to_one(given, "issue_", places) == ("", (), True)


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
def test_a_token_without_delivery_is_refused(places, given, message):
    assert refused(delivery_to_one, given, places).message == message


def test_the_task_file_must_exist(places):
    given = {"user_id": "abby", "deliver_tasks": "x.yml", "show": True}
    assert refused(delivery_to_one, given, places).message == (
        "lock_out_deliver_tasks is x.yml, and there is no such file, neither beside the playbook "
        f"({places.playbook}) nor in the working directory ({places.working})."
    )
    given = {"digit_tokens": ["a"], "deliver_tasks": "."}
    assert "there is no such file" in refused(delivery_to_hosts, given, places, HOSTS).message


@pytest.mark.parametrize(
    ("digit_tokens", "hosts"),
    [
        (["a", "c"], ("a", "c")),
        (("a",), ("a",)),
        # The form of an AWX survey.
        ("a, c", ("a", "c")),
        ("a\nb\r\n\nc\n", ("a", "b", "c")),
        (" a ,, ", ("a",)),
    ],
)
def test_hosts_are_a_list_or_a_text(places, found, digit_tokens, hosts):
    given = {"digit_tokens": digit_tokens, "deliver_tasks": "hand_over.yml"}
    assert delivery_to_hosts(given, "lock_out_", places, HOSTS) == (found, hosts, False)


@pytest.mark.parametrize("given", [{}, {"digit_tokens": []}, {"digit_tokens": " "}, {"show": True}])
def test_without_hosts_no_token_is_created(places, given):
    assert delivery_to_hosts(given, "lock_out_", places, HOSTS) == ("", (), False)


def test_hosts_outside_the_play_or_without_tasks_are_refused(places):
    given = {"digit_tokens": "a,x,b y", "deliver_tasks": "hand_over.yml"}
    assert refused(delivery_to_hosts, given, places, HOSTS).message == (
        "lock_out_digit_tokens names b y, x, not among the hosts of the play."
    )
    # Several tokens need tasks: they are never all shown in the output.
    assert refused(delivery_to_hosts, {"digit_tokens": "a", "show": True}, places, HOSTS).message == (
        "lock_out_digit_tokens asks for digit tokens, and lock_out_deliver_tasks is not set."
    )
