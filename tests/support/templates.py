# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates and ``omit`` as variables of a play, for each ansible-core."""

from __future__ import annotations

from typing import Any

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18 and older

    def trust_as_template(text: str) -> str:
        """Return *text*, because every text is a template there."""
        return text

    WITH_OMIT: dict[str, Any] = {"omit": "__omit_place_holder__5ae1f3"}
else:
    WITH_OMIT = {}
"""The variable ``omit`` of a play, which exists up to ansible-core 2.18."""


def template(value: Any) -> Any:
    """Return *value*, marked as a template if it is text."""
    return trust_as_template(value) if isinstance(value, str) else value
