# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables an inventory may take from data: what names an account, not how its password is changed.

Whoever writes a list of accounts says which accounts there are. Where the client secret is sent, which tasks run and
where passwords are kept is for whoever writes the inventory's configuration to decide.
"""

from __future__ import annotations

from ...module_utils._task.argspec import connection_spec
from .options import BATCH_SPEC, IDENTIFYING, PREFIX, SPEC

_OTHER_OPTIONS = frozenset(
    f"{PREFIX}{option}" for option in {**SPEC, **BATCH_SPEC, **connection_spec()} if option not in IDENTIFYING
)
_OF_ANSIBLE = "ansible_"


def needs_permission(variable: str, chosen: bool) -> bool:
    """Return whether data may set *variable* only where the configuration of the inventory lists it.

    :param chosen: the configuration has chosen the name or its prefix. Otherwise it may be a variable of any play.
    """
    if chosen:
        return variable in _OTHER_OPTIONS or variable.startswith(_OF_ANSIBLE)
    return variable not in IDENTIFYING and variable.removeprefix(PREFIX) not in IDENTIFYING
