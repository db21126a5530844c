# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives client, modules and parsers random hostile responses and options, and stops if a promise is broken."""

from __future__ import annotations

import collections
import os
import random
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from simulator.tenant import Tenant
from soak import batches, modules, settings
from soak.cases import FindingError, run_cases
from soak.parsers import PARSERS
from soak.scene import Scene
from support.modules import user_settings

MODULES: dict[str, Callable[[Scene], str]] = {
    "isc_password": modules.password,
    "isc_password with a receipt": modules.password_with_receipt,
    "isc_password_info": modules.password_info,
    "isc_password_change_info": modules.change_info,
    "isc_digit_token": modules.digit_token,
    "isc_login": modules.login,
    **settings.CASES,
    "isc_password_batch": batches.batch,
    "isc_password_batch with a journal": batches.batch_with_journal,
}
# Batches take longest, parsers almost no time.
KINDS = [*MODULES, *[kind for kind in MODULES if "batch" not in kind] * 3, *PARSERS, *PARSERS]
OPTIONS = {"change_seconds": 0, "rate_limit": 0, "no_tls": True, "accounts": batches.ACCOUNTS}


class Case(NamedTuple):
    """A case that found nothing: its kind, and how it ended."""

    kind: str
    ending: str


def run_case(tenant: Tenant, seed: int) -> Case:
    """Run the case of a seed. Consecutive seeds go through all kinds.

    :raises FindingError: a promise is broken.
    """
    chance, kind = random.Random(seed), KINDS[seed % len(KINDS)]
    with tempfile.TemporaryDirectory(prefix="isc-soak-") as folder:
        story: list[str] = []
        try:
            if kind in PARSERS:
                return Case(kind, PARSERS[kind](chance))
            scene = Scene(tenant, chance, Path(folder))
            story = scene.story
            ending = MODULES[kind](scene)
            if tenant.stderr():
                raise RuntimeError(f"the simulator itself failed: {tenant.stderr()[-2000:]}")
        except Exception as error:
            place = "".join(traceback.format_exception(type(error), error, error.__traceback__)[-6:])
            lines = [f"Seed {seed}, {kind}: {type(error).__name__}: {error}", *story, place]
            raise FindingError("\n".join(lines)) from error
    return Case(kind, ending)


def table(cases: Iterable[Case]) -> str:
    """Return the number of cases of each kind, and how they ended."""
    endings: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for case in cases:
        endings[case.kind][case.ending] += 1
    lines = [f"{'what':36}{'cases':>7}  how they ended"]
    for kind in sorted(endings):
        counts = ", ".join(f"{ending}: {count}" for ending, count in endings[kind].most_common())
        lines.append(f"{kind:36}{endings[kind].total():7}  {counts}")
    total = sum(counter.total() for counter in endings.values())
    return "\n".join([*lines, f"{'all':36}{total:7}"])


def soak(minutes: float, seed: int | None) -> int:
    """Run cases for some minutes, or the case of a seed, and return the exit code."""
    for name in user_settings():
        del os.environ[name]
    deadline = time.monotonic() + minutes * 60
    with Tenant(**OPTIONS) as tenant:
        return run_cases(
            "fuzz",
            seed,
            lambda number: run_case(tenant, number),
            lambda _number: time.monotonic() < deadline,
            lambda cases: table(cases.elements()),
        )
