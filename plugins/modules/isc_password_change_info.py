#!/usr/bin/python
# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: isc_password_change_info
short_description: Read the status of a password change, or wait for its end
version_added: 1.0.0
author: The community.sailpoint authors (@community-sailpoint)
description:
  - Reads the status of a password change that ISC accepted, by its request id (password change status).
  - By default the module waits until the change has ended. So it continues where M(community.sailpoint.isc_password)
    did not wait, ran out of time or was killed.
  - When waiting, the task fails if the change ends as C(FAILED). With O(wait=false), the state is only returned.
extends_documentation_fragment:
  - community.sailpoint.attributes
  - community.sailpoint.attributes.action_group
  - community.sailpoint.attributes.reads
  - community.sailpoint.connection
  - community.sailpoint.wait
options:
  request_id:
    description:
      - The request id that M(community.sailpoint.isc_password) returned.
      - It is required, except in check mode, where nothing was sent. Then RV(state) is V(null).
    type: str
  password:
    description: The password of that change, if you have it. It is not sent, but masked in the result if ISC repeats it
      in an error.
    type: str
attributes:
  check_mode:
    details: The module only reads. It waits in check mode as well.
notes:
  - The token needs the scope C(idn:password-change:read).
  - Right after a change was accepted, ISC may not know its request id yet. So during the first 30 seconds of waiting,
    the module tries again after HTTP 404.
seealso:
  - module: community.sailpoint.isc_login
  - module: community.sailpoint.isc_password
"""

EXAMPLES = r"""
- name: Set a password without waiting
  community.sailpoint.isc_password:
    user_name: svc-backup
    source_name: Active Directory
    password: "{{ new_password }}"
    wait: false
  register: change

- name: Read its status once
  community.sailpoint.isc_password_change_info:
    request_id: "{{ change.request_id }}"
    wait: false
  register: status

- name: Wait for its end, for half an hour at most
  community.sailpoint.isc_password_change_info:
    request_id: "{{ change.request_id }}"
    wait_timeout: 1800
"""

RETURN = r"""
request_id:
  description: The request id.
  type: str
  returned: success, and on failure if the change failed or did not end
  sample: 089899f13a8f4da7824996191587bab9
state:
  description: V(IN_PROGRESS), V(FINISHED) or V(FAILED), as last seen. V(null) in check mode without O(request_id).
  type: str
  returned: success, and on failure if the change failed or did not end
  sample: FINISHED
finished:
  description: Whether the change has ended, in any state.
  type: bool
  returned: success
  sample: true
errors:
  description: The errors that ISC reports.
  type: list
  elements: str
  returned: success, and on failure if the change failed or did not end
  sample: []
source_ids:
  description: The ids of the sources that the change reaches. There are several in a password sync group.
  type: list
  elements: str
  returned: success, and on failure if the change failed or did not end
  sample: ["2c918083746f642c01746f990884012a"]
outcome:
  description: V(failed) when ISC reported C(FAILED), V(unknown) when the change did not end or its status can't be
    read.
  type: str
  returned: failure, while waiting
  sample: unknown
step:
  description: The step at which the change failed, always V(wait).
  type: str
  returned: failure, while waiting
  sample: wait
"""

import typing as t

from ..module_utils._api.password_change import CHANGE_IN_PROGRESS, CHANGE_STATUS, Change, read_change_status
from ..module_utils._change.flow import ChangeFlow, Resume, Settings, Watch, drive, interrupted_error, unwatched
from ..module_utils._change.poll import intervals, poll_settings, wait_spec
from ..module_utils._change.sync_group import SyncGroups
from ..module_utils._client.client import Client
from ..module_utils._client.connection import connection_spec
from ..module_utils._client.operation import operation_path
from ..module_utils._errors import InputError, check_text
from ..module_utils._task.execution import Result, run_module

ARGUMENT_SPEC = dict(
    connection_spec(),
    **wait_spec(),
    request_id={"type": "str"},
    password={"type": "str", "no_log": True},
)
SECRET_KEYS = ()


def run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client, watch: Watch = unwatched) -> Result:
    """Read the status once, or until the change has ended."""
    if params["request_id"] is None:
        if check_mode:
            return dict(Change(None, CHANGE_IN_PROGRESS).as_result(), state=None, changed=False, finished=False)
        raise InputError(
            "request_id is missing.",
            "Pass on the request_id that community.sailpoint.isc_password returned. It returns none if nothing was "
            "sent, or if ISC accepted the change without one. In that case its state says whether the change has "
            "ended, and the status can't be read.",
        )
    change = Change(check_text("request_id", params["request_id"]), CHANGE_IN_PROGRESS)
    polling = poll_settings(params)
    operation_path(CHANGE_STATUS, client.api_version, params["request_id"])
    if params["wait"]:
        flow = ChangeFlow({}, params["password"], Settings(polling, params["retries"]), client.runtime)
        # It may have been sent just now, so for a while, a missing status can be one that doesn't exist yet.
        flow.resume(Resume(change, client.runtime.time()), client.runtime.clock())
        with watch(lambda: interrupted_error(flow), lambda: flow.sending):
            drive(flow, client.without_retries(), SyncGroups(client), intervals(polling, client.runtime.random))
        if flow.error is not None:
            raise flow.error.replace(details={"step": flow.step, **flow.error.details})
        change = t.cast(Change, flow.change)
    else:
        change = change.updated(read_change_status(client, params["request_id"], secrets=[params["password"]]))
    return dict(change.as_result(), changed=False, finished=change.ended)


def main() -> None:
    run_module(ARGUMENT_SPEC, run, SECRET_KEYS)


if __name__ == "__main__":
    main()
