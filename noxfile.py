# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conventional checks of an Ansible collection, as antsibull-nox.toml chooses them: ``nox -l`` lists them.

Alone, ``nox`` gives each session a virtual environment of its own, and takes the newest tools. ``make lint`` runs those
that don't need one, with ``--no-venv --no-install`` and the pinned tools of the checkout. All other tests are targets
of the Makefile; CONTRIBUTING.md says why.
"""

from __future__ import annotations

import antsibull_nox
import nox

nox.options.envdir = ".cache/nox"

antsibull_nox.load_antsibull_nox_toml()
