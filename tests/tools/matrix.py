# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tests with each ansible-core that this collection supports, and print a table.

    python tests/tools/matrix.py                  all cores
    python tests/tools/matrix.py 2.16 2.22        these cores
    python tests/tools/matrix.py --ends           only what depends on the core: oldest, 2.19, newest, except .venv's

Each core has a virtual environment in .cache/matrix, with a supported Python of this machine. Two cores run at a time.
The output of a core's suites is shown when they have ended. The exit code is 1 if any suite failed, or if no core ran.

nox has sessions for several Pythons, but runs them one after the other, and can't fall back to a pre-release of
ansible-core.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import sys
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import findpython
from ansible.release import __version__ as installed_core
from captured import run_captured
from cores import CORES, Core, Pair, ends_and_middle, pair

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".cache" / "matrix"
REQUIREMENTS = ROOT / "tests" / "unit" / "requirements.txt"
# The version that changed templates, tags and the output of failures most.
MIDDLE = "2.19"
# The same code runs every module in both ways, so two modules are enough on other cores. One of them has threads.
BOTH_WAYS = ("isc_password", "isc_password_batch")
# Places where secrets could be shown differ from core to core.
LEAKS = ("tests/functional/test_leaks.py", "tests/functional/test_leaks_at_bad_endings.py")
# The treatment of templates and text differs as well.
HOSTILE = ("tests/functional/test_hostile_tenant.py", "tests/functional/test_odd_passwords.py")
# Unit tests of documentation and tools, which don't depend on ansible-core.
OF_THE_CHECKOUT = ("docs", "project")
# Unit tests of code that calls ansible-core or is called by it. A test checks that none is missing.
OF_ANSIBLE = (
    "tests/unit/playbooks",
    "tests/unit/plugins/action",
    "tests/unit/plugins/filter",
    "tests/unit/plugins/inventory",
    "tests/unit/plugins/lookup",
    "tests/unit/plugins/plugin_utils",
    "tests/unit/plugins/module_utils/test_execution.py",
    "tests/unit/plugins/module_utils/test_module.py",
    "tests/unit/plugins/modules/test_isc_account_info.py",
    "tests/unit/plugins/modules/test_isc_password.py",
    "tests/unit/plugins/modules/test_isc_tenant_info.py",
    "tests/unit/test_one_place.py",
)
# It is among them, but doesn't use Ansible, and takes longest.
PURE = ("tests/unit/plugins/plugin_utils/test_steps_machine.py",)
# Galaxy requires sanity tests, and `make sanity` has only the core of .venv. Up to 2.22rc1, pylint with 2.22 needs a
# package that isn't on PyPI.
SANITY: dict[str, list[str]] = {"2.19": [], "2.21": [], "2.22": ["--skip-test", "pylint"]}
AT_A_TIME = 2


def suites(core: Core, python: Path, place: Path, all_of_them: bool) -> dict[str, list[str]]:
    """Return the command of each suite, for a core whose interpreter is *python*.

    :param all_of_them: whether to run all suites, and not only those that depend most on ansible-core.
    """
    pytest = [str(python), "-m", "pytest", "-q", "-o", f"cache_dir={place / 'pytest'}", "--timeout", "300"]
    collection_test = [str(python), "tests/tools/collection_test.py", "--place"]
    commands = {
        "units": [*pytest, *OF_ANSIBLE, *(f"--ignore={each}" for each in PURE)],
        "integration": [*collection_test, str(place / "integration"), "integration", "--continue-on-error"],
        "leaks": [*pytest, *LEAKS],
    }
    if not all_of_them:
        commands["integration"] += ["--both-ways-only", *BOTH_WAYS]
        return commands
    commands["units"] = [
        *pytest,
        "tests/unit",
        "tests/promises",
        *(f"--ignore=tests/unit/{each}" for each in OF_THE_CHECKOUT),
    ]
    commands["jobs"] = [*pytest, "tests/awx_jobs", *HOSTILE]
    if core.version in SANITY:
        commands["sanity"] = [*collection_test, str(place / "sanity"), "sanity", *SANITY[core.version]]
    return commands


class Outcome(t.NamedTuple):
    """The outcome of a core: its exact version, the result of each suite, and their output."""

    pair: Pair
    version: str
    passed: dict[str, bool]
    seconds: float
    output: str


class CommandError(Exception):
    """A command that prepares a core failed. The text is its output."""


def find_python(version: str) -> str | None:
    """Return the path of a Python of a minor version, or None."""
    found = findpython.find(version)
    return None if found is None else str(found.executable)


