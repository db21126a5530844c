# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates and C(omit) as the variables of a play hold them, with each ansible-core."""

from __future__ import annotations

from typing import Any

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18 and older

    def trust_as_template(text: str) -> str:
        """Return *text*: every text is a template there."""
        return text

    WITH_OMIT: dict[str, Any] = {"omit": "__omit_place_holder__5ae1f3"}
else:
    WITH_OMIT = {}
"""What the variables of a play hold of C(omit): it is one of them up to ansible-core 2.18."""


def template(value: Any) -> Any:
    """Return *value* as a play has it: a text is a template."""
    return trust_as_template(value) if isinstance(value, str) else value
