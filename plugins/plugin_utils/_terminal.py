# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The terminal of ansible-playbook, as seen from one of its workers."""

from __future__ import annotations

import contextlib
import os
import typing as t

from ..module_utils._batch.run import BatchProgress

try:
    _ERROR_OUTPUT: int | None = os.dup(2)
except OSError:
    _ERROR_OUTPUT = None


def tell(line: str) -> None:
    """Write a line to the error output of ansible-playbook, which takes no message of a worker while it ends."""
    if _ERROR_OUTPUT is not None:
        with contextlib.suppress(OSError):
            os.write(_ERROR_OUTPUT, f"{line}\n".encode("utf-8", "replace"))


def progress_of(name: str, display: t.Any) -> BatchProgress:
    """Return what shows how far a batch is, and tells what is known of it as it is interrupted, after *name*."""
    return BatchProgress(lambda text: display.display(f"{name}: {text}"), lambda text: tell(f"{name}: {text}"))
