# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks by name, in the order of the page."""

from __future__ import annotations

from typing import Callable, NamedTuple

from benchmarks import forks, hosts, limit, memory, one_task, rotation, scaling, sdk, slices
from benchmarks.report import Report


class Benchmark(NamedTuple):
    """``run(quick)`` measures; ``about`` says what, in reStructuredText."""

    title: str
    about: str
    run: Callable[[bool], Report]


BENCHMARKS = {
    name: Benchmark(module.TITLE, module.ABOUT, module.run)
    for name, module in {
        "rotation": rotation,
        "hosts": hosts,
        "limit": limit,
        "slices": slices,
        "sdk": sdk,
        "scaling": scaling,
        "memory": memory,
        "forks": forks,
        "one_task": one_task,
    }.items()
}
