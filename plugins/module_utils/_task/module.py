# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands around an operation when it runs as an ordinary module."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

from .argspec import Spec
from .execution import Run, defect, execute
from .secrets import register_secrets, returned_secrets


def run_module(
    argument_spec: Spec, run: Run, secret_keys: t.Sequence[str] = (), many_secrets: str | None = None
) -> None:
    """Run an operation as an Ansible module and end the process.

    :param secret_keys: the return keys whose values are secrets.
    :param many_secrets: an option that is a list of thousands of entries with a secret each, which C(run) itself keeps
        out of its result. Ansible would look for each of them in each text that it logs or returns.
    """
    module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, no_log=many_secrets is not None)
    try:
        _perform(module, run, secret_keys, many_secrets)
    except Exception as error:  # Ansible would show its text
        module.fail_json(msg=defect(error))


def _perform(module: AnsibleModule, run: Run, secret_keys: t.Sequence[str], many_secrets: str | None) -> None:
    result = execute(run, module.params, module.check_mode)
    secrets = [option for option, details in module.argument_spec.items() if details.get("no_log")]
    hidden = dict.fromkeys((*secrets, *filter(None, [many_secrets])), "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")
    result["invocation"] = {"module_args": {**module.params, **hidden}}
    # Nothing else of the result holds a secret but what is returned as one. Up to ansible-core 2.21, a password that
    # occurs in the id of its account would spoil that.
    module.no_log_values.clear()
    register_secrets(returned_secrets(result, secret_keys))
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
