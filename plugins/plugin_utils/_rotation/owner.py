# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The identity of a run of Ansible, and whether another run is still alive."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import socket
import typing as t

OWN = "own"  # This run, for this inventory host.
ALIVE = "alive"  # Another run that is alive, or this run for another host.
DEAD = "dead"  # A run that has ended.
REMOTE = "remote"  # A run on another machine or in another container, whose state can't be seen from here.


class RunOwner(t.NamedTuple):
    """A run of Ansible for one inventory host.

    :ivar node: the machine, its boot and the PID namespace.
    :ivar process: the process id of ``ansible-playbook``.
    :ivar started: when that process started, because ids are reused.
    """

    node: str
    process: int
    started: str
    inventory_host: str

    @classmethod
    def from_value(cls, value: t.Mapping[str, t.Any]) -> RunOwner:
        """Read an owner from JSON.

        :raises TypeError, KeyError, ValueError: it is malformed.
        """
        node, process, started, host = (value[field] for field in cls._fields)
        if not all(isinstance(text, str) for text in (node, started, host)) or isinstance(process, bool):
            raise TypeError
        return cls(str(node), int(process), str(started), str(host))

    def __str__(self) -> str:
        return f"process {self.process} on {self.node.partition(' ')[0]}, for the host {self.inventory_host}"


def liveness(owner: RunOwner, me: RunOwner) -> str:
    """Return the state of *owner* as seen from the run *me*: OWN, ALIVE, DEAD or REMOTE."""
    if owner == me:
        return OWN
    if owner.node != me.node:
        return REMOTE
    return ALIVE if start_of_process(owner.process) == owner.started else DEAD


def this_run(inventory_host: str) -> RunOwner:
    """Return the run of this process: the ``ansible-playbook`` that forked it, or the process itself."""
    parent = multiprocessing.parent_process()
    process = os.getpid() if parent is None or parent.pid is None else parent.pid
    return RunOwner(_node(), process, start_of_process(process) or "", inventory_host)


def start_of_process(process: int) -> str | None:
    """Return when a process of this node started, in a system-specific form; ``None`` if there is no such process."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            # The command's name is in parentheses and may contain blanks and parentheses.
            fields = file.read().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    except FileNotFoundError:
        return None if os.path.isdir("/proc/self") else _start_without_proc(process)
    except (OSError, IndexError):
        return None


def _start_without_proc(process: int) -> str | None:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass
    return ""


def _node() -> str:
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError), open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        parts.append(file.read().strip())
    with contextlib.suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)
