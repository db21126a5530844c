# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers to surveys: secrets that tests search for, and unanswered questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from support import role_plays
from support.awx_jobs import ROOT
from support.role_plays import SOURCE

# It contains all characters that an encoding can change.
PASSWORD = "Survey-me.7 \"quoted\" 'n' \\back & 100%25+/;"
OTHER_PASSWORD = "Survey-too.8=&%"
SHORT_PASSWORD = "Survy9z"
STORE_KEY = "a key & its=quotes' \"%25"
WRONG_SECRET = "wrong & secret=77%25"


def unanswered(entry_point: str = "main") -> dict[str, str]:
    """Return all optional variables of the role as AWX sets them for unanswered questions: as empty strings."""
    specs = yaml.safe_load((ROOT / "roles/rotate_password/meta/argument_specs.yml").read_text("utf-8"))
    options = specs["argument_specs"][entry_point]["options"]
    return {name: "" for name, option in options.items() if not option.get("required")}


def account(number: int, **more: Any) -> dict[str, Any]:
    """Return the answers that identify an account of the tenant."""
    return {
        "rotate_password_user_name": user(number),
        "rotate_password_source_name": SOURCE,
        "rotate_password_wait_sleep": "0.1",
        **more,
    }


def stored(folder: Path) -> dict[str, Any]:
    """Return the answers for an account whose password is generated and stored in files of *folder*."""
    (folder / "store").mkdir(exist_ok=True)
    return role_plays.stored(folder / "store", rotate_password_store_key=STORE_KEY)


def user(number: int) -> str:
    return f"user{number:05d}"


def arrived(tenant: Any, number: int) -> str | None:
    """Return the password of an account in the tenant, or None if it was never set."""
    return role_plays.arrived(tenant, f"CN={user(number)},OU=Generated,DC=acme,DC=com")


def secrets_of(tenant: Any) -> list[str]:
    """Return all secrets of the tenant: client secrets, digit tokens, and the passwords of all accounts."""
    clients = [client["client_secret"] for client in tenant.clients.values()]
    tokens = [token["digit_token"] for token in tenant.digit_tokens()]
    passwords = [arrived(tenant, number) for number in range(1, 61)]
    return [*clients, *tokens, *filter(None, passwords)]
