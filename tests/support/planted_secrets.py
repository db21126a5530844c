# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that tests put into the variables of a play, and search for in its output."""

from __future__ import annotations

from typing import Any

from support.playbook import defaults

# It contains all characters that an encoding can change.
PASSWORD = "Leak-me.7 \"quoted\" 'n' \\back & 100%25+/;"
OTHER_PASSWORD = "Leak-too.8=&%"
SHORT_PASSWORD = "Leak9zz"
WRONG_SECRET = "wrong & secret=77%25"
OPAQUE_TOKEN = "opaque-leaking-token-4711"


def variables(tenant: Any) -> dict[str, Any]:
    """Return the secrets as variables, as from a vault."""
    return {
        "client_secret": tenant.clients["api-client"]["client_secret"],
        "user_secret": tenant.clients["pat-abby"]["client_secret"],
        "password": PASSWORD,
        "other_password": OTHER_PASSWORD,
        "short_password": SHORT_PASSWORD,
        "wrong_secret": WRONG_SECRET,
        "opaque_token": OPAQUE_TOKEN,
    }


def connected(tenant: Any) -> dict[str, Any]:
    """Return module_defaults that take the secret from a variable."""
    return defaults(tenant, client_secret="{{ client_secret }}")
