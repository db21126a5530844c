# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from a file or a server as host variables in which Ansible evaluates nothing."""

from __future__ import annotations

import re
import typing as t

from ansible.utils.unsafe_proxy import wrap_var

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19, which trusts unmarked text

    def trust_as_template(value: str) -> str:
        return value


# Excluding braces alone is not enough: ``when: "{{ variable }}"`` evaluates the variable's text as an expression, in
# which lookup(...) is a call. Without brackets, pipes and quotes, an expression can't call anything or name a file.
_HARMLESS = re.compile(r"[\w .,:=@&+/\\-]*")


def inventory_value(value: t.Any) -> t.Any:
    """Return *value* as a host variable.

    Harmless text is trusted, like the text of a handwritten inventory. Any other text is marked as unsafe, so that
    Ansible never templates it. ``ansible-inventory``, and with it AWX, shows that mark.
    """
    if isinstance(value, dict):
        return {name: inventory_value(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [inventory_value(entry) for entry in value]
    if isinstance(value, str) and _HARMLESS.fullmatch(value):
        return trust_as_template(str(value))
    return wrap_var(value)
