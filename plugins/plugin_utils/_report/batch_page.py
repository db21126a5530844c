# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on a batch as a page: ``batch.html``, with the report in place of the sample."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from ...module_utils._outcomes import OUTCOMES
from .batch import Report

PAGE = Path(__file__).with_name("batch.html")
_SAMPLE = re.compile(
    '(?<=<title>).*?(?=</title>)|(?<=<p id="summary">).*?(?=</p>)|(?<=id="data">).*?(?=</script>)', re.DOTALL
)


def batch_report_page(report: Report) -> str:
    """Return the page of a report that C(batch_report) made."""
    totals = report["totals"]
    # What is there to read without JavaScript.
    counts = ", ".join(f"{totals[outcome]:,} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
    summary = f"Accounts: {totals['accounts']:,}, of which {counts}."
    # So it ends no script element and opens no comment.
    escapes = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&"})
    data = json.dumps(report, separators=(",", ":")).translate(escapes)
    parts = iter((html.escape(report["title"]), summary, data))
    # In one pass, so that no part is taken for a place.
    return _SAMPLE.sub(lambda _place: next(parts), PAGE.read_text("utf-8"))
