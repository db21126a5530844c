# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that came from a server, made fit to be shown."""

from __future__ import annotations

LONGEST_TEXT = 1000


def clean_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return *text* on one line, without control characters, cut to *longest* characters.

    A server's text is shown on terminals and in AWX: escape sequences and line breaks in it could imitate other output.
    """
    printable = "".join(character if character.isprintable() else " " for character in text[: longest * 4])
    folded = " ".join(printable.split())
    return folded if len(folded) <= longest else folded[: longest - 3] + "..."