def install(core: Core, base: str, place: Path) -> Path:
    """Create or update the virtual environment of a core, and return its interpreter."""
    python = place / "venv" / "bin" / "python"
    if not python.exists():
        _call([base, "-m", "venv", "--clear", str(place / "venv")])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--upgrade", "--requirement", str(REQUIREMENTS)]
    release, pre_release = core.requirements
    try:
        _call([*pip, release])
    except CommandError:
        _call([*pip, pre_release])
    return python


def run(chosen: Pair, all_of_them: bool) -> Outcome:
    start = time.monotonic()
    core = chosen.core
    place = PLACE / f"{core.version}-py{chosen.python}"
    place.mkdir(parents=True, exist_ok=True)
    passed: dict[str, bool] = {}
    output, version = "", core.version
    try:
        python = install(core, str(chosen.path), place)
        version = _call([str(python), "-c", "import ansible.release; print(ansible.release.__version__)"]).strip()
        path = os.pathsep.join((str(python.parent), os.environ.get("PATH", os.defpath)))
        for suite, command in suites(core, python, place, all_of_them).items():
            process = run_captured(command, cwd=ROOT, env={**os.environ, "PATH": path})
            passed[suite] = process.returncode == 0
            output += f"----- {version}: {suite} -----\n{process.stdout}"
    except CommandError as error:
        passed["installation"] = False
        output += str(error)
    return Outcome(chosen, version, passed, time.monotonic() - start, output)


def table(outcomes: t.Sequence[Outcome], missing: t.Sequence[Pair]) -> str:
    """Return a table of the cores, their Pythons and results, and of the cores that could not run."""
    lines = [f"{'ansible-core':<14} {'Python':<7} {'seconds':>7}  results"]
    for outcome in sorted(outcomes, key=lambda each: CORES.index(each.pair.core)):
        results = ", ".join(f"{suite} {'passed' if passed else 'FAILED'}" for suite, passed in outcome.passed.items())
        lines.append(f"{outcome.version:<14} {outcome.pair.python:<7} {outcome.seconds:>7.0f}  {results}")
    lines += [f"{each.missing}, which this machine lacks: not run" for each in missing]
    return "\n".join(lines)


def chosen_pairs(versions: t.Sequence[str], ends: bool) -> list[Pair]:
    """Return the cores to run, each with its Python."""
    unknown = sorted(set(versions) - {core.version for core in CORES})
    if unknown:
        known = ", ".join(core.version for core in CORES)
        sys.exit(f"matrix: this collection does not support ansible-core {', '.join(unknown)}; choose from {known}.")
    pairs = [pair(core, find_python) for core in CORES if not versions or core.version in versions]
    if ends:
        # The core of .venv has units and integration as suites of their own in `make test`.
        other = [each for each in pairs if not installed_core.startswith(f"{each.core.version}.")]
        chosen = ends_and_middle(pairs, MIDDLE)
        pairs = [each for each in other if each in chosen or each.path is None]
    return pairs


def main(arguments: t.Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="matrix", description=__doc__.partition("\n")[0])
    parser.add_argument("versions", metavar="CORE", nargs="*", help="such as 2.16; all of them without any")
    parser.add_argument("--ends", action="store_true", help="the oldest, 2.19 and the newest, less the one in .venv")
    options = parser.parse_args(arguments)
    with only_one():
        return run_all(chosen_pairs(options.versions, options.ends), all_of_them=not options.ends)


@contextlib.contextmanager
def only_one() -> t.Iterator[None]:
    """Refuse to run concurrently with another matrix, which would use the same copies of the collection."""
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("matrix: it is already running in this checkout; wait until it has ended.")
        yield


def run_all(pairs: t.Sequence[Pair], all_of_them: bool) -> int:
    """Run the suites with these cores, and print their results."""
    missing = [each for each in pairs if each.path is None]
    possible = [each for each in pairs if each.path is not None]
    print(f"Running with ansible-core {', '.join(each.core.version for each in possible)}.", flush=True)
    outcomes = []
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for future in as_completed([pool.submit(run, each, all_of_them) for each in possible]):
            outcomes.append(future.result())
            print(f"\n===== ansible-core {outcomes[-1].version} =====\n{outcomes[-1].output}", flush=True)
    print(f"===== matrix =====\n{table(outcomes, missing)}", flush=True)
    return 0 if outcomes and all(all(outcome.passed.values()) for outcome in outcomes) else 1


def _call(command: list[str]) -> str:
    process = run_captured(command, cwd=ROOT)
    if process.returncode:
        raise CommandError(f"{' '.join(command)}\n{process.stdout}")
    return process.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
