# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the role ``rotate_password``, and how they are checked.

An empty string, null and ``omit`` count as not given for every option, because AWX sends an empty string for an
unanswered question. A test compares the specification here with the role's ``meta/argument_specs.yml``.
"""

from __future__ import annotations

import dataclasses
import os
import re
import typing as t

import yaml  # type: ignore[import-untyped]
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator

from ...module_utils._change.age import CHANGE, ISC, STORE, UNKNOWN_AGES, check_age_options
from ...module_utils._change.decision import ALWAYS, WHEN_CHANGED
from ...module_utils._change.poll import LONGEST_WAIT, LONGEST_WAIT_SLEEP
from ...module_utils._change.source_credential import PASSWORD_ATTRIBUTE, keys_of
from ...module_utils._change.sync_group import ALLOW, MODES
from ...module_utils._client.connection import Spec, connection_spec
from ...module_utils._errors import InputError, check_seconds
from ...module_utils._times import parse_age
from .._arguments import validate
from .._paths import Places, path_mistakes
from .steps import ON_UNKNOWN, RESEND, SETTLEMENTS, PlanOptions

PREFIX = "rotate_password_"
SPEC: Spec = {
    "user_name": {"type": "str", "required": True},
    "source_name": {"type": "str", "required": True},
    "account_id": {"type": "str"},
    "account_name": {"type": "str"},
    "value": {"type": "str", "no_log": True},
    "length": {"type": "int"},
    "specials": {"type": "str"},
    "enforce_policy": {"type": "bool", "default": False},
    "sync_group": {"type": "str", "choices": list(MODES), "default": ALLOW},
    "update_password": {"type": "str", "choices": [ALWAYS, WHEN_CHANGED], "default": ALWAYS},
    "max_age": {"type": "str"},
    "age_from": {"type": "str", "choices": [STORE, ISC], "default": STORE},
    "unknown_age": {"type": "str", "choices": list(UNKNOWN_AGES), "default": CHANGE},
    "reload": {"type": "bool", "default": False},
    "store": {"type": "str", "default": "none"},
    "store_dir": {"type": "path"},
    "store_key": {"type": "str", "no_log": True},
    "store_mount": {"type": "str", "default": "secret"},
    "store_path": {"type": "str"},
    "discard": {"type": "bool", "default": False},
    "on_unknown": {"type": "str", "choices": list(ON_UNKNOWN), "default": RESEND},
    "settle_pending": {"type": "str", "choices": list(SETTLEMENTS)},
    "before_change": {"type": "path"},
    "after_change": {"type": "path"},
    "on_failure": {"type": "path"},
    "update_source": {"type": "str"},
    "update_source_attribute": {"type": "str", "default": PASSWORD_ATTRIBUTE},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 600},
    "wait_sleep": {"type": "float", "default": 2},
}
"""The options of a rotation by their names without the prefix. The connection has the options of the modules."""

BATCH_SPEC: Spec = {
    "concurrency": {"type": "int", "default": 16},
    "rate_limit": {
        "type": "dict",
        "apply_defaults": True,
        "options": {"requests": {"type": "int", "default": 100}, "seconds": {"type": "float", "default": 10}},
    },
    "max_failures": {"type": "str"},
    "clients": {"type": "raw", "no_log": True},
    "slice": {"type": "int"},
    "journal": {"type": "path"},
    "report_json": {"type": "path"},
    "report_html": {"type": "path"},
}
"""The additional options of the entry point ``batch``."""

COMMON = ("wait", "wait_timeout", "wait_sleep", *(name for name in BATCH_SPEC if name not in ("clients", "slice")))
"""The options that, like the connection, must be the same for all hosts of a batch."""

IDENTIFYING = ("user_name", "source_name", "account_id", "account_name")
_MODULE_OPTIONS = (*IDENTIFYING, "enforce_policy", "sync_group", "max_age", "wait_timeout", "wait_sleep")
_MODULE_OPTION = re.compile(rf"(?<![\w./-])({'|'.join(_MODULE_OPTIONS)})(?![\w/-])")

HOOKS = ("before_change", "after_change", "on_failure")

NO_SPECIALS = "none"
"""The value of ``specials`` for a password without special characters, because an empty string counts as not given."""

_TEXT_OPTIONS = (
    *(*IDENTIFYING, "value", "store_key", "update_source", "update_source_attribute"),
    *("client_id", "client_secret", "access_token"),
)
"""The options that must be text. YAML would already have lost the original text of a number."""

NOTHING_SENT = "Nothing was sent to ISC."

_CLIENT = ("client_id", "client_secret")
_CLIENTS_HINT = f"Give a list of API clients, each with a client_id and a client_secret. {NOTHING_SENT}"


def with_role_variables(message: str) -> str:
    """Replace the options that a module's message names with the role's variables, except for the connection's."""
    return _MODULE_OPTION.sub(rf"{PREFIX}\1", message)


