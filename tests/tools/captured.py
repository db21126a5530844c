# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and captures its output, because the output of concurrent commands would mix."""

from __future__ import annotations

import subprocess
import typing as t


def run_captured(command: list[str], **how: t.Any) -> subprocess.CompletedProcess[str]:
    """Run a command without input, and return its exit code and its whole output, as ``stdout``.

    :param how: other arguments of subprocess.run, such as ``cwd`` and ``env``.
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
