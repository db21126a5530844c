# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``make soak`` runs: what tests can't wait for, for as long as you like."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from soak import crashes, echoes, fuzz, kills


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, run what it names, and return the exit code: 1 when something was found."""
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
    if given.what == "fuzz":
        return fuzz.soak(given.minutes, given.seed)
    if given.what == "crashes":
        return crashes.soak(given.minutes, given.seed, given.cases)
    if given.what == "kills":
        return kills.soak(given.minutes, given)
    if given.what == "echoes":
        return echoes.soak(given.seed, given.cases)
    third = given.minutes / 3
    return (
        fuzz.soak(third, None)
        or crashes.soak(third, None, given.cases)
        or kills.soak(third, given)
        or echoes.soak(None, given.cases)
    )
