# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drawings of a report as SVG.

Positions are percentages, so that a drawing becomes as wide as its place while its text keeps its size.
"""

from __future__ import annotations

import math
import typing as t

Point = t.Mapping[str, t.Any]

_SCALE = 1000
"""The units of a chart's inner drawing in both directions."""

_ROUND = (1, 2, 5, 10)
_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Seconds that people count in."""


def shares(parts: t.Iterable[tuple[str, int]], total: int) -> str:
    """Return a bar of parts, each given by its class and its number, side by side."""
    drawn, start = [], 0.0
    for name, number in parts:
        width = 100 * number / total
        if number:
            drawn.append(f'<rect class="area {name}" x="{_percent(start)}" width="{_percent(width)}" height="100%"/>')
        start += width
    return f'<svg class="share" aria-hidden="true">{"".join(drawn)}</svg>'


def extent(progress: t.Sequence[Point]) -> float:
    """Return the seconds that the chart shows."""
    return max(float(progress[-1]["seconds"]), 1.0)


def progress_chart(progress: t.Sequence[Point], total: int, description: str) -> str:
    """Return the chart of the numbers of accounts over time.

    :param progress: points as in a report, at least one.
    :param total: accounts.
    :param description: what the chart shows in words, already escaped.
    """
    end = extent(progress)
    lines = [_horizontal(value, total) for value in range(0, total + 1, _round_step(total / 5))]
    unit = _time_step(end)
    labels = [_vertical(number * unit, end, number) for number in range(int(end / unit) + 1)]
    finished = [point["finished"] for point in progress]
    failed = [below + point["failed"] for below, point in zip(finished, progress)]
    sent = [point["sent"] for point in progress]
    nothing = [0] * len(progress)
    times = [point["seconds"] / end for point in progress]
    areas = [
        _area(name, times, lower, upper, total)
        for name, lower, upper in (
            ("finished", nothing, finished),
            ("failed", finished, failed),
            ("accepted", failed, sent),
        )
    ]
    return (
        f'<div class="chart"><svg id="chart" role="img" aria-label="{description}">'
        f"{''.join(lines)}"
        f'<svg viewBox="0 0 {_SCALE} {_SCALE}" preserveAspectRatio="none" width="100%" height="100%">'
        f"{''.join(areas)}</svg>"
        '<line class="base" x1="0" x2="100%" y1="100%" y2="100%"/>'
        f"{''.join(labels)}"
        '<line class="cursor" y1="0" y2="100%" visibility="hidden"/>'
        # The pointer is seen above the areas only where something is drawn.
        '<rect width="100%" height="100%" fill="transparent"/></svg></div>'
    )


def _area(name: str, times: t.Sequence[float], lower: t.Sequence[int], upper: t.Sequence[int], top: int) -> str:
    """Return the area between two lines of steps: a number holds until the next point."""
    path = _steps(times, upper, top) + _steps(times, lower, top)[::-1]
    return f'<path class="area {name}" d="M{"L".join(path)}Z"/>'


def _steps(times: t.Sequence[float], numbers: t.Sequence[int], top: int) -> list[str]:
    corners = []
    for place, (time, number) in enumerate(zip(times, numbers)):
        x, y = _SCALE * time, _SCALE * (1 - number / top)
        if place:
            before = _SCALE * (1 - numbers[place - 1] / top)
            corners.append(f"{x:.1f} {before:.1f}")
        corners.append(f"{x:.1f} {y:.1f}")
    return corners


def _horizontal(value: int, top: int) -> str:
    y = _percent(100 - 100 * value / top)
    return (
        f'<line class="rule" x1="0" x2="100%" y1="{y}" y2="{y}"/>'
        f'<text x="-10" y="{y}" dy="0.35em" text-anchor="end">{value:,}</text>'
    )


def _vertical(seconds: float, end: float, number: int) -> str:
    x = _percent(100 * seconds / end)
    # On a narrow screen every second label is left out.
    optional = ' class="optional"' if number % 2 else ""
    return f'<text x="{x}" y="100%" dy="20" text-anchor="middle"{optional}>{_elapsed(seconds)}</text>'


def _elapsed(seconds: float) -> str:
    if seconds and seconds % 3600 == 0:
        return f"{seconds / 3600:g} h"
    if seconds > 3600:
        return f"{seconds // 3600:g} h {seconds % 3600 / 60:02.0f}"
    if seconds and seconds % 60 == 0:
        return f"{seconds / 60:g} min"
    return f"{seconds:g} s" if seconds < 60 else f"{seconds // 60:g} min {seconds % 60:02g}"


def _round_step(wanted: float) -> int:
    """Return a round number that is not less than *wanted*, and at least 1."""
    power = 10 ** max(0, math.floor(math.log10(max(wanted, 1))))
    return next(power * factor for factor in _ROUND if power * factor >= wanted)


def _time_step(end: float) -> float:
    """Return the seconds between two labels, so that there are at most nine."""
    return next((step for step in _TIMES if end / step <= 8), 86400 * math.ceil(end / 86400 / 8))


def _percent(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"
