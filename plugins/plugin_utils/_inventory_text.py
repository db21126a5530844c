# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts from a file or a server as variables of hosts: Ansible evaluates nothing in them."""

from __future__ import annotations

import re
import typing as t

from ansible.utils.unsafe_proxy import wrap_var

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19, where what has no mark is trusted

    def trust_as_template(value: str) -> str:
        return value


# Braces alone would not do: C(when: "{{ variable }}") evaluates what the variable holds as an expression, in which
# lookup(...) is a call. Without brackets, pipes and quotes nothing is called, and no file is named.
_HARMLESS = re.compile(r"[\w .,:=@&+/\\-]*")


def inventory_value(value: t.Any) -> t.Any:
    """Return *value* as a variable of a host.

    A text of which nothing can be evaluated is a plain one, as in an inventory that people write. Each other one gets
    Ansible's mark for what is no template. C(ansible-inventory), and with it AWX, shows that mark.
    """
    if isinstance(value, dict):
        return {name: inventory_value(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [inventory_value(each) for each in value]
    if isinstance(value, str) and _HARMLESS.fullmatch(value):
        return trust_as_template(str(value))
    return wrap_var(value)
