# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookup plugins of Ansible, as a store uses them to connect."""

from __future__ import annotations

import typing as t

from ansible.plugins.loader import lookup_loader

from .._arguments import plain
from .base import Lookup


def lookup_of(loader: t.Any, templar: t.Any, variables: t.Mapping[str, t.Any]) -> Lookup:
    """Return what runs lookup plugins with the variables of a host."""

    def lookup(name: str, **options: t.Any) -> t.Any:
        plugin = lookup_loader.get(name, loader=loader, templar=templar)
        if plugin is None:
            raise LookupError(name)
        return plain(templar.template(plugin.run([], variables=dict(variables), **options)[0]))

    return lookup
