# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the options of the role ``rotate_password``, and logs in."""

from __future__ import annotations

import typing as t

from ..module_utils._api.accounts import check_search
from ..module_utils._change.age import ISC
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import InputError, IscError
from ..module_utils._outcomes import AT_OPTIONS, AT_QUERY
from ..plugin_utils._arguments import given_arguments, plain
from ..plugin_utils._connection import in_environment, task_environment, with_environment
from ..plugin_utils._control_node import Result
from ..plugin_utils._rotation.interruption import report_if_interrupted
from ..plugin_utils._rotation.options import BATCH_SPEC, PREFIX, SPEC, RotationOptions, client_for_slice, read_options
from ..plugin_utils._rotation.rotation import Problem, Rotation
from ..plugin_utils._rotation.task import RotationAction, open_client
from ..plugin_utils._stores.kinds import kind_of, store_mistakes
from ..plugin_utils._variables import given_options


class ActionModule(RotationAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        # Only module_defaults of the play set them.
        **connection_spec(),
        "batch": {"type": "bool", "default": False},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Read the options and, for a single account, log in."""
        environment, batch = task_environment(self), params["batch"]
        names = [*SPEC, *(BATCH_SPEC if batch else ()), *connection_spec()]
        given = given_options(names, task_vars, self._templar, PREFIX)
        try:
            options = read_options(given.check(), self.places(task_vars), store_mistakes, batch)
            # Only one of the clients is used, so the options must not hold all of them.
            clients, number = options.values.pop("clients", None), options.values.pop("slice", None)
            # The validation also took values from the environment of the process. Without them, because the environment
            # of the play takes precedence.
            here, spec = given_arguments(self._task.args, self.ARGUMENT_SPEC), connection_spec()
            defaults = {name: params[name] for name, each in spec.items() if name in here or "default" in each}
            connection = {**defaults, **options.connection}
            if clients is None:
                connection = with_environment(connection, environment)
            else:
                # AWX gives consecutive job ids to the slices of a launch.
                number = int(task_vars.get("awx_job_id", 0)) if number is None else number
                # An access token, even one of the environment, would override the client.
                connection.update(client_for_slice(clients, number), access_token="")
                connection = {**with_environment(connection, environment), "access_token": None}
        except InputError as error:
            rotation = Rotation(RotationOptions.unchecked(given.options))
            rotation.fail(Problem.of(error, AT_OPTIONS))
            return self.pass_on(rotation, None, task_vars)
        rotation = Rotation(RotationOptions(options.values, connection))
        if batch:
            prefix = kind_of(rotation.options["store"]).variables
            named = {name: value for name, value in task_vars.items() if prefix and name.startswith(prefix)}
            rotation.store_variables = plain(self._templar.template(named))
            return {"changed": False, "rotation": rotation.as_value()}
        with report_if_interrupted(rotation):
            self._log_in(rotation, environment)
        return self.pass_on(rotation, None, task_vars)

    def _log_in(self, rotation: Rotation, environment: t.Mapping[str, str]) -> None:
        """Log in, and put the access token into the options of the connection, so that all tasks share one login."""
        step = AT_OPTIONS
        with in_environment(environment):
            try:
                with open_client(rotation.options, self.warn) as client:
                    if rotation.options.asks_isc:
                        check_search(client, f"{PREFIX}age_from is {ISC}")
                    step = AT_QUERY
                    rotation.options.connection["access_token"] = client.token().value
            except IscError as error:
                rotation.fail(Problem.of(error, step))
