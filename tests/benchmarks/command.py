# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command, and measures its cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Wall and CPU seconds of a command with its children, and the megabytes of the largest of these processes."""

    wall: float
    cpu: float
    memory: float

    @classmethod
    def median(cls, costs: list[Cost]) -> Cost:
        return cls(*(statistics.median(numbers) for numbers in zip(*costs)))


class CommandError(Exception):
    """The command failed. The text contains its output."""


def measured(command: list[str], environment: dict[str, str], folder: Path) -> Cost:
    """Run *command* in *folder*, and return its cost.

    :raises CommandError: its exit code isn't 0.
    """
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        child = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            # The usage of this child and its children. getrusage would include earlier commands.
            _pid, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            child.wait()
            raise
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            output.seek(0)
            text = output.read().decode(errors="replace")
            raise CommandError(f"{command[0]} ended with {child.returncode}:\n{text[-4000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
