# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put Chromium, which the tests of reports need, into this checkout, unless the machine has it.

    python tests/tools/chromium.py .cache/chromium

On Debian it is unpacked from Debian's packages, which installs nothing and doesn't need root. If that fails, the file
missing.txt in the folder says why, and the tests that need it are skipped with that reason.

No package on PyPI has a browser that starts without root.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from captured import run_captured

PACKAGES = ("chromium", "chromium-driver", "fonts-dejavu-core")
PROGRAMS = ("chromium", "chromedriver")
TOOLS = ("apt-get", "dpkg-deb")
# The system's C library is used, because programs can't run with that of another system.
KEPT_OUT = ("libc6_", "libc-bin_")
MISSING = "missing.txt"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


class Unavailable(Exception):
    """Chromium isn't available. The text is a sentence that says why."""


def call(command: list[str]) -> None:
    """Run a command quietly.

    :raises Unavailable: it fails.
    """
    done = run_captured(command)
    if done.returncode:
        raise Unavailable(f"{' '.join(command[:1] + command[-2:])} failed: {done.stdout.strip()[-500:]}")


def is_debian() -> bool:
    """Return whether the packages are Debian's. Ubuntu's packages download a browser from elsewhere."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text("utf-8").splitlines()


def download(folder: Path) -> list[Path]:
    """Download the packages and their missing dependencies into *folder*, with a separate state of apt."""
    for name in ("lists/partial", "archives/partial"):
        (folder / name).mkdir(parents=True)
    options = {
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder,
        "Dir::Cache::archives": folder / "archives",
        "APT::Sandbox::User": "root",
        # A download doesn't need the system's lock, which only root may take.
        "Debug::NoLocking": "1",
        "Acquire::http::Timeout": "30",
        "Acquire::Retries": "2",
    }
    apt = ["apt-get", "--quiet", *(part for name, value in options.items() for part in ("-o", f"{name}={value}"))]
    # If a package source of the machine can't be reached, the others may still have the packages.
    subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    call([*apt, "--yes", "--no-install-recommends", "--reinstall", "--download-only", "install", *PACKAGES])
    return [path for path in (folder / "archives").glob("*.deb") if not path.name.startswith(KEPT_OUT)]


def install(target: Path) -> None:
    """Unpack Chromium into *target* atomically."""
    if not is_debian() or not all(shutil.which(tool) for tool in TOOLS):
        raise Unavailable("chromium and chromedriver are not on the PATH, and this is not Debian, which has packages.")
    print("Downloading Chromium (130 MB) with apt, for the tests of the report.", flush=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as name:
        root = Path(name) / "root"
        root.mkdir()
        for package in download(Path(name) / "apt"):
            call(["dpkg-deb", "--extract", str(package), str(root)])
        if not (root / "usr/bin/chromedriver").exists() or not (root / "usr/lib/chromium/chromium").exists():
            raise Unavailable("Debian's packages have no chromium and chromedriver where they used to be.")
        fonts = FONTS.format(fonts=target / "usr/share/fonts", cache=target / "fonts-cache")
        (root / "fonts.conf").write_text(fonts, "utf-8")
        shutil.rmtree(target, ignore_errors=True)
        root.rename(target)


def main(target: Path) -> None:
    """Install Chromium if it is missing, and record the reason if that fails."""
    if (target / "usr/bin/chromedriver").exists() or all(shutil.which(program) for program in PROGRAMS):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        install(target)
    except Unavailable as reason:
        print(f"The tests in a browser will be skipped. {reason}", flush=True)
        target.mkdir(exist_ok=True)
        (target / MISSING).write_text(f"{reason}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
