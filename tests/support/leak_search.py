# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds secrets in the output of a run, in every form in which they could appear."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote, quote_plus

from support.playbook import Outcome

# A signed token, and a ciphertext of a key of 2048 or 4096 bits (a public key has another length).
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}")
CIPHERTEXT = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{342}==|[A-Za-z0-9+/]{683}=)(?!=)")


def encodings(secret: str) -> set[str]:
    """Return the forms in which a secret could appear."""
    data = secret.encode()
    forms = {secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret)[1:-1])[1:-1], repr(secret)[1:-1]}
    forms |= {quote(secret), quote(secret, safe=""), quote_plus(secret), secret.replace("'", "''")}
    # Base64 of a text depends on its position modulo three. All longer texts share the middle of its encoding.
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        forms.add(encoded[{0: 0, 1: 2, 2: 3}[offset] : -2])
    return {form for form in forms if len(form) >= 6}


def leaks(text: str, secrets: list[str]) -> list[str]:
    """Return the secrets in a text, with the text around them."""
    found = [match.group() for pattern in (TOKEN, CIPHERTEXT) for match in [pattern.search(text)] if match]
    for secret in secrets:
        for form in encodings(secret):
            position = text.find(form)
            if position >= 0:
                found.append(text[max(0, position - 200) : position + len(form) + 50])
    return found


def assert_no_leak(outcome: Outcome, secrets: list[str], events: int = 4) -> None:
    """Fail if a secret is in the output, the log, the events, a command line or an environment.

    :param events: the minimum number of events.
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
    # Make sure that there is output to search.
    assert len(outcome.log) > 1000
    assert len(outcome.events) >= events