@dataclasses.dataclass(frozen=True)
class RotationOptions:
    """The checked options. Hooks are absolute paths of existing files.

    :ivar values: the options by name, ``None`` if not given.
    :ivar connection: the given options of the connection.
    """

    values: dict[str, t.Any]
    connection: dict[str, t.Any]

    def __getitem__(self, name: str) -> t.Any:
        return self.values[name]

    @classmethod
    def unchecked(cls, given: t.Mapping[str, t.Any]) -> RotationOptions:
        """Return defaults and the options that identify the account, for a rotation that can't start."""
        values = {name: details.get("default") for name, details in SPEC.items()}
        return cls({**values, **{name: str(given[name]) for name in IDENTIFYING if name in given}}, {})

    @property
    def has_store(self) -> bool:
        """Whether passwords are stored."""
        return self.values["store"] != "none"

    @property
    def has_follow_up(self) -> bool:
        """Whether anything follows a change: a hook of the user, or the update of a source."""
        return self.values["after_change"] is not None or self.values["update_source"] is not None

    def plan_options(self) -> PlanOptions:
        """Return the options that the plan depends on."""
        return PlanOptions(
            value=self.values["value"],
            update_password=self.values["update_password"],
            max_age=parse_age(f"{PREFIX}max_age", self.values["max_age"]),
            on_unknown=self.values["on_unknown"],
            settle_pending=self.values["settle_pending"] or "",
            follow_up=self.has_follow_up,
            age_from=self.values["age_from"],
            unknown_age=self.values["unknown_age"],
            source=self.values["update_source"] is not None,
        )

    @property
    def asks_isc(self) -> bool:
        """Whether the age of the password is looked up in ISC."""
        return self.values["max_age"] is not None and self.values["age_from"] == ISC

    @property
    def identification(self) -> dict[str, str]:
        """The given options that identify the account."""
        return {name: self.values[name] for name in IDENTIFYING if self.values[name] is not None}


def read_options(
    given: t.Mapping[str, t.Any],
    places: Places,
    store_mistakes: t.Callable[[RotationOptions, Places], t.Sequence[str]],
    batch: bool = False,
) -> RotationOptions:
    """Return the checked options.

    :param given: the given values by name.
    :param store_mistakes: returns the mistakes in the options of the chosen store.
    :param batch: whether the options of the entry point ``batch`` are allowed.
    :raises InputError: the message lists all mistakes.
    """
    connection = connection_spec()
    spec = {
        **SPEC,
        **(BATCH_SPEC if batch else {}),
        **{name: {"type": each["type"]} for name, each in connection.items()},
    }
    not_text = [f"{PREFIX}{name}" for name in _TEXT_OPTIONS if name in given and not isinstance(given[name], str)]
    if not_text:
        raise InputError(
            f"{', '.join(not_text)} must be text. YAML has read the value as something else, such as a number, "
            "and the original is lost: 007 became 7.",
            "Put it in quotes. An AWX survey can't do that, so use a variable of the host there, or a password that "
            f"begins with a letter. {NOTHING_SENT}",
        )
    values: dict[str, t.Any] = {}
    mistakes = []
    for name, details in spec.items():
        validation = ModuleArgumentSpecValidator({name: details}).validate({name: given[name]} if name in given else {})
        if validation.error_messages:
            mistakes.append(_mistake(name, details, given.get(name)))
        values[name] = validation.validated_parameters.get(name)
    if mistakes:
        raise InputError(" ".join(mistakes), NOTHING_SENT)
    for hook in HOOKS:
        values[hook] = None if values[hook] is None else places.find(values[hook])
    connection_values = {name: values.pop(name) for name in connection}
    options = RotationOptions(values, {name: value for name, value in connection_values.items() if name in given})
    mistakes = [*_mistakes(options, given, places), *store_mistakes(options, places)]
    if mistakes:
        raise InputError(" ".join(mistakes), None if mistakes[-1].endswith(NOTHING_SENT) else NOTHING_SENT)
    return options


def validated_connection(options: RotationOptions) -> dict[str, t.Any]:
    """Return the options of the connection with defaults, for ``connect``.

    :raises InputError: an option can't be used; the message names it.
    """
    params = validate(connection_spec(), options.connection, NOTHING_SENT)
    return {**params, "concurrency": options.values.get("concurrency") or 1}


def _mistake(name: str, details: t.Mapping[str, t.Any], value: t.Any) -> str:
    """Return the sentence about a value of the wrong type."""
    option = f"{PREFIX}{name}"
    if value is None:
        return f"{option} is missing."
    if "choices" in details:
        return f"{option} is {value!r}, and must be one of {', '.join(details['choices'])}."
    kinds = {"int": "a whole number", "float": "a number", "bool": "true or false", "dict": "requests and seconds"}
    return f"{option} must be {kinds.get(details['type'], 'text')}. Leave it out if you don't need it."


