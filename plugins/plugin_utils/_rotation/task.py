# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the action plugins of the role share: how a task gets the rotation and passes it on.

A single account passes its rotation on in the variable ``ROTATION``. In a batch, ``RESULT`` holds the rotation of each
host, and ``ROTATION`` is used only by hosts with their own tasks before or after the batch.
"""

from __future__ import annotations

import hashlib
import time
import typing as t

from ...module_utils._client.client import Client
from ...module_utils._outcomes import AT_OPTIONS
from .._arguments import plain
from .._connection import connected
from .._control_node import ControlNodeAction, Result
from .._paths import Places
from .._stores.base import Session, Store, make_lookup, passwords_in
from .._stores.kinds import is_built_in, kind_of
from .messages import report, verdict
from .options import RotationOptions, validated_connection
from .owner import RunOwner, this_run
from .rotation import Problem, Rotation, Value

ROTATION = "__rotate_password_rotation"
"""The variable that passes the rotation of a host from task to task. The last task of the role overwrites it."""

RECORD = "rotate_password_record"
"""The variable in which the user's own store returns the record."""

RESULT = "rotate_password_result"
"""The variable for the role's result. In a batch, it first holds the rotation of the host, then those of all hosts."""

SHARED = "__rotate_password_query"
"""The variable that all hosts of a batch share: first the access token and the queried accounts, finally the totals."""


class RotationAction(ControlNodeAction):
    """A task of the role, whose result is hidden from all output."""

    def secrets(self, result: Result) -> list[str] | None:
        """Return the secrets in the result of any task of the role, for one account or for a batch."""
        hosts, sessions = result.get("hosts") or {}, result.get("sessions") or {}
        rotations = [each["rotation"] for each in (result, *hosts.values()) if "rotation" in each]
        tokens = [each["token"] for each in (result.get("session"), *sessions.values()) if each]
        secrets = (secret for rotation in rotations for secret in secrets_in(rotation))
        return [str(each) for each in (*secrets, result.get("access_token"), *tokens) if each]

    def rotation(self, task_vars: t.Mapping[str, t.Any]) -> tuple[Rotation, Session]:
        """Return the rotation and the store's session that the previous task has passed on."""
        registered = plain(task_vars[ROTATION])
        return read_rotation(registered), registered.get("session")

    def places(self, task_vars: t.Mapping[str, t.Any]) -> Places:
        return Places.of_run(str(task_vars["playbook_dir"]))

    def own_store(self, rotation: Rotation, task_vars: t.Mapping[str, t.Any]) -> str:
        """Return the folder of the user's store, or an empty string for a built-in one."""
        store = rotation.options["store"]
        return "" if is_built_in(store) else self.places(task_vars).find(store)

    def warn(self, warning: str) -> None:
        """Show a warning at once, because the warnings of a hidden result would be lost."""
        self._display.warning(warning)

    def me(self, task_vars: t.Mapping[str, t.Any]) -> RunOwner:
        return this_run(str(task_vars.get("inventory_hostname", "")))

    def connect_store(
        self, options: RotationOptions, session: Session, task_vars: t.Mapping[str, t.Any], threads: int = 1
    ) -> t.Any:
        return kind_of(options["store"]).connect(make_lookup(self._loader, self._templar, task_vars), session, threads)

    def open_store(self, rotation: Rotation, connection: t.Any) -> Store:
        account = t.cast(t.Any, rotation.account)
        return kind_of(rotation.options["store"]).open(rotation.options, account, connection)

    def pass_on(self, rotation: Rotation, session: Session, task_vars: t.Mapping[str, t.Any], **more: t.Any) -> Result:
        """Return the task's result: the rotation for the next task, and what the role's task files use of it."""
        own_store = self.own_store(rotation, task_vars)
        if "files" in more:
            # Ansible includes a file once for all hosts whose loop variable has the same name. If their lists of files
            # differ, all hosts would run them in the order of the first host's list.
            digest = hashlib.sha256(repr(list(more["files"])).encode()).hexdigest()[:8]
            rotation.loop_variable = f"__rotate_password_file_{rotation.rounds}_{digest}"
        return {
            "changed": False,
            "rotation": rotation.as_value(),
            "session": session,
            "own_store": own_store,
            **view(rotation),
            **more,
        }


