# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an operation and turn its result or its error into the result of a task.

The ordinary modules and the action plugins share this code, so that their results are the same. Secrets are registered
with Ansible if its version can mask them.
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

    An exception becomes a result with ``failed`` and ``msg``. Warnings are in ``warnings``.
    """
    client: Client | None = None
    try:
        client = connect(params)
        result = dict(run(params, check_mode, client))
    except Exception as error:
        result = failure_result(error)
    finally:
        if client is not None:
            with contextlib.suppress(Exception):  # The result matters more than a clean end of the connection.
                client.close()
    if client is not None and client.warnings:
        result["warnings"] = [one_line(warning) for warning in client.warnings]
    return result


def failure_result(error: Exception) -> Result:
    if isinstance(error, IscError):
        return dict(error.as_result(), failed=True, changed=error.details.get("changed", False))
    return {"failed": True, "changed": False, "msg": internal_error_message(error)}


def internal_error_message(error: Exception) -> str:
    """Return a message for an unexpected exception: its type, its location, and where to report it.

    Its text and the texts of its causes are not shown, because they could contain a secret.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return (
        f"community.sailpoint {VERSION} has an internal error ({type(error).__name__} at {place}). "
        f"What was done before that is not known. Please report this line at {ISSUES}."
    )


try:
    # In ansible-core 2.22 and later, registered secrets are masked in all output, but not in registered variables.
    from ansible.module_utils.secrets import register_secret as _register_secret
except ImportError:
    _register_secret = None


def returned_secrets(result: t.Mapping[str, t.Any], keys: t.Iterable[str]) -> list[t.Any]:
    """Return the secrets in the result of a module: the values of *keys*, and the fingerprint in a receipt."""
    receipt = result.get("receipt")
    fingerprint = receipt.get("fingerprint") if isinstance(receipt, dict) else None
    parts = [fingerprint.get(part) for part in ("salt", "digest")] if isinstance(fingerprint, dict) else []
    return [each for each in (*(result.get(key) for key in keys), *parts) if each]


def register_secrets(values: t.Iterable[t.Any]) -> None:
    """Make ansible-core mask *values* in all output, if it can (2.22 and later)."""
    if _register_secret is not None:
        for value in values:
            if isinstance(value, str) and value:
                _register_secret(value)


def run_module(argument_spec: Spec, run: Run, secret_keys: t.Sequence[str] = (), unlogged: str | None = None) -> None:
    """Run an operation as an Ansible module and end the process.

    :param secret_keys: the return keys whose values are secrets.
    :param unlogged: an option that holds secrets among up to thousands of other texts. *run* itself keeps them out of
        its result. With ``no_log``, Ansible would search everything that it logs or returns for each of these texts.
    """
    module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, no_log=unlogged is not None)
    try:
        result = execute(run, module.params, module.check_mode)
        hidden = [option for option, details in module.argument_spec.items() if details.get("no_log")]
        hidden += [unlogged] if unlogged else []
        masked = dict.fromkeys(hidden, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")
        result["invocation"] = {"module_args": {**module.params, **masked}}
        # The only secrets in the result are the values of the secret keys. ansible-core before 2.22 would also mask a
        # part of an account's id that happens to equal its password.
        module.no_log_values.clear()
        register_secrets(returned_secrets(result, secret_keys))
        for warning in result.pop("warnings", ()):
            module.warn(warning)
        if result.pop("failed", False):
            module.fail_json(**result)
        module.exit_json(**result)
    except Exception as error:  # Ansible would show its text.
        module.fail_json(msg=internal_error_message(error))
