# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the benchmarks."""

from __future__ import annotations

import argparse

from benchmarks import page, results
from benchmarks.benchmark import BENCHMARKS
from benchmarks.report import this_machine


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure what things cost, compared in one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)} (all)")
    parser.add_argument("--quick", action="store_true", help="make each small, and leave the page as it is")
    parser.add_argument("--page", action="store_true", help="measure nothing, and write the page from stored results")
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    if not options.page:
        for name in options.names or BENCHMARKS:
            benchmark = BENCHMARKS[name]
            print(f"{benchmark.TITLE} ({name}{', quick' if options.quick else ''})\n", flush=True)
            report = benchmark.run(options.quick)._replace(machine=this_machine())
            for table in report.all_tables():
                print(table.terminal(), flush=True)
            if not options.quick:
                results.keep(name, report)
    if not options.quick:
        page.FILE.write_text(page.rendered(results.kept()), encoding="utf-8")
        print(f"Written: {page.FILE.relative_to(page.FILE.parents[3])}")
    return 0
