# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the documentation, made of the reports that are kept."""

from __future__ import annotations

from pathlib import Path

from benchmarks.benchmark import BENCHMARKS, Benchmark
from benchmarks.report import Report

FILE = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "benchmarks.rst"

_INTRODUCTION = """..
  Copyright (c) 2026, The community.sailpoint authors
  GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

  Made by ``make bench`` of tests/benchmarks/results.json. Changes by hand get lost.

.. _ansible_collections.community.sailpoint.docsite.benchmarks:

Benchmarks: what it costs
=========================

Each of these is a comparison: what stands in a table was measured in one run, on one machine, in turns. Times
differ from machine to machine, the relations hardly do. All of it runs against the embedded tenant, over TLS on the
same machine, so the network costs nothing here, and CPU time is that of the client only.

To repeat it, in a checkout of the collection, on a machine that does nothing else:

.. code-block:: shell

   make bench
   make bench ARGS="forks memory"
   make bench ARGS="--quick"

A full run takes about half an hour and writes this page. With names, only those benchmarks run, and the other
tables stay. With ``--quick`` all is small, and the page stays as it is.
"""


def rendered(reports: dict[str, Report]) -> str:
    """Return the text of the page."""
    parts = [_INTRODUCTION]
    for name, benchmark in BENCHMARKS.items():
        if name in reports:
            parts.append(_section(name, benchmark, reports[name]))
    return "\n".join(parts)


def _section(name: str, benchmark: Benchmark, report: Report) -> str:
    tables = "\n".join(table.rst() for table in report.all_tables())
    return (
        f"{benchmark.title}\n{'-' * len(benchmark.title)}\n\n{benchmark.about.strip()}\n\n{tables}\n"
        f"Benchmark ``{name}``, measured with {report.machine}.\n"
    )
