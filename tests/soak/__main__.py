# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets ``python tests/soak`` work from anywhere, without installation."""

from __future__ import annotations

import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))

if __name__ == "__main__":
    # Python puts the package's own folder first on the path, where its modules would hide others of the same name.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != FOLDER]
    sys.path[:0] = [os.path.join(FOLDER, os.pardir, os.pardir, ".build"), os.path.dirname(FOLDER)]

    from soak.command_line import main

    sys.exit(main())
