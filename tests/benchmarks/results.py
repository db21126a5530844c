# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stored reports, one of the last full run of each benchmark."""

from __future__ import annotations

import json
import re
from pathlib import Path

from benchmarks.report import Report

FILE = Path(__file__).resolve().with_name("results.json")


def kept() -> dict[str, Report]:
    if not FILE.exists():
        return {}
    return {name: Report.of(value) for name, value in json.loads(FILE.read_text(encoding="utf-8")).items()}


def keep(name: str, report: Report) -> None:
    reports = {**kept(), name: report}
    values = {key: reports[key].as_value() for key in sorted(reports)}
    text = json.dumps(values, indent=2, ensure_ascii=False)
    # A line for each row of a table and each promise, so that differences are readable.
    text = re.sub(r"([\[{])\s+([^][{}]+?)\s+([\]}])", lambda part: part[1] + " ".join(part[2].split()) + part[3], text)
    FILE.write_text(f"{text}\n", encoding="utf-8")
