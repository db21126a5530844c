# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that must not be shown, told to Ansible where it wants to know."""

from __future__ import annotations

import typing as t

try:
    # ansible-core 2.22 and later: what is registered is masked in all output and stays real in a registered variable.
    from ansible.module_utils.secrets import register_secret as _register_secret
except ImportError:
    _register_secret = None

MASKS_ALL_OUTPUT = _register_secret is not None
"""Whether this ansible-core masks registered secrets by itself."""


def returned_secrets(result: t.Mapping[str, t.Any], keys: t.Iterable[str]) -> list[t.Any]:
    """Return the secrets in the result of a module: the values of *keys*, and what a receipt tells of its password."""
    receipt = result.get("receipt")
    fingerprint = receipt.get("fingerprint") if isinstance(receipt, dict) else None
    parts = [fingerprint.get(part) for part in ("salt", "digest")] if isinstance(fingerprint, dict) else []
    return [each for each in (*(result.get(key) for key in keys), *parts) if each]


def register_secrets(values: t.Iterable[t.Any]) -> None:
    """Have ansible-core mask *values* in all output, where it can (2.22 and later)."""
    if _register_secret is not None:
        for value in values:
            if isinstance(value, str) and value:
                _register_secret(value)
