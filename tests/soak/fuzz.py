# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives client, modules and parsers random hostile responses and options, and stops where something doesn't hold."""

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
from soak.parsers import PARSERS
from soak.scene import Scene

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
# Batches take longest, parsers no time to speak of.
KINDS = [*MODULES, *[kind for kind in MODULES if "batch" not in kind] * 3, *PARSERS, *PARSERS]
OPTIONS = {"change_seconds": 0, "rate_limit": 0, "no_tls": True, "accounts": batches.ACCOUNTS}


class Case(NamedTuple):
    """A case that went through: what it was, and how it ended."""

    kind: str
    ending: str


class FindingError(Exception):
    """A case in which something doesn't hold; the text tells its seed, what was given, and what broke."""


def kind_of(seed: int) -> str:
    """Return what the case of a seed is of: seeds in a row go through all kinds."""
    return KINDS[seed % len(KINDS)]


def run_case(tenant: Tenant, seed: int) -> Case:
    """Run the case that a seed stands for.

    :raises FindingError: something doesn't hold.
    """
    chance, kind = random.Random(seed), kind_of(seed)
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
            raise FindingError(_told(seed, kind, story, error)) from error
    return Case(kind, ending)


def table(cases: Iterable[Case]) -> str:
    """Return how many cases there were of each kind, and how they ended."""
    endings: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for case in cases:
        endings[case.kind][case.ending] += 1
    lines = [f"{'what':36}{'cases':>7}  how they ended"]
    for kind in sorted(endings):
        told = ", ".join(f"{ending}: {count}" for ending, count in endings[kind].most_common())
        lines.append(f"{kind:36}{endings[kind].total():7}  {told}")
    total = sum(counter.total() for counter in endings.values())
    return "\n".join([*lines, f"{'all':36}{total:7}"])


def soak(minutes: float, seed: int | None) -> int:
    """Run cases for so many minutes, or the one case of a seed; print what came of it and return the exit code."""
    _forget_settings_of_the_user()
    first = random.SystemRandom().randrange(10**9) if seed is None else seed
    deadline = time.monotonic() + minutes * 60
    cases: list[Case] = []
    print(f"fuzz: cases from seed {first} on", flush=True)
    with Tenant(**OPTIONS) as tenant:
        try:
            while not cases or (seed is None and time.monotonic() < deadline):
                cases.append(run_case(tenant, first + len(cases)))
        except FindingError as finding:
            print(f"{finding}\n\nAgain: make soak ARGS='fuzz --seed {first + len(cases)}'", flush=True)
            return 1
        finally:
            print(table(cases), flush=True)
    return 0


def _told(seed: int, kind: str, story: list[str], error: Exception) -> str:
    place = "".join(traceback.format_exception(type(error), error, error.__traceback__)[-6:])
    return "\n".join([f"Seed {seed}, {kind}: {type(error).__name__}: {error}", *story, place])


def _forget_settings_of_the_user() -> None:
    """Keep credentials, proxies and CA bundles of whoever runs this out of it."""
    for name in list(os.environ):
        if name.startswith("SAIL_") or name.lower().endswith(("_proxy", "_ca_bundle")) or name == "NETRC":
            del os.environ[name]