class BatchAction(RotationAction):
    def hosts(self, task_vars: t.Mapping[str, t.Any]) -> dict[str, Rotation]:
        """Return the rotations of the hosts of the play, or of its serial batch."""
        hostvars, found = task_vars["hostvars"], {}
        for host in task_vars["ansible_play_batch"]:
            variables = hostvars.raw_get(host)
            value = _rotation_in(variables.get(ROTATION)) or _rotation_in(variables.get(RESULT))
            if value is not None:
                found[str(host)] = Rotation.from_value(plain(value))
        return found

    def connections(
        self,
        rotations: t.Mapping[str, Rotation],
        sessions: t.Mapping[str, Session],
        task_vars: t.Mapping[str, t.Any],
        threads: int,
    ) -> dict[str, t.Any]:
        """Return the connections to the stores that need one, by the value of the option ``store``."""
        stores = {rotation.options["store"]: rotation for rotation in rotations.values()}
        found = {
            store: self.connect_store(each.options, sessions.get(store), {**task_vars, **each.store_variables}, threads)
            for store, each in stores.items()
        }
        return {store: connection for store, connection in found.items() if connection is not None}

    def previous_report(self, task_vars: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
        """Return the result of the report on the previous serial batch; empty for the first one."""
        batch, everyone = task_vars["ansible_play_batch"], task_vars["ansible_play_hosts_all"]
        before = everyone.index(batch[0]) - 1 if batch else -1
        if before < 0:
            return {}
        registered = task_vars["hostvars"].raw_get(everyone[before]).get(SHARED)
        return plain(registered) if isinstance(registered, t.Mapping) and "totals" in registered else {}


def read_rotation(registered: t.Mapping[str, t.Any]) -> Rotation:
    """Return the rotation in a task's result. After an internal error, it is a failed one with the error's message."""
    if "rotation" in registered:
        return Rotation.from_value(registered["rotation"])
    rotation = Rotation(RotationOptions.unchecked({}))
    rotation.fail(Problem(str(registered.get("msg", "A task of the role has failed.")), None, AT_OPTIONS))
    return rotation


def host_result(outcome: t.Mapping[str, t.Any], variables: t.Callable[[], t.Mapping[str, t.Any]]) -> Value:
    """Return the result of a host after the batch and its own tasks.

    :param outcome: the entry of the host in the result of the task that set the passwords.
    :param variables: returns the variables of the host. This takes time, so it is called only if the host had tasks.
    """
    return t.cast(Value, plain((variables()[ROTATION] if "rotation" in outcome else outcome)["result"]))


def _rotation_in(value: t.Any) -> t.Any:
    return value.get("rotation") if isinstance(value, t.Mapping) else None


def open_client(
    options: RotationOptions, warn: t.Callable[[str], None], access_token: str | None = None
) -> t.ContextManager[Client]:
    """Connect to the tenant of *options*, and show the warnings of the client at the end.

    :param access_token: the token of an earlier login, which overrides the credentials in *options*.
    :raises InputError: an option can't be used; the message names it.
    """
    params = validated_connection(options)
    return connected(params if access_token is None else {**params, "access_token": access_token}, warn)


def secrets_in(rotation: t.Mapping[str, t.Any]) -> list[str]:
    options = rotation["options"]
    found = [*passwords_in(rotation["record"]), *(options["values"].get(name) for name in ("value", "store_key"))]
    found += [options["connection"].get(name) for name in ("client_secret", "access_token")]
    return [str(each) for each in found if each]


_VISIBLE_OPTIONS = (
    *("user_name", "source_name", "wait", "wait_timeout", "wait_sleep"),
    *("after_change", "on_failure", "update_source", "update_source_attribute"),
)


def view(rotation: Rotation) -> Value:
    """Return what the task files of the role and of the user see of a rotation. It holds secrets."""
    options, account, problem = rotation.options, rotation.account, rotation.problem
    pending, failure = rotation.pending, {}
    if problem is not None:
        failure = {"outcome": rotation.outcome, "step": problem.step, "message": str(problem)}
    return {
        "connection": options.connection,
        "account": {} if account is None else {**account._asdict(), "identity_id": rotation.identity_id},
        "record": {} if rotation.record is None else rotation.record.as_value(),
        "password": pending.password if pending is not None else "",
        "request_id": (pending.request_id if pending is not None else None) or "",
        "new_value": rotation.new_value,
        "old_value": rotation.old_value,
        "follow_up_due": rotation.follow_up_due,
        "updates_source": rotation.follow_up_due and options["update_source"] is not None,
        "runs_hook": rotation.follow_up_due and options["after_change"] is not None,
        "restores_current": rotation.restores_current,
        "in_progress": rotation.in_progress,
        "has_failed": problem is not None,
        "loop_variable": rotation.loop_variable,
        "failure": failure,
        **{name: options[name] for name in _VISIBLE_OPTIONS},
        "result": public_result(rotation),
    }


def public_result(rotation: Rotation, check_mode: bool = False) -> Value:
    """Return ``rotate_password_result``, which holds no secret."""
    change, problem = rotation.change, rotation.problem
    return {
        "outcome": rotation.outcome,
        "changed": rotation.changed,
        "state": None if change is None or check_mode and rotation.changed else change.state,
        "request_id": None if change is None else change.request_id,
        "account_id": None if rotation.account is None else rotation.account.account_id,
        "source_ids": [] if change is None else list(change.source_ids),
        "sync_group": rotation.sync_group,
        "rotated_at": rotation.rotated_at,
        "password_age": None if rotation.age is None else rotation.age.as_result(time.time()),
        "kept_in": rotation.place or None,
        "step": None if problem is None else problem.step,
        "msg": verdict(rotation) if problem is not None else report(rotation, check_mode),
    }
