# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths from users: where their files are looked for, and where a run may write."""

from __future__ import annotations

import os
import typing as t

from ansible import context

from ..module_utils._durable_file import folder_problem

_COLLECTION_PLAYBOOKS = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", "playbooks"))


class Places(t.NamedTuple):
    """The folders in which a user's files are looked for: that of the playbook, then the working directory."""

    playbook: str
    working: str

    @classmethod
    def of_run(cls, playbook_dir: str) -> Places:
        """Return the places of this run of Ansible.

        :param playbook_dir: Ansible's variable. In a playbook of this collection it is the collection's folder, even
            if the user's playbook imports that playbook. Then the user's playbook is taken from the command line.
        """
        working = os.getcwd()
        if os.path.realpath(playbook_dir) != _COLLECTION_PLAYBOOKS:
            return cls(playbook_dir, working)
        playbooks = (path for path in context.CLIARGS.get("args", ()) if os.path.isfile(path))
        return cls(next((os.path.dirname(os.path.abspath(path)) for path in playbooks), working), working)

    def file_problem(self, option: str, value: str, path: str) -> str | None:
        """Return a sentence that says where a user's file was looked for, or ``None`` if it exists.

        :param option: the name of the option. :param value: its value. :param path: the absolute path of the file.
        """
        if os.path.isfile(path):
            return None
        return (
            f"{option} is {value}, and there is no such file, neither beside the playbook ({self.playbook}) nor in the "
            f"working directory ({self.working})."
        )

    def find(self, path: str) -> str:
        """Return the absolute path of a user's file or folder, which need not exist."""
        expanded = os.path.expanduser(path)
        folders = (self.playbook, os.path.join(self.playbook, "tasks"), self.working)
        candidates = [os.path.join(folder, expanded) for folder in folders]
        return next(filter(os.path.exists, candidates), candidates[0])


def path_mistakes(option: str, path: str, folder: str) -> t.Iterator[str]:
    """Yield a sentence for each problem of a path that a run writes to.

    :param option: the name of the option. :param path: its value. :param folder: the folder that must exist.
    """
    if not os.path.isabs(path):
        yield (
            f"{option} is {path}, a relative path, which depends on where the run is started. Give an absolute path, "
            "or one that begins with ~."
        )
    elif not os.path.isdir(folder):
        yield (
            f"{option} is {path}, and the folder {folder} does not exist. Create it first. In AWX, it must be exposed "
            "to jobs (Paths to expose to isolated jobs): files that a job writes elsewhere are lost with its container."
        )
    else:
        fault = folder_problem(os.stat(folder))
        if fault is not None:
            yield f"{option} is {path}, and {fault}. Passwords and records could be replaced there."
