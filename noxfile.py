# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The standard checks of an Ansible collection, configured in antsibull-nox.toml. ``nox -l`` lists them.

By default, ``nox`` gives each session its own virtual environment with the newest tools. ``make lint`` runs the
sessions that don't need one, with ``--no-venv --no-install`` and the checkout's pinned tools. All other tests are
targets of the Makefile. CONTRIBUTING.md gives the reason.
"""

from __future__ import annotations

import antsibull_nox
import nox

nox.options.envdir = ".cache/nox"

antsibull_nox.load_antsibull_nox_toml()
