# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the role for one account, and of its batch for several, in this process."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import os
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.community.sailpoint.plugins.action import rotation_plan, rotation_record
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import query_password_info
from ansible_collections.community.sailpoint.plugins.module_utils._batch import journal as _journal
from ansible_collections.community.sailpoint.plugins.module_utils._batch.batch import BatchOptions
from ansible_collections.community.sailpoint.plugins.module_utils._batch.rate_limit import RateLimit
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import Settings
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import PollSettings
from ansible_collections.community.sailpoint.plugins.module_utils._task import execution
from ansible_collections.community.sailpoint.plugins.plugin_utils import _connection
from ansible_collections.community.sailpoint.plugins.plugin_utils._paths import Places
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.batch import HostRotation, RotationBatch
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import RotationOptions, read_options
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import RunOwner, this_run
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.planning import choose
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record, RecordedAccount
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Rotation
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import (
    RESULT,
    ROTATION,
    SHARED,
    public_result,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores import file as _file
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kinds import kind_of
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kv2 import Kv2

from crashes.effects import Effects
from crashes.stores import ModelVault, OwnStore, PlainVault, replacing
from crashes.tasks import RoleTasks, TaskFailedError
from crashes.tenant import SOURCE, SOURCE_ID, ModelTenant

OWN = "/own/store"
HOOKS = {name: f"/hooks/{name}.yml" for name in ("before_change", "after_change", "on_failure")}
POLLING = PollSettings(600.0, 2.0)
# No process has such an id, so an ended run is not taken for a running one.
_NO_PROCESS = 2**30


class HookCall(NamedTuple):
    """A hook that ran: its name, the account and its variables."""

    name: str
    account_id: str | None
    new: str
    old: str
    failure: Mapping[str, str]
    result: Mapping[str, Any]


class World:
    """A tenant and a store, and successive runs of the role against them.

    :param store: ``none``, ``file``, ``kv2`` or OWN.
    :param remembers: see ModelTenant.
    :param elsewhere: whether each run is in its own container.
    :param connects: whether ISC connects to the source with the account ``svc``, whose password the source then gets.
    :param tenant: replaces the model; see SimulatedTenant.
    :param given: further options of the role for all accounts.
    :ivar check_mode: whether the role runs in check mode.
    :ivar journal: the path of a batch's journal, if any.
    :ivar hooks: the hooks that ran, in order.
    :ivar broken: the names of failing hooks, and the failing calls of the own store, such as ``("save", 2)``.
    :ivar left: the host's variables after the last run of the role for one account.
    :ivar fsync: writes a file to the disk. By default it does nothing, because the system doesn't crash.
    """

    def __init__(
        self,
        folder: Path,
        store: str,
        remembers: bool = False,
        elsewhere: bool = False,
        connects: bool = False,
        tenant: Any = None,
        **given: Any,
    ) -> None:
        self.effects = Effects()
        self.tenant = tenant or ModelTenant(self.effects, remembers)
        self.store = store
        self.folder = folder
        self.hooks: list[HookCall] = []
        self.broken: set[str | tuple[str, int]] = set()
        self.fsync: Callable[[int], None] = lambda _descriptor: None
        self.given = given
        if connects:
            self.tenant.connects_as = "CN=svc"
        self.check_mode = False
        self.left: dict[str, Any] = {}
        self._called: list[str] = []
        self.journal: str | None = None
        self._vault = ModelVault(self.effects)
        self._own = OwnStore(self.effects)
        self._runs = 0
        self.elsewhere = elsewhere
        self._node = this_run("").node

    def options(self, user_name: str, **given: Any) -> RotationOptions:
        """Return the options of a rotation."""
        named = {"user_name": user_name, "source_name": SOURCE, "store": self.store}
        if self.store == "file":
            named.update(store_dir=str(self.folder), store_key="key")
        if self.tenant.connects_as == f"CN={user_name}":
            named.update(update_source=SOURCE)
        chosen = {**named, **self.given, **given}
        hooks = chosen.pop("hooks", ())
        options = copy.deepcopy(_read(tuple(chosen.items())))
        options.values.update({name: path if name in hooks else None for name, path in HOOKS.items()})
        return options

    def record(self, user_name: str) -> dict[str, Any]:
        """Return the record in the store."""
        if self.store == OWN:
            return dict(self._own.load())
        with self._patched():
            return dict(self._store_of(user_name).load().record)

    def write(self, user_name: str, **parts: Any) -> None:
        """Write a record with these parts into the built-in store."""
        with self._patched():
            store = self._store_of(user_name)
            store.save(Record(_account(user_name), **parts).as_value(), store.load().version)

    def rotate(self, user_name: str, last: int | None = None, **given: Any) -> dict[str, Any]:
        """Run the role for one account, and return its result.

        :param last: the number of effects after which the run is killed with KilledError.
        """
        self._begin(last)
        tasks = RoleTasks(self._module, self._user_file, {"playbook_dir": "/", "inventory_hostname": "host"})
        tasks.variables["options"] = self.options(user_name, **given)
        with self._patched(), contextlib.suppress(TaskFailedError):
            tasks.include("main.yml")
        self.left = tasks.variables
        return dict(tasks.variables["rotate_password_result"])

    def rotate_all(self, user_names: Sequence[str], last: int | None = None, **given: Any) -> dict[str, dict[str, Any]]:
        """Run the batch for several accounts, and return the result of each."""
        self._begin(last)
        rotations = {name: Rotation(self.options(name, **given)) for name in user_names}
        limit = RateLimit(100, 10.0)
        options = BatchOptions(4, limit, None, Settings(POLLING, 4, rate_limited=True))
        client = self.tenant.client()
        with (
            self._patched(),
            _journal.open_journal(self.journal, client.tenant, len(rotations), False, self.tenant.clock) as journal,
        ):
            for name in [name for name, rotation in rotations.items() if rotation.has_tasks_before]:
                rotations[name] = self._before_batch(name, rotations[name])
            hosts = [self._host(name, rotation) for name, rotation in rotations.items()]
            batch = RotationBatch(client, options, journal, self._open, self._me, hosts)
            batch.run(None)
            journal.ended(batch.stopped)
            return {
                name: self._after_batch(name, rotation) if rotation.has_tasks_after else public_result(rotation)
                for name, rotation in rotations.items()
            }

    def _store_of(self, user_name: str) -> Any:
        rotation = Rotation(self.options(user_name))
        rotation.account = _account(user_name)
        return self._open(rotation)

    def _host(self, name: str, rotation: Rotation) -> HostRotation:
        planned = rotation.info is not None and rotation.problem is None
        return HostRotation(name, rotation, choose(rotation.options, rotation.info) if planned else None)

    def _before_batch(self, name: str, rotation: Rotation) -> Rotation:
        """Run a host's tasks before the batch, and return its rotation."""
        info = query_password_info(self.tenant.client(), name, SOURCE)
        info_value = {**info._asdict(), "accounts": [each._asdict() for each in info.accounts]}
        begun = {"rotation": rotation.as_value()}
        queried = {"sessions": {}, "infos": {name: json.dumps(info_value)}, "access_token": "token"}
        tasks = self._host_tasks(name, {RESULT: begun, SHARED: queried})
        return Rotation.from_value(tasks.variables[ROTATION]["rotation"])

    def _after_batch(self, name: str, rotation: Rotation) -> dict[str, Any]:
        """Run a host's tasks after the batch, and return its result."""
        begun = {"hosts": {name: {"rotation": rotation.as_value()}}, "sessions": {}}
        return dict(self._host_tasks(name, {RESULT: begun, SHARED: {}}).variables[ROTATION]["result"])

    def _host_tasks(self, name: str, variables: dict[str, Any]) -> RoleTasks:
        tasks = RoleTasks(self._module, self._user_file, {"playbook_dir": "/", "inventory_hostname": name, **variables})
        with contextlib.suppress(TaskFailedError):
            tasks.include("host.yml")
        return tasks

    def _begin(self, last: int | None) -> None:
        self._runs += 1
        self.effects.begin(last)

    def _me(self, host: str) -> RunOwner:
        node = f"container {self._runs}" if self.elsewhere else self._node
        return RunOwner(node, _NO_PROCESS + self._runs, str(self._runs), host)

    def _open(self, rotation: Rotation) -> Any:
        return kind_of(self.store).open(rotation.options, rotation.account, self._vault)  # type: ignore[arg-type]

    @contextlib.contextmanager
    def _patched(self) -> Iterator[None]:
        clock = types.SimpleNamespace(time=self.tenant.clock)
        patches = [
            mock.patch.object(_file, "VaultLib", PlainVault),
            mock.patch.object(_file, "replace_file", replacing(self.effects)),
            mock.patch.object(os, "fsync", self.fsync),
            mock.patch.object(Kv2, "connect", lambda *_arguments: self._vault),
            mock.patch.object(_connection, "connect", self.tenant.client),
            mock.patch.object(execution, "connect", self.tenant.client),
            mock.patch.object(rotation_plan, "time", clock),
            mock.patch.object(rotation_record, "time", clock),
            mock.patch.object(rotation_plan, "task_environment", lambda _action: {}),
            mock.patch.object(rotation_record, "task_environment", lambda _action: {}),
            mock.patch.object(_journal, "os", _JournalSystem(self.effects)),
        ]
        with contextlib.ExitStack() as stack:
            for patch in patches:
                stack.enter_context(patch)
            yield

    def _module(self, name: str, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        if name.startswith("isc_"):
            module = import_module(f"ansible_collections.community.sailpoint.plugins.modules.{name}")
            return execution.execute(module.run, _validated(module.ARGUMENT_SPEC, arguments), self.check_mode)
        action = self._action(name)
        if name == "rotation_begin":
            return dict(action.pass_on(Rotation(variables["options"]), None, variables))
        try:
            return dict(action.perform(_validated(action.ARGUMENT_SPEC, arguments), variables))
        except Exception as error:
            return execution.failure_result(error)

    def _action(self, name: str) -> Any:
        """Return the action plugin of a task, without Ansible's parts."""
        module = import_module(f"ansible_collections.community.sailpoint.plugins.action.{name}")
        action = object.__new__(module.ActionModule)
        action._task = types.SimpleNamespace(check_mode=self.check_mode)
        action._loader = action._templar = None
        action.me = lambda _variables: self._me("host")
        action.warn = lambda _warning: None
        return action

    def _user_file(self, path: str, variables: dict[str, Any]) -> None:
        if path in HOOKS.values():
            self._hook(os.path.basename(path).removesuffix(".yml"), variables)
            return
        call = os.path.basename(path).removesuffix(".yml")
        self._called.append(call)
        self._break_at((call, self._called.count(call)))
        if call == "load":
            variables["rotate_password_record"] = self._own.load()
        else:
            self._own.save(variables["rotate_password_record"])

    def _hook(self, name: str, variables: Mapping[str, Any]) -> None:
        self.effects.happen("the hook is run")
        self._break_at(name)
        passwords = (variables.get(f"rotate_password_{which}_value", "") for which in ("new", "old"))
        account = variables["rotate_password_account"]["account_id"]
        failure, result = variables.get("rotate_password_failure", {}), variables.get("rotate_password_result", {})
        self.hooks.append(HookCall(name, account, *passwords, failure, result))
        self.effects.happen("the hook has been run")

    def _break_at(self, call: str | tuple[str, int]) -> None:
        if call in self.broken:
            raise TaskFailedError({"name": "Break"}, "fail", {"failed": True, "msg": "on purpose"})


class _JournalSystem:
    """Replaces the module os in that of the journal: writes to the file are effects."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def write(self, descriptor: int, lines: memoryview) -> int:
        """Write in two parts: a killed process leaves half a line."""
        half = len(lines) // 2
        self._effects.happen("the journal is written")
        os.write(descriptor, lines[:half])
        self._effects.happen("half a line is in the journal")
        os.write(descriptor, lines[half:])
        self._effects.happen("the journal has been written")
        return len(lines)

    def fdatasync(self, _descriptor: int) -> None:
        """Do nothing: the system doesn't crash."""


@functools.cache
def _read(chosen: tuple[tuple[str, Any], ...]) -> RotationOptions:
    return read_options(dict(chosen), Places("/", "/"), lambda _options, _places: ())


def _account(user_name: str) -> RecordedAccount:
    return RecordedAccount(user_name, SOURCE, SOURCE_ID, f"CN={user_name}")


def _validated(spec: dict[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in arguments.items() if value not in (None, "")}
    validation = ModuleArgumentSpecValidator(spec).validate(given)
    if validation.error_messages:
        raise ValueError(validation.error_messages)
    return dict(validation.validated_parameters)
