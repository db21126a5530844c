# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a batch as a process without a playbook, to be killed often.

python batch_process.py OPTIONS.json RESULT.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.modules import isc_password_batch


def main(options: str, result: str) -> None:
    validation = ModuleArgumentSpecValidator(isc_password_batch.ARGUMENT_SPEC).validate(
        json.loads(Path(options).read_text("utf-8"))
    )
    assert not validation.error_messages, validation.error_messages
    outcome = execute(isc_password_batch.run, validation.validated_parameters, False)
    Path(result).write_text(json.dumps(outcome), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
