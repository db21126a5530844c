# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks whether the hosts of a play can be rotated together, and queries those with tasks before the batch."""

from __future__ import annotations

import dataclasses
import json
import time
import typing as t

from ..module_utils._api.accounts import SEARCH, check_search
from ..module_utils._api.password_change import CHANGE_FINISHED, CHANGE_STATUS, SET_PASSWORD, Change
from ..module_utils._batch.ages import SourceAges
from ..module_utils._batch.batch import Batch
from ..module_utils._batch.journal import open_journal
from ..module_utils._change.age import ISC
from ..module_utils._change.flow import Leave
from ..module_utils._client.client import Client
from ..module_utils._errors import IscError, StorageError
from ..module_utils._outcomes import AT_OPTIONS, AT_QUERY, AT_STORE
from ..plugin_utils._connection import in_environment, task_environment
from ..plugin_utils._control_node import Result
from ..plugin_utils._rotation.batch import batch_account, batch_options, check_strategy, shared_problem
from ..plugin_utils._rotation.options import PREFIX
from ..plugin_utils._rotation.planning import LAST_SET
from ..plugin_utils._rotation.rotation import Problem, Rotation
from ..plugin_utils._rotation.task import BatchAction, open_client, public_result
from ..plugin_utils._rotation.totals import add_results, as_stats


class ActionModule(BatchAction):
    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        rotations, previous = self.hosts(task_vars), self.previous_report(task_vars)
        recent = list(previous.get("recent", ()))
        shared: Result = {"changed": False, "before": {}, "after": {}, "infos": {}, "recent": recent, "problem": None}
        step = AT_OPTIONS
        try:
            check_strategy(str(self._task.get_play().strategy))
            problem = shared_problem(rotations)
            if problem is None and any(rotation.problem is None for rotation in rotations.values()):
                step = AT_QUERY
                with in_environment(task_environment(self)):
                    shared.update(self._query(rotations, recent, task_vars))
        except IscError as error:
            problem = Problem.of(error, AT_STORE if isinstance(error, StorageError) else step)
        if problem is None:
            return self._with_files(shared, rotations)
        shared["problem"] = dataclasses.asdict(problem)
        if any(rotation.options["on_failure"] is not None for rotation in rotations.values()):
            # Each host then fails by itself and runs its hook.
            return self._with_files(shared, rotations)
        for rotation in rotations.values():
            rotation.fail(problem)
        check_mode = self._task.check_mode
        results = {host: public_result(rotation, check_mode) for host, rotation in rotations.items()}
        totals = add_results(previous, results)
        hosts = len(task_vars["ansible_play_hosts_all"])
        return {**shared, **as_stats({"check_mode": check_mode, "hosts": hosts, **totals})}

    def _with_files(self, shared: Result, rotations: t.Mapping[str, Rotation]) -> Result:
        good = [] if shared["problem"] else [host for host, each in rotations.items() if each.problem is None]
        return {
            **shared,
            "before": {host: True for host in good if rotations[host].has_tasks_before},
            "after": {host: True for host, each in rotations.items() if each.has_tasks_after},
        }

    def _query(
        self, rotations: t.Mapping[str, Rotation], recent: t.Sequence[float], task_vars: t.Mapping[str, t.Any]
    ) -> Result:
        """Log in, and query the accounts of hosts with tasks before the batch."""
        good = {host: rotation for host, rotation in rotations.items() if rotation.problem is None}
        first = next(iter(good.values())).options
        options = batch_options(first, len(rotations), self._task.check_mode, recent)
        connections = self.connections(good, {}, task_vars, 1)
        for connection in connections.values():
            connection.open()
        with open_client(first, self.warn) as client:
            client.dry_run(SET_PASSWORD)
            if options.settings.polling is not None:
                client.dry_run(CHANGE_STATUS)
            if first["journal"] is not None:
                # Only a check. The task that sets the passwords opens it again.
                with open_journal(first["journal"], client.tenant, len(rotations), True, time.time):
                    pass
            if any(rotation.options.asks_isc for rotation in good.values()):
                check_search(client, f"{PREFIX}age_from is {ISC}")
                client.dry_run(SEARCH)
            before = {host: rotation for host, rotation in good.items() if rotation.has_tasks_before}
            batch = Batch(client, options, len(before))
            return {
                "infos": self._infos(client, batch, before),
                "access_token": client.token().value,
                "sessions": {store: connection.session for store, connection in connections.items()},
                "recent": batch.limiter.recent(client.runtime.clock()),
            }

    def _infos(self, client: Client, batch: Batch, rotations: t.Mapping[str, Rotation]) -> dict[str, str]:
        """Return the result of ``isc_password_info`` for each host, as JSON text.

        Ansible templates a variable again for each host, which takes long for a large dictionary.
        """
        accounts = [batch_account(host, rotation) for host, rotation in rotations.items()]
        for account in accounts:
            batch.flow(account, decide=lambda target: Leave(Change(None, CHANGE_FINISHED)))
        batch.begin(accounts)
        batch.work(None, "Nothing was set.")
        infos = {}
        asking = [each.options.identification for each in rotations.values() if each.options.asks_isc]
        ages = SourceAges(client, asking)
        for account in accounts:
            flow = account.flow
            if flow.target is not None and flow.error is None:
                queried = flow.target.info
                info = {**queried._asdict(), "accounts": [each._asdict() for each in queried.accounts]}
                if rotations[account.name].options.asks_isc:
                    info[LAST_SET] = ages.of(queried.source_id, flow.target.account_id).last_set
            else:
                error = flow.error or IscError("The query was interrupted.", "Nothing was set. Run this again.")
                info = {"failed": True, "msg": error.explanation}
            infos[account.name] = json.dumps(info)
        return infos
