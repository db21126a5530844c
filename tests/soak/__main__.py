# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets ``python tests/soak`` work from anywhere, without installation."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python puts the package's own folder first on the path, where its modules would hide others of the same name.
    tests = Path(__file__).resolve().parents[1]
    sys.path[:1] = [str(tests.parent / ".build"), str(tests)]

    from soak.command_line import main

    sys.exit(main())
