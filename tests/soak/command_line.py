# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of ``make soak``: random tests that run as long as you like."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from soak import crashes, echoes, fuzz, kills


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen targets, and return the exit code: 1 if something was found."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument(
        "what",
        nargs="?",
        choices=("fuzz", "crashes", "kills", "echoes"),
        help="all by default: the echoes, and the others for a third of the time each",
    )
    parser.add_argument("--minutes", type=float, default=10, help="not of echoes")
    parser.add_argument(
        "--seed",
        type=int,
        help="of fuzz, crashes and echoes: the one case to repeat; of kills: decides the moments, a new one by default",
    )
    parser.add_argument(
        "--cases",
        type=int,
        help=f"of crashes: how many at most, by default as many as the time allows; of echoes: {echoes.CASES}",
    )
    parser.add_argument("--kills", type=int, help="of kills: how many at most; by default as many as the time allows")
    parser.add_argument("--jobs", type=int, default=2, help="of kills: how many tenants side by side")
    parser.add_argument("--only", type=int, metavar="N", help="of kills: the number of the one kill to repeat")
    parser.add_argument(
        "--duration", type=float, help="of kills: seconds of a rotation; measured again and again by default"
    )
    given = parser.parse_args(arguments)
    if given.what is None and given.seed is not None:
        parser.error("--seed needs fuzz, crashes, kills or echoes before it")
    minutes = given.minutes if given.what else given.minutes / 3
    targets = {
        "fuzz": lambda: fuzz.soak(minutes, given.seed),
        "crashes": lambda: crashes.soak(minutes, given.seed, given.cases),
        "kills": lambda: kills.soak(minutes, given),
        "echoes": lambda: echoes.soak(given.seed, given.cases),
    }
    return next(filter(None, (targets[name]() for name in ([given.what] if given.what else targets))), 0)
