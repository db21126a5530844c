# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters whose arguments can be secret, so that the text of an unexpected exception must not be shown."""

from __future__ import annotations

import functools
import inspect
import typing as t

from ansible.errors import AnsibleError, AnsibleFilterError
from jinja2.exceptions import TemplateError
from jinja2.runtime import Undefined

from ..module_utils._password.policy import PolicyError
from ..module_utils._task.execution import internal_error_message


def safe_filter(function: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """Wrap *function* as a filter that reports internal errors without their text, and returns undefined arguments."""

    @functools.wraps(function)
    def perform(*arguments: t.Any, **options: t.Any) -> t.Any:
        try:
            inspect.signature(function).bind(*arguments, **options)
        except TypeError as error:  # its text names options, but contains no values
            raise AnsibleFilterError(f"{function.__name__}: {error}.") from None
        for argument in (*arguments, *options.values()):
            if isinstance(argument, Undefined):
                return argument
        try:
            return function(*arguments, **options)
        except PolicyError as error:
            problem = str(error)
        except (AnsibleError, TemplateError):  # already explained, or an undefined variable
            raise
        except Exception as error:
            problem = internal_error_message(error)
        # Raised outside the handler, because Ansible could show the text of an exception's cause.
        raise AnsibleFilterError(problem)

    return perform
