# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test on a copy of this collection.

    python tests/tools/collection_test.py sanity [ARGUMENT ...]
    python tests/tools/collection_test.py integration [ARGUMENT ...]
    python tests/tools/collection_test.py --place FOLDER sanity [ARGUMENT ...]

With ``--both-ways-only``, integration runs only the scenario of each target that compares in process and ordinary.

ansible-test must run inside .../ansible_collections/community/sailpoint, which can't be a link. So it gets a copy of
the checkout, with the tests, in a folder of .cache. Its virtual environments are there too.

antsibull-nox runs ansible-test in containers or on remote machines only; this needs neither.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import ansible_test_home
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG_FILE = Path("tests/integration/integration_config.yml")
# Files that `make`, git and other tools write into a checkout.
NOT_COPIED = (".*", "*__pycache__", "*.pyc", "*.tar.gz", "collections", "tests/output", str(CONFIG_FILE))
SIMULATOR = [sys.executable, str(ROOT / "tests/simulator"), "serve", "--until-stdin-closes", "--change-seconds", "0.3"]


def copy_collection(target: Path) -> None:
    """Copy the checkout to *target*, but keep the output of ansible-test there."""
    target.mkdir(parents=True, exist_ok=True)
    for entry in [*target.iterdir(), *target.glob("tests/*")]:
        if entry not in (target / "tests", target / "tests/output"):
            _remove(entry)

    def ignored(folder: str, names: list[str]) -> list[str]:
        paths = {name: os.path.relpath(os.path.join(folder, name), ROOT) for name in names}
        return [name for name in names if any(fnmatch.fnmatch(paths[name], pattern) for pattern in NOT_COPIED)]

    shutil.copytree(ROOT, target, symlinks=True, ignore=ignored, dirs_exist_ok=True)
    # Without its own repository, ansible-test would use that of the checkout, which ignores .cache.
    subprocess.run(["git", "init", "--quiet", str(target)], check=True)
    (target / ".git/info/exclude").write_text("/tests/output/\n")


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


@contextlib.contextmanager
def simulated_tenant() -> t.Iterator[dict[str, t.Any]]:
    """Run a tenant, and yield its data for clients."""
    with subprocess.Popen(SIMULATOR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()


def integration_config(tenant: dict[str, t.Any], place: Path, both_ways_only: bool) -> dict[str, t.Any]:
    """Return the variables of all integration targets."""
    client = tenant["clients"]["api-client"]
    return {
        "isc_base_url": tenant["base_url"],
        "isc_client_id": client["client_id"],
        "isc_client_secret": client["client_secret"],
        "isc_ca_path": tenant["ca_path"],
        "isc_control_url": tenant["control_url"],
        "isc_clients": tenant["clients"],
        "isc_both_ways_only": both_ways_only,
        # Otherwise Ansible uses the home folders of the environment and of the user, which differ here.
        "ansible_async_dir": str(place / "async"),
    }


def ansible_test(command: str, place: Path, arguments: list[str]) -> int:
    """Run ansible-test in the copy, and return its exit code."""
    home = place / "home"
    ansible_test_home.prepare(home)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "SAIL_"))}
    return subprocess.call(
        ["ansible-test", command, "--venv", "--requirements", "--python", python, "--color", "no", *arguments],
        cwd=place / "ansible_collections/community/sailpoint",
        env={**environment, "HOME": str(home)},
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="collection_test")
    parser.add_argument("--place", type=Path)
    parser.add_argument("--both-ways-only", action="store_true")
    parser.add_argument("command", choices=("sanity", "integration"))
    options, arguments = parser.parse_known_args(arguments)
    command = options.command
    place = options.place or ROOT / ".cache" / command
    copy = place / "ansible_collections/community/sailpoint"
    copy_collection(copy)
    if command != "integration":
        return ansible_test(command, place, arguments)
    with simulated_tenant() as tenant:
        (copy / CONFIG_FILE).write_text(yaml.safe_dump(integration_config(tenant, place, options.both_ways_only)))
        return ansible_test(command, place, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
