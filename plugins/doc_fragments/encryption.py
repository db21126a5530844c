# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requirements of modules that encrypt passwords."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents the requirements of ``_password.encryption``."""

    DOCUMENTATION = r"""
options: {}
requirements:
  - cryptography >= 3.4
notes:
  - ISC accepts passwords only if they are encrypted with RSA and PKCS#1 v1.5 padding. A machine in FIPS mode that
    forbids this can't set passwords; nothing is sent then.
"""
