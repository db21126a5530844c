# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options for waiting for a password change."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents the options in ``_change.poll.wait_spec``."""

    DOCUMENTATION = r"""
options:
  wait:
    description: Whether to wait until the change has ended. ISC first only accepts a change, and carries it out later.
    type: bool
    default: true
  wait_timeout:
    description: The maximum number of seconds to wait. After that, the task fails with RV(outcome=unknown), because ISC
      keeps trying, for hours if a source can't be reached.
    type: float
    default: 600
  wait_sleep:
    description: The seconds before the status is first read. After that, the interval grows by half each time, up to 30
      seconds, with some jitter.
    type: float
    default: 2
"""
