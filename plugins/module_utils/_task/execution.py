# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running an operation and turning its result, or its error, into the result of a task.

The ordinary modules and the action plugins both run through here, so that both end in the same way. What must not be
shown is registered with Ansible, where it can mask that.
"""

from __future__ import annotations

import contextlib
import os
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._client.client import Client
from .._client.connection import Spec, connect
from .._errors import IscError
from .._text import one_line
from .._versions import VERSION

Result = dict[str, t.Any]
Run = t.Callable[[t.Mapping[str, t.Any], bool, Client], Result]

ISSUES = "https://github.com/ansible-collections/community.sailpoint/issues"


def execute(run: Run, params: t.Mapping[str, t.Any], check_mode: bool) -> Result:
    """Run an operation with its own client and return its result.

    A failure comes back as a result with ``failed`` and ``msg``; warnings come as ``warnings``.
    """
    client: Client | None = None
    try:
        client = connect(params)
        result = dict(run(params, check_mode, client))
    except Exception as error:
        result = failure(error)
    finally:
        if client is not None:
            with contextlib.suppress(Exception):  # what was done is worth more than how it was left
                client.close()
    if client is not None and client.warnings:
        result["warnings"] = [one_line(warning) for warning in client.warnings]
    return result


def failure(error: Exception) -> Result:
    if isinstance(error, IscError):
        return dict(error.as_result(), failed=True, changed=error.details.get("changed", False))
    return {"failed": True, "changed": False, "msg": defect(error)}


def defect(error: Exception) -> str:
    """Return the sentences about an exception that should never have come up: its kind, its place, where to report it.

    Its text, and those of the exceptions behind it, could hold a secret, so they are not shown.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return (
        f"community.sailpoint {VERSION} has an internal error ({type(error).__name__} at {place}). "
        f"What was done until then is not known. Please report this line at {ISSUES}."
    )


try:
    # ansible-core 2.22 and later: what is registered is masked in all output and stays real in a registered variable.
    from ansible.module_utils.secrets import register_secret as _register_secret
except ImportError:
    _register_secret = None


def returned_secrets(result: t.Mapping[str, t.Any], keys: t.Iterable[str]) -> list[t.Any]:
    """Return the secrets in the result of a module: the values of *keys*, and what a receipt tells of its password."""
    receipt = result.get("receipt")
    fingerprint = receipt.get("fingerprint") if isinstance(receipt, dict) else None
    parts = [fingerprint.get(part) for part in ("salt", "digest")] if isinstance(fingerprint, dict) else []
    return [each for each in (*(result.get(key) for key in keys), *parts) if each]


def register_secrets(values: t.Iterable[t.Any]) -> None:
    """Have ansible-core mask *values* in all output, where it can (2.22 and later)."""
    if _register_secret is not None:
        for value in values:
            if isinstance(value, str) and value:
                _register_secret(value)


def run_module(argument_spec: Spec, run: Run, secret_keys: t.Sequence[str] = (), unlogged: str | None = None) -> None:
    """Run an operation as an Ansible module and end the process.

    :param secret_keys: the return keys whose values are secrets.
    :param unlogged: an option with secrets among other texts, maybe thousands of them, which C(run) itself keeps out of
        its result. With C(no_log) Ansible would look for each of these texts in all that it logs or returns.
    """
    module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, no_log=unlogged is not None)
    try:
        result = execute(run, module.params, module.check_mode)
        secrets = [option for option, details in module.argument_spec.items() if details.get("no_log")]
        hidden = dict.fromkeys((*secrets, *filter(None, [unlogged])), "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")
        result["invocation"] = {"module_args": {**module.params, **hidden}}
        # Nothing else of the result holds a secret but what is returned as one. Up to ansible-core 2.21, a password
        # that occurs in the id of its account would spoil that.
        module.no_log_values.clear()
        register_secrets(returned_secrets(result, secret_keys))
        for warning in result.pop("warnings", ()):
            module.warn(warning)
        if result.pop("failed", False):
            module.fail_json(**result)
        module.exit_json(**result)
    except Exception as error:  # Ansible would show its text
        module.fail_json(msg=defect(error))
