# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A home folder for ansible-test, which keeps its cache in the checkout.

ansible-test downloads get-pip from a host that not every network allows, and no tool makes it use PyPI only.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

SECONDS = 5
GET_PIP = '''"""Stands in for get-pip.py of pip {version}."""

import sys

sys.path.insert(0, {wheel!r})

if __name__ == "__main__":
    from pip._internal.cli.main import main

    options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
    sys.exit(main(["install", "--upgrade", "--force-reinstall", *options]))
'''
PIP_OPTIONS = ("cert", "extra-index-url", "find-links", "index-url", "no-index", "proxy", "trusted-host")


def prepare(home: Path) -> None:
    """Prepare *home* so that ansible-test can install its virtual environments."""
    _configure_pip(home)
    _provide_get_pip(home / ".ansible/test/cache")


def _configure_pip(home: Path) -> None:
    """Copy the pip settings of the user, because ansible-test drops the environment and uses another home folder."""
    lines = ["[global]", "quiet = 1"]
    for option in PIP_OPTIONS:
        value = os.environ.get("PIP_" + option.replace("-", "_").upper())
        if value:
            lines.append(f"{option} = {value}")
    configuration = home / ".pip/pip.conf"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text("\n".join(lines) + "\n")
    users, link = Path.home() / ".config/pip", home / ".config/pip"
    if users.is_dir() and not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(users)


def _provide_get_pip(cache: Path) -> None:
    """Make a download unnecessary that not every network allows.

    ansible-test installs pip into its virtual environments with a script from Ansible's file server. If that can't be
    reached, this stores a script that uses pip from PyPI where ansible-test would store the download.
    """
    package = Path(importlib.util.find_spec("ansible_test").submodule_search_locations[0])
    version = _search(r"\bpip='([\d.]+)'", package / "_internal/python_requirements.py")
    url = _search(r"'(https://\S+/get-pip-%s\.py)'", package / "_util/target/setup/requirements.py") % version
    target = cache / f"get_pip_{version.replace('.', '_')}.py"
    if target.exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as response:
            content = response.read()
    except OSError:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache)]
        subprocess.run([*download, f"pip=={version}"], check=True)
        content = GET_PIP.format(version=version, wheel=str(next(cache.glob(f"pip-{version}-*.whl")))).encode()
    target.write_bytes(content)


def _search(pattern: str, path: Path) -> str:
    match = re.search(pattern, path.read_text())
    if match is None:
        raise RuntimeError(f"{path} doesn't contain {pattern}: this version of ansible-test is unknown")
    return match[1]
