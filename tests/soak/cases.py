# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs cases that a seed decides, until one of them finds something."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any


class FindingError(Exception):
    """A promise is broken. The text has the seed, the case and the problem."""


def run_cases(
    target: str,
    seed: int | None,
    run_case: Callable[[int], Any],
    goes_on: Callable[[int], bool],
    summary: Callable[[Counter[Any]], str],
) -> int:
    """Run cases with consecutive seeds, or only the case of *seed*; print a summary, and return the exit code.

    :param run_case: runs the case of a seed, returns how it ended, and raises FindingError.
    :param goes_on: returns whether to run another case after a number of them.
    """
    first = random.SystemRandom().randrange(10**9) if seed is None else seed
    endings: Counter[Any] = Counter()
    print(f"{target}: cases from seed {first} on", flush=True)
    try:
        while not endings or (seed is None and goes_on(endings.total())):
            endings[run_case(first + endings.total())] += 1
    except FindingError as finding:
        print(f"{finding}\n\nAgain: make soak ARGS='{target} --seed {first + endings.total()}'", flush=True)
        return 1
    finally:
        print(summary(endings), flush=True)
    return 0


def counted(endings: Counter[str], promise: str) -> str:
    """Return a line for each ending with its number, and a line for all of them."""
    lines = [f"{ending:36}{count:7}" for ending, count in endings.most_common()]
    return "\n".join([*lines, f"{'all':36}{endings.total():7}  {promise}"])
