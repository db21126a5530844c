# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create the virtual environment of this checkout, and install the requirements of the tests.

    python3 tests/tools/set_up.py .venv

It must start with an old Python too, to say that the Python is too old.

nox creates an environment for each session, but one for all needs to be installed only once.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
REQUIREMENTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "requirements.txt")


def check_python():
    """End with a message if this Python is unsuitable."""
    if sys.version_info < OLDEST:
        version = ".".join(str(number) for number in sys.version_info[:2])
        sys.exit(f"Python 3.11 or newer is needed, not {version}; name another one: make PYTHON=python3.12 test")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit(f"{sys.executable} has no complete venv module; on Debian and Ubuntu, install python3-venv.")


def runs_this_version(python):
    """Return whether *python* runs, and has the version of this Python."""
    try:
        output = subprocess.check_output([python, "-c", "import sys; print(sys.version_info[:2])"])
    except (OSError, subprocess.CalledProcessError):
        return False
    return output.decode().strip() == str(sys.version_info[:2])


def main(folder):
    """Create the virtual environment unless it is usable, and install the requirements."""
    check_python()
    python = os.path.join(folder, "bin", "python")
    if not runs_this_version(python):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.check_call([sys.executable, "-m", "venv", folder])
    print(f"Installing what the tests need into {folder}; this takes a minute or two.", flush=True)
    return subprocess.call([python, "-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
