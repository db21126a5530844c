# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command whose output is kept, to be shown when it has ended.

Those that run suites beside each other need it: the output of both would mix.
"""

from __future__ import annotations

import subprocess
import typing as t


def run_captured(command: list[str], **how: t.Any) -> subprocess.CompletedProcess[str]:
    """Run a command without input, and return its exit code and all that it printed, as ``stdout``.

    :param how: what else subprocess.run takes, such as ``cwd`` and ``env``.
    """
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **how,
    )
