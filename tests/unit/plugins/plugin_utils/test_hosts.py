# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the hosts of a play can be rotated together, and with which options."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.rate_limit import RateLimit
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import PollSettings
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connection_spec
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.batch import (
    batch_options,
    check_strategy,
    shared_problem,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import (
    BATCH_SPEC,
    SPEC,
    validated_connection,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Problem, Rotation
from support.rotations import options

SEPARATELY = "Rotate them in separate plays. Nothing was sent to ISC."
NO = Problem("No.", None, "options")
# Two values of each option that holds for the whole batch.
SHARED = {
    "wait": (True, False),
    "wait_timeout": (600.0, 60.0),
    "wait_sleep": (2.0, 1.0),
    "concurrency": (16, 8),
    "rate_limit": ({"requests": 100, "seconds": 10.0}, {"requests": 50, "seconds": 10.0}),
    "max_failures": ("5", "10%"),
    "journal": ("/tmp/a", "/tmp/b"),
    "report_json": ("/tmp/a.json", "/tmp/b.json"),
    "report_html": ("/tmp/a.html", "/tmp/b.html"),
    "base_url": ("https://a.api.identitynow.com", "https://b.api.identitynow.com"),
    "client_id": ("one", "two"),
    "client_secret": ("Secret-1", "Secret-2"),
    "access_token": ("Token-1", "Token-2"),
    "api_version": ("v1", "v3"),
    "validate_certs": (True, False),
    "ca_path": ("/tmp/ca", "/tmp/ca2"),
    "request_timeout": (30.0, 5.0),
    "retries": (4, 0),
}


def host(problem=None, variables=None, **given):
    """Return the rotation of a host after its first task."""
    made = Rotation(options(True, **{"store": "file", "journal": "/tmp/a", **given}))
    # The client has been chosen by then.
    for name in ("clients", "slice"):
        del made.options.values[name]
    made.problem, made.store_variables = problem, variables or {}
    return made


@pytest.mark.parametrize(
    "strategy", ["free", "host_pinned", "ansible.builtin.free", "mitogen_free", "mitogen.x.mitogen_host_pinned"]
)
def test_a_strategy_without_run_once_is_refused(strategy):
    with pytest.raises(InputError, match=f"The play has the strategy {strategy}") as refusal:
        check_strategy(strategy)
    assert "strategy: linear" in refusal.value.hint
    for other in ("linear", "ansible.builtin.linear", "mitogen_linear", "debug", "freedom"):
        check_strategy(other)


def test_the_table_has_all_options_that_hosts_share():
    own = SPEC.keys() - {"wait", "wait_timeout", "wait_sleep"} | {"clients", "slice"}
    assert SHARED.keys() == (SPEC.keys() | BATCH_SPEC.keys() | connection_spec().keys()) - own


@pytest.mark.parametrize("name", SHARED)
def test_hosts_must_agree(name):
    first, second = SHARED[name]
    assert shared_problem({"a": host(**{name: first}), "b": host(**{name: first})}) is None
    problem = shared_problem({"a": host(**{name: first}), "c": host(**{name: first}), "b": host(**{name: second})})
    values = "" if name in ("client_secret", "access_token") else f": {first!r} and {second!r}"
    assert problem == Problem(
        f"The hosts a and b have different values of rotate_password_{name}{values}. All hosts of a play are rotated "
        "with one connection, at one pace.",
        SEPARATELY,
        "options",
    )


@pytest.mark.parametrize(("name", "value"), [("client_id", "one"), ("max_failures", "5")])
def test_an_option_of_one_host_is_not_used_for_another(name, value):
    assert f"rotate_password_{name}" in shared_problem({"a": host(), "b": host(**{name: value})}).message
    assert f"rotate_password_{name}" in shared_problem({"a": host(**{name: value}), "b": host()}).message


def test_a_host_has_its_own_account_store_and_hooks():
    others = {"user_name": "b", "store": "none", "value": "Given-1", "length": 20, "sync_group": "refuse"}
    assert shared_problem({"a": host(), "b": host(**others), "c": host(store="kv2", store_mount="other")}) is None


def test_a_problem_of_one_host_is_its_own_and_one_of_all_hosts_is_shared():
    assert shared_problem({"a": host(), "b": host(NO, wait=False), "c": host()}) is None
    two = {"a": host(NO), "b": host(), "c": host(wait=False)}
    assert shared_problem(two).message.startswith("The hosts b and c have different values of rotate_password_wait")
    assert shared_problem({"a": host(NO), "b": host(NO)}) == NO
    assert shared_problem({"a": host(NO), "b": host(Problem("Other.", None, "options"))}) is None
    assert shared_problem({"a": host(NO), "b": host()}) is None
    assert shared_problem({}) is None


def vault(**more):
    return host(store="kv2", variables={f"ansible_hashi_vault_{name}": value for name, value in more.items()})


def test_hosts_with_one_store_must_share_its_connection():
    assert shared_problem({"a": vault(url="x"), "b": vault(url="x")}) is None
    assert shared_problem({"a": vault(url="x"), "b": vault(url="y", namespace="n")}) == Problem(
        "The hosts a and b have different values of ansible_hashi_vault_namespace, ansible_hashi_vault_url. All hosts "
        "of a play are stored with one connection to kv2.",
        SEPARATELY,
        "options",
    )
    assert shared_problem({"a": vault(url="x"), "b": host()}) is None
    secret = shared_problem({"a": vault(token="Secret-1"), "b": vault()})
    assert "ansible_hashi_vault_token" in secret.message and "Secret-1" not in str(secret)


def test_the_options_of_the_batch_are_taken_over():
    limits = {"concurrency": 8, "rate_limit": {"requests": 50, "seconds": 5}, "max_failures": "25%"}
    given = options(True, value="Given-1", **limits, wait_timeout=60, wait_sleep=1, retries=2)
    made = batch_options(given, 8, True, [1.0, 2.0])
    assert (made.concurrency, made.limit, made.max_failures) == (8, RateLimit(50, 5.0), 2)
    assert made.settings.polling == PollSettings(60.0, 1.0)
    assert (made.settings.retries, made.settings.check_mode, made.settings.rate_limited) == (2, True, True)
    assert made.recent == (1.0, 2.0)


def test_a_batch_has_the_default_options():
    made = batch_options(options(True, value="Given-1"), 8, False, ())
    assert (made.concurrency, made.limit, made.max_failures) == (16, RateLimit(100, 10.0), None)
    assert made.settings.polling == PollSettings(600.0, 2.0)
    assert (made.settings.retries, made.settings.check_mode) == (4, False)
    assert batch_options(options(True, value="Given-1", wait=False), 8, False, ()).settings.polling is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"concurrency": 0}, "concurrency is 0"),
        ({"rate_limit": {"requests": -1}}, "rate_limit.requests is -1"),
        ({"rate_limit": {"seconds": 0}}, "rate_limit.seconds is 0"),
        ({"max_failures": "some"}, "max_failures is 'some'"),
        ({"max_failures": "101%"}, "max_failures is '101%'"),
    ],
)
def test_an_option_that_cant_be_used_is_named(given, message):
    with pytest.raises(InputError, match=message):
        batch_options(options(True, value="Given-1", **given), 8, False, ())


def test_the_connection_has_its_defaults_and_as_many_connections_as_threads():
    made = validated_connection(options(True, value="Given-1", client_id="id", concurrency=8))
    assert (made["client_id"], made["validate_certs"], made["request_timeout"], made["retries"]) == ("id", True, 30, 4)
    assert made["concurrency"] == 8
    assert validated_connection(options(value="Given-1"))["concurrency"] == 1
    given = options(True, value="Given-1", api_version="v0")
    with pytest.raises(InputError, match="api_version") as refusal:
        validated_connection(given)
    assert refusal.value.hint == "Nothing was sent to ISC."
