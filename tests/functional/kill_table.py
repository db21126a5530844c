# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of kill points at the end of the functional tests."""

from __future__ import annotations

import collections


def table(points: list[list[str]], each: bool) -> str:
    """Return how many kill points left what in the store, and what the next run did.

    :param points: each a name, what was left, and what the next run did.
    :param each: name the points.
    """
    groups = collections.defaultdict(list)
    for name, left, done in points:
        groups[left, done].append(name)
    lines = []
    for (left, done), names in sorted(
        groups.items(), key=lambda item: (RANK.get(item[0][0].split(",")[0], 9), item[0])
    ):
        lines.append(f"{len(names):4}  {left:40}  next run: {done}")
        lines += [f"        {name}" for name in sorted(names, key=_in_order)] if each else []
    return "\n".join([*lines, f"{len(points):4}  kill points; store and tenant agree after the next run"])


RANK = {"nothing staged": 0, "staged": 1, "request id known": 2, "committed": 3}


def _in_order(name: str) -> tuple[str, int, str]:
    kind, _space, rest = name.partition(" ")
    number = rest.partition(",")[0]
    return kind, int(number) if number.isdigit() else 0, rest