def _mistakes(options: RotationOptions, given: t.Mapping[str, t.Any], places: Places) -> t.Iterator[str]:
    """Yield the mistakes in options that are of the right type."""
    has_value, discard = options["value"] is not None, options["discard"]
    if not options.has_store and not has_value and not discard:
        yield (
            "No password is given, and no store for a generated one. Give rotate_password_value, or choose a "
            "rotate_password_store, or set rotate_password_discard: true for a password that nobody is meant to know."
        )
    if discard and (options.has_store or has_value):
        yield (
            "rotate_password_discard is for a generated password that is not stored. Leave it out together with "
            "rotate_password_value or a rotate_password_store."
        )
    by_store = options["max_age"] is not None and options["age_from"] == STORE
    if not options.has_store and (
        options["update_password"] != ALWAYS or by_store or options["settle_pending"] is not None
    ):
        yield (
            "rotate_password_update_password: when_changed, rotate_password_max_age and rotate_password_settle_pending "
            "need a rotate_password_store that remembers the password."
        )
        if by_store:
            yield "Or set rotate_password_age_from: isc, and ISC says how old the password is."
    if options["reload"] and "report_json" in options.values:
        yield (
            "rotate_password_reload is for a single account. In a batch, leave it out, and let ISC aggregate the "
            "source first."
        )
    checks: tuple[t.Callable[[], t.Any], ...] = (
        lambda: parse_age(f"{PREFIX}max_age", options["max_age"]),
        lambda: check_age_options(options.values, STORE, PREFIX),
        lambda: check_seconds(f"{PREFIX}wait_timeout", options["wait_timeout"], LONGEST_WAIT),
        lambda: check_seconds(f"{PREFIX}wait_sleep", options["wait_sleep"], LONGEST_WAIT_SLEEP),
    )
    for check in checks:
        try:
            check()
        except InputError as error:
            yield error.explanation
    for hook in HOOKS:
        if options[hook] is not None:
            yield from filter(None, [places.file_problem(f"{PREFIX}{hook}", given[hook], options[hook])])
    if options["update_source"] is not None:
        yield from _source_mistakes(options)
    if "report_json" in options.values:
        yield from _batch_mistakes(options)


def _source_mistakes(options: RotationOptions) -> t.Iterator[str]:
    if not options.has_store:
        yield (
            "rotate_password_update_source needs a rotate_password_store: if the run is killed before the source has "
            "the new password, no later run knows that, and ISC can't connect to the source any more."
        )
    if not options["wait"]:
        yield (
            "rotate_password_update_source needs rotate_password_wait: until the source has the new password, ISC "
            "can't connect to it."
        )
    if options.connection.get("api_version") == "v3":
        yield "rotate_password_update_source can't be used with api_version v3, which can't check a connection."
    try:
        keys_of(options["update_source_attribute"], f"{PREFIX}update_source_attribute")
    except InputError as error:
        yield error.explanation


def _batch_mistakes(options: RotationOptions) -> t.Iterator[str]:
    if (options["report_json"] or options["report_html"]) and not options["journal"]:
        yield (
            "rotate_password_report_json and rotate_password_report_html need rotate_password_journal, from which the "
            "report is made."
        )
    for name in ("journal", "report_json", "report_html"):
        if options[name] is not None:
            yield from path_mistakes(f"{PREFIX}{name}", options[name], os.path.dirname(options[name]))


def client_for_slice(clients: t.Any, number: int) -> dict[str, str]:
    """Return the ``client_id`` and ``client_secret`` for a slice. Consecutive slices use the clients in turn.

    :param clients: the list, or the list as YAML or JSON text.
    :raises InputError: it is malformed. Because it is secret, neither message nor hint quotes it.
    """
    given = _parsed(clients) if isinstance(clients, str) else clients
    if not isinstance(given, (list, tuple)):
        raise InputError("rotate_password_clients is not a list.", _CLIENTS_HINT)
    if not given:
        raise InputError("rotate_password_clients is empty.", _CLIENTS_HINT)
    for position, entry in enumerate(given, 1):
        for field in _CLIENT:
            value = entry.get(field) if isinstance(entry, t.Mapping) else None
            if not isinstance(value, str) or not value:
                raise InputError(
                    f"Entry {position} of rotate_password_clients has no text as its {field}.", _CLIENTS_HINT
                )
    chosen = given[number % len(given)]
    return {field: str(chosen[field]) for field in _CLIENT}


def _parsed(clients: str) -> t.Any:
    try:
        # This loader makes only lists, dictionaries and strings, so a secret such as 007 stays as it is written.
        return yaml.load(str(clients), Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        # The text of the error may quote a secret.
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
    raise InputError(f"The text of rotate_password_clients is not YAML{where}.", _CLIENTS_HINT)
