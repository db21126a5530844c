# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks by name, in the order of the page."""

from __future__ import annotations

from benchmarks import forks, hosts, limit, memory, one_task, rotation, scaling, sdk, slices

BENCHMARKS = {
    module.__name__.rpartition(".")[2]: module
    for module in (rotation, hosts, limit, slices, sdk, scaling, memory, forks, one_task)
}
"""Modules with ``TITLE``, ``ABOUT`` (in reStructuredText) and ``run(quick)``."""
