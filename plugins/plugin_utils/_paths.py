# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths that users give: where a file of theirs is found, and where a run may write."""

from __future__ import annotations

import os
import typing as t

from ansible import context

from ..module_utils._durable_file import folder_problem

_OWN_PLAYBOOKS = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", "playbooks"))


class Places(t.NamedTuple):
    """Where the files of a user are looked for: beside the playbook, then in the working directory."""

    playbook: str
    working: str

    @classmethod
    def of_run(cls, playbook_dir: str) -> Places:
        """Return the places of this run of Ansible.

        :param playbook_dir: the variable; in a playbook of this collection that the user's playbook has imported, it
            is the folder of the former.
        """
        working = os.getcwd()
        if os.path.realpath(playbook_dir) == _OWN_PLAYBOOKS:
            started = [each for each in context.CLIARGS.get("args", ()) if os.path.isfile(each)]
            return cls(os.path.dirname(os.path.abspath(started[0])) if started else working, working)
        return cls(playbook_dir, working)

    def fault_of_file(self, option: str, given: str, found: str) -> str | None:
        """Return a sentence about a file that the user brings, if it is not there.

        :param option: its name. :param given: its value. :param found: its absolute path.
        """
        if os.path.isfile(found):
            return None
        return (
            f"{option} is {given}, and there is no such file, neither beside the playbook ({self.playbook}) nor in the "
            f"working directory ({self.working})."
        )

    def find(self, path: str) -> str:
        """Return the absolute path of a file or folder that the user brings, whether it exists or not."""
        expanded = os.path.expanduser(path)
        folders = (self.playbook, os.path.join(self.playbook, "tasks"), self.working)
        found = (os.path.join(folder, expanded) for folder in folders)
        return next((each for each in found if os.path.exists(each)), os.path.join(self.playbook, expanded))


def path_mistakes(option: str, path: str, folder: str) -> t.Iterator[str]:
    """Yield what is wrong with a path that a run writes to.

    :param option: its name. :param path: its value. :param folder: the folder that has to exist.
    """
    if not os.path.isabs(path):
        yield (
            f"{option} is {path}, a relative path, which depends on where the run is started. Give an absolute path, "
            "or one that begins with ~."
        )
    elif not os.path.isdir(folder):
        yield (
            f"{option} is {path}, and the folder {folder} does not exist. Create it first. In AWX, it has to be one "
            "that jobs see (Paths to expose to isolated jobs): what is written elsewhere is gone with the job's "
            "container."
        )
    else:
        fault = folder_problem(os.stat(folder))
        if fault is not None:
            yield f"{option} is {path}, and {fault}. Passwords and records could be replaced there."
