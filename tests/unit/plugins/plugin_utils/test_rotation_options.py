# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the role: their values and types, and the message for each mistake."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connection_spec
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils._paths import Places
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import (
    BATCH_SPEC,
    HOOKS,
    SPEC,
    RotationOptions,
    read_options,
    with_role_variables,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Problem
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.steps import PlanOptions
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kinds import store_mistakes
from support.modules import NAMES
from support.rotations import options

NOTHING_SENT = "Nothing was sent to ISC."
TEXTS = dict(
    pair.split("=", 1)
    for pair in (
        *("user_name=abby", "source_name=AD", "account_id=CN=abby", "account_name=abby", "value=Given-1"),
        *("specials=-_", "sync_group=refuse", "update_password=when_changed", "max_age=30d", "age_from=isc"),
        *("unknown_age=skip", "store=file", "store_dir=/tmp", "store_key=key", "store_mount=kv", "store_path=a/b"),
        *("on_unknown=fail", "settle_pending=commit", "update_source=AD", "max_failures=10%", "journal=/tmp/journal"),
        *("report_json=/tmp/report.json", "report_html=/tmp/report.html"),
        "update_source_attribute=/connectorAttributes/a~1b",
    )
)
# The answer to a question of an AWX survey, and the value of the option.
VALUES = {
    **{name: (text, text) for name, text in TEXTS.items()},
    "length": ("20", 20),
    "enforce_policy": ("yes", True),
    "reload": ("yes", True),
    "wait": ("false", False),
    "wait_timeout": ("1800", 1800.0),
    "wait_sleep": ("0.5", 0.5),
    "concurrency": ("8", 8),
    "rate_limit": ({"requests": "50"}, {"requests": 50, "seconds": 10.0}),
    "clients": ([{"client_id": "a"}], [{"client_id": "a"}]),
    "slice": ("3", 3),
}


@pytest.fixture
def places(tmp_path):
    """An empty playbook folder and an empty working directory."""
    for name in ("playbook", "working"):
        (tmp_path / name).mkdir()
    return Places(str(tmp_path / "playbook"), str(tmp_path / "working"))


def refused(given, **more):
    """Return message and hint of a refusal of *given* options."""
    with pytest.raises(InputError) as error:
        options(**{"store": "file", **given}, **more)
    return error.value.message, error.value.hint


@pytest.mark.parametrize("name", VALUES)
def test_an_option_has_its_type(name):
    value, expected = VALUES[name]
    batch = name in BATCH_SPEC
    more = {"store": "file", **({"journal": "/tmp/journal"} if name.startswith("report") else {})}
    more |= {"max_age": "30d", "age_from": "isc"} if name in ("age_from", "unknown_age", "reload") else {}
    assert options(batch, **{**more, name: value})[name] == expected
    assert type(options(batch, **{**more, name: value})[name]) is type(expected)


def test_the_table_has_all_options():
    # Discard excludes a store, and hooks are files: see their own tests.
    assert VALUES.keys() | {"discard"} | set(HOOKS) == SPEC.keys() | BATCH_SPEC.keys()


@pytest.mark.parametrize("batch", [False, True], ids=["one account", "batch"])
def test_a_missing_option_has_its_default(batch):
    # test_one_place.py compares SPEC with the documentation.
    defaults = {name: details.get("default") for name, details in SPEC.items()}
    if batch:
        paced = {"concurrency": 16, "rate_limit": {"requests": 100, "seconds": 10.0}}
        defaults |= {**dict.fromkeys(BATCH_SPEC), **paced}
    assert options(batch, value="Given-1").values == {**defaults, **NAMES, "value": "Given-1"}
    assert options(discard="yes")["discard"] is True


def test_only_given_options_of_the_connection_are_set(monkeypatch):
    given = {
        "base_url": "https://acme.api.identitynow.com",
        "client_id": "id",
        "client_secret": "secret",
        "access_token": "token",
        "api_version": "v3",
        "validate_certs": "no",
        "ca_path": "/tmp/ca",
        "request_timeout": "5",
        "retries": "1",
    }
    assert given.keys() == connection_spec().keys()
    expected = options(value="Given-1", **given).connection
    assert expected == {**given, "validate_certs": False, "request_timeout": 5.0, "retries": 1}
    assert options(value="Given-1", retries=0).connection == {"retries": 0}
    # The environment is read later, and options of a batch don't belong to one account.
    monkeypatch.setenv("SAIL_CLIENT_ID", "from the environment")
    assert options(value="Given-1").connection == {}
    assert "concurrency" not in options(value="Given-1", concurrency=3).values


TYPES = {
    "a whole number": ("length", "retries", "concurrency", "slice"),
    "true or false": ("enforce_policy", "discard", "wait", "validate_certs"),
    "a number": ("wait_timeout", "wait_sleep", "request_timeout"),
}
MISTAKES = [({name: "perhaps"}, f"{name} must be {kind}.") for kind, names in TYPES.items() for name in names]
MISTAKES += [
    ({"rate_limit": value}, "rate_limit must be requests and seconds.") for value in ("slow", {"requests": "few"})
]
CHOICES = {
    "sync_group": "allow, warn, refuse, ignore",
    "update_password": "always, when_changed",
    "on_unknown": "resend, fail",
    "settle_pending": "commit, discard",
}


@pytest.mark.parametrize(("given", "message"), MISTAKES)
def test_a_value_of_another_type_is_refused(given, message):
    batch = next(iter(given)) in BATCH_SPEC
    assert refused(given, batch=batch) == (
        f"rotate_password_{message} Leave it out if you don't need it.",
        NOTHING_SENT,
    )


@pytest.mark.parametrize(("name", "choices"), CHOICES.items())
def test_a_value_that_is_not_a_choice_is_refused(name, choices):
    assert refused({name: "other"})[0] == f"rotate_password_{name} is 'other', and must be one of {choices}."


@pytest.mark.parametrize("name", ["user_name", "source_name"])
def test_a_name_is_required(name):
    given = {other: value for other, value in NAMES.items() if other != name}
    with pytest.raises(InputError) as error:
        read_options({**given, "value": "Given-1"}, Places("", ""), store_mistakes)
    assert error.value.message == f"rotate_password_{name} is missing."


def test_all_mistakes_are_reported_at_once():
    message, hint = refused({"length": "many", "on_unknown": "other"})
    assert message.startswith("rotate_password_length must be a whole number. ")
    assert "rotate_password_on_unknown is 'other'" in message
    assert hint == NOTHING_SENT
    # Those of the store too.
    with pytest.raises(InputError) as error:
        read_options({**NAMES, "store": "file", "max_age": "soon"}, Places("", ""), lambda _options, _places: ["Ouch."])
    assert "rotate_password_max_age" in error.value.message
    assert error.value.message.endswith("Ouch.")


@pytest.mark.parametrize(
    "name",
    [
        *("user_name", "source_name", "account_id", "account_name", "value"),
        *("store_key", "client_id", "client_secret", "access_token"),
    ],
)
@pytest.mark.parametrize("value", [4711, 1.5, True, ["a"]])
def test_an_option_for_text_must_be_text(name, value):
    message, hint = refused({name: value})
    assert message == (
        f"rotate_password_{name} must be text. YAML has read the value as something else, such as a number, and "
        "the original is lost: 007 became 7."
    )
    assert hint.startswith("Put it in quotes.") and hint.endswith(NOTHING_SENT)


# Options that are valid by themselves but not together, and the message.
TOGETHER = [
    (
        {},
        "No password is given, and no store for a generated one. Give rotate_password_value, or choose a "
        "rotate_password_store, or set rotate_password_discard: true for a password that nobody is meant to know.",
    ),
    *(
        (
            given,
            "rotate_password_discard is for a generated password that is not stored. Leave it out together with "
            "rotate_password_value or a rotate_password_store.",
        )
        for given in ({"discard": True, "store": "file"}, {"discard": True, "value": "Given-1"})
    ),
    *(
        (
            {"value": "Given-1", **given},
            "rotate_password_update_password: when_changed, rotate_password_max_age and "
            "rotate_password_settle_pending need a rotate_password_store that remembers the password."
            + (" Or set rotate_password_age_from: isc, and ISC says how old the password is." if age else ""),
        )
        for given, age in (
            ({"update_password": "when_changed"}, False),
            ({"max_age": "30d"}, True),
            ({"settle_pending": "commit"}, False),
            ({"update_password": "when_changed", "max_age": "30d", "age_from": "isc"}, False),
        )
    ),
    *(
        (
            {"store": "file", **given},
            f"rotate_password_{mistake}, which has no effect without rotate_password_max_age. "
            "Give rotate_password_max_age, such as 90d, or leave the option out.",
        )
        for given, mistake in (
            ({"age_from": "isc"}, "age_from is isc"),
            ({"unknown_age": "skip"}, "unknown_age is skip"),
            ({"reload": True}, "reload is true"),
        )
    ),
    *(
        (
            {"store": "file", "max_age": "30d", **given},
            f"rotate_password_{mistake}, which is about what ISC knows, but rotate_password_age_from is store. Set "
            "rotate_password_age_from to isc, or leave the option out.",
        )
        for given, mistake in (({"unknown_age": "fail"}, "unknown_age is fail"), ({"reload": True}, "reload is true"))
    ),
    (
        {"store": "file", "max_age": "soon"},
        "rotate_password_max_age is 'soon'. Give a number with a unit: 90s, 15m, 12h, 30d or 4w. Without a unit, "
        "seconds.",
    ),
    (
        {"store": "file", "wait_timeout": 0},
        "rotate_password_wait_timeout is 0. Give seconds, more than 0 and at most 604800.",
    ),
    (
        {"store": "file", "wait_sleep": 3601},
        "rotate_password_wait_sleep is 3601. Give seconds, more than 0 and at most 3600.",
    ),
    (
        {"value": "Given-1", "update_source": "HR"},
        "rotate_password_update_source needs a rotate_password_store: if the run is killed before the source has "
        "the new password, no later run knows that, and ISC can't connect to the source any more.",
    ),
    (
        {"store": "file", "update_source": "HR", "wait": False},
        "rotate_password_update_source needs rotate_password_wait: until the source has the new password, ISC can't "
        "connect to it.",
    ),
    (
        {"store": "file", "update_source": "HR", "api_version": "v3"},
        "rotate_password_update_source can't be used with api_version v3, which can't check a connection.",
    ),
    (
        {"store": "file", "update_source": "HR", "update_source_attribute": "/password"},
        "rotate_password_update_source_attribute is '/password', which is not a JSON Pointer to one value below "
        "/connectorAttributes. Give one such as /connectorAttributes/password. Write ~1 for a slash within a key, and "
        "~0 for a tilde.",
    ),
]


@pytest.mark.parametrize(("given", "message"), TOGETHER)
def test_options_that_do_not_go_together_are_refused(given, message):
    with pytest.raises(InputError) as error:
        options(**given)
    assert (error.value.message, error.value.hint) == (message, NOTHING_SENT)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_found_beside_the_playbook_or_refused(places, tmp_path, hook):
    (tmp_path / "playbook" / "hook.yml").touch()
    read = read_options({**NAMES, "value": "Given-1", hook: "hook.yml"}, places, store_mistakes)
    assert read[hook] == str(tmp_path / "playbook" / "hook.yml")
    (tmp_path / "playbook" / "folder.yml").mkdir()
    for name in ("gone.yml", "folder.yml"):
        with pytest.raises(InputError) as error:
            read_options({**NAMES, "value": "Given-1", hook: name}, places, store_mistakes)
        assert error.value.message == (
            f"rotate_password_{hook} is {name}, and there is no such file, neither beside the playbook "
            f"({tmp_path}/playbook) nor in the working directory ({tmp_path}/working)."
        )
        assert error.value.hint == NOTHING_SENT


@pytest.mark.parametrize("report", ["report_json", "report_html"])
def test_a_batch_has_no_reload_and_a_report_needs_a_journal(report):
    message, _hint = refused({"max_age": "30d", "age_from": "isc", "reload": True}, batch=True)
    assert message.startswith("rotate_password_reload is for a single account.")
    message, _hint = refused({report: "/tmp/report"}, batch=True)
    assert message == (
        "rotate_password_report_json and rotate_password_report_html need rotate_password_journal, from which the "
        "report is made."
    )


@pytest.mark.parametrize("name", ["journal", "report_json", "report_html"])
def test_a_batch_writes_into_existing_folders(tmp_path, name):
    more = {} if name == "journal" else {"journal": str(tmp_path / "journal")}
    message, _hint = refused({**more, name: "file"}, batch=True)
    assert message.startswith(f"rotate_password_{name} is file, a relative path")
    message, _hint = refused({**more, name: str(tmp_path / "gone" / "file")}, batch=True)
    assert message.startswith(
        f"rotate_password_{name} is {tmp_path}/gone/file, and the folder {tmp_path}/gone does not"
    )
    assert options(True, store="file", **{**more, name: str(tmp_path / "file")})[name] == str(tmp_path / "file")


def test_what_the_planner_has_to_know():
    read = options(
        value="Given-1",
        store="file",
        update_password="when_changed",
        max_age="2d",
        on_unknown="fail",
        settle_pending="discard",
    )
    assert read.plan_options() == PlanOptions("Given-1", "when_changed", 172800.0, "fail", "discard", follow_up=False)
    assert not read.asks_isc
    asking = options(value="Given-1", max_age="2d", age_from="isc", unknown_age="skip")
    assert asking.plan_options() == PlanOptions(
        "Given-1", max_age=172800.0, follow_up=False, age_from="isc", unknown_age="skip"
    )
    assert asking.asks_isc

    assert options(store="file").plan_options() == PlanOptions(follow_up=False)
    read.values["after_change"] = "/play/after.yml"
    assert read.plan_options().follow_up


def test_identification_and_store_of_a_password():
    assert options(value="Given-1").identification == NAMES
    more = {"account_id": "CN=abby", "account_name": "abby"}
    assert options(value="Given-1", **more).identification == {**NAMES, **more}
    for given in ({"value": "Given-1"}, {"discard": True}, {"store": "file"}, {"store": "file", "value": "Given-1"}):
        assert options(**given).has_store == ("store" in given)


def test_unchecked_options_only_identify_the_account():
    unchecked = RotationOptions.unchecked({**NAMES, "account_id": 7, "value": "Given-1", "wait": "perhaps"})
    assert unchecked.identification == {**NAMES, "account_id": "7"}
    assert unchecked["value"] is None
    assert (unchecked["wait"], unchecked["store"], unchecked.connection) == (True, "none", {})


@pytest.mark.parametrize(
    ("of_a_module", "of_the_role"),
    [
        ("Check user_name and source_name.", "Check rotate_password_user_name and rotate_password_source_name."),
        ("not ended after wait_timeout (600 s)", "not ended after rotate_password_wait_timeout (600 s)"),
        ("or leave enforce_policy out", "or leave rotate_password_enforce_policy out"),
        ("Set sync_group to warn.", "Set rotate_password_sync_group to warn."),
        ("rotate_password_account_id is right", "rotate_password_account_id is right"),
        ("/play/user_name.yml and my_user_name and user_names", "/play/user_name.yml and my_user_name and user_names"),
        ("Check base_url and client_id.", "Check base_url and client_id."),
    ],
)
def test_a_message_of_a_module_names_the_variables_of_the_role(of_a_module, of_the_role):
    assert with_role_variables(of_a_module) == of_the_role
    problem = Problem.of(InputError(of_a_module, of_a_module), "query")
    assert (problem.message, problem.hint) == (of_the_role, of_the_role)
