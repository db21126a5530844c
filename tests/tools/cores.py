# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions of ansible-core that this collection supports, and the Python versions of their control nodes.

antsibull-nox knows these too, but only for its containers.
"""

from __future__ import annotations

import typing as t


class Core(t.NamedTuple):
    """A minor version of ansible-core, and the Python versions of its control node, the preferred one first."""

    version: str
    pythons: tuple[str, ...]

    @property
    def requirements(self) -> tuple[str, str]:
        """The requirements for pip: the latest patch, and the latest pre-release in case there is no patch."""
        return f"ansible-core == {self.version}.*", f"ansible-core == {self.version}.*, >= {self.version}.0a1"


# https://docs.ansible.com/ansible/latest/reference_appendices/release_and_maintenance.html#ansible-core-support-matrix
# The preferred versions cover all Pythons: the oldest with the oldest core, the newest with the newest.
CORES = (
    Core("2.16", ("3.10", "3.11", "3.12")),
    Core("2.17", ("3.11", "3.12", "3.10")),
    Core("2.18", ("3.12", "3.11", "3.13")),
    Core("2.19", ("3.11", "3.13", "3.12")),
    Core("2.20", ("3.12", "3.13", "3.14")),
    Core("2.21", ("3.13", "3.14", "3.12")),
    Core("2.22", ("3.14", "3.13")),
)


class Pair(t.NamedTuple):
    """A core, and the version and path of the Python to run it on, or None if the machine has no suitable one."""

    core: Core
    python: str | None
    path: str | None

    @property
    def missing(self) -> str:
        """The missing Python, in words."""
        return f"ansible-core {self.core.version} needs Python {' or '.join(sorted(self.core.pythons, key=_numbers))}"


def pair(core: Core, find: t.Callable[[str], str | None]) -> Pair:
    """Choose the Python of a core.

    :param find: returns the path of a Python of a minor version, or None.
    """
    for python in core.pythons:
        path = find(python)
        if path is not None:
            return Pair(core, python, path)
    return Pair(core, None, None)


def ends_and_middle(pairs: t.Sequence[Pair], middle: str) -> list[Pair]:
    """Return the oldest core, *middle* and the newest, if the machine has a Python for them."""
    possible = [each for each in pairs if each.path is not None]
    chosen = {possible[0].core.version, middle, possible[-1].core.version} if possible else set()
    return [each for each in possible if each.core.version in chosen]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
