# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds secrets in what comes out of a run, in every form in which they could show."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote, quote_plus

from support.playbook import Outcome

# A signed token, and what is encrypted with a key of 2048 or 4096 bits (a public key has another length).
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}")
CIPHERTEXT = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{342}==|[A-Za-z0-9+/]{683}=)(?!=)")


def encodings(secret: str) -> set[str]:
    """Return the forms in which a secret could show."""
    data = secret.encode()
    forms = {secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret)[1:-1])[1:-1], repr(secret)[1:-1]}
    forms |= {quote(secret), quote(secret, safe=""), quote_plus(secret), secret.replace("'", "''")}
    # In base64 a text looks different for each of three positions; its middle is what all longer texts share.
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        forms.add(encoded[{0: 0, 1: 2, 2: 3}[offset] : -2])
    return {form for form in forms if len(form) >= 6}


def leaks(text: str, secrets: list[str]) -> list[str]:
    """Return what of the secrets is in a text, with what stands around it."""
    found = [match.group() for pattern in (TOKEN, CIPHERTEXT) for match in [pattern.search(text)] if match]
    for secret in secrets:
        for form in encodings(secret):
            position = text.find(form)
            if position >= 0:
                found.append(text[max(0, position - 200) : position + len(form) + 50])
    return found


def assert_no_leak(outcome: Outcome, secrets: list[str], events: int = 4) -> None:
    """Fail where a secret is in the output, the log, the events or a command line.

    :param events: how many there are at least.
    """
    places = {
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
        "log": outcome.log,
        "events": outcome.event_text,
        "command lines": "\n".join(outcome.command_lines),
        "environments": "\n".join(outcome.environments),
    }
    for place, text in places.items():
        assert leaks(text, secrets) == [], place
    # The search would find nothing in nothing.
    assert len(outcome.log) > 1000
    assert len(outcome.events) >= events
