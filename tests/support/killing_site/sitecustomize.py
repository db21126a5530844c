# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kills a run of Ansible in the middle of a write into a folder. Python loads this file where PYTHONPATH leads to it.

``ISC_KILL_FOLDER`` is the folder, ``ISC_KILL_WRITE`` the number of the write. ``ISC_KILL_MOMENT`` is ``torn`` (half of
the temporary file has reached the disk), ``written`` (all of it has) or ``replaced`` (it has taken the file's place).
``ISC_KILL_COUNT`` is a file that counts the writes, which happen in processes of their own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat

FOLDER = os.environ.get("ISC_KILL_FOLDER")


def _die() -> None:
    """Kill the play, then the worker that is writing."""
    play = multiprocessing.parent_process()
    if play is not None:
        os.kill(play.pid, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _is_due(moment: str) -> bool:
    number = os.path.getsize(os.environ["ISC_KILL_COUNT"])
    return (str(number), moment) == (os.environ["ISC_KILL_WRITE"], os.environ["ISC_KILL_MOMENT"])


def _fsync(descriptor, fsync=os.fsync):
    path = os.readlink(f"/proc/self/fd/{descriptor}")
    if os.path.dirname(path) == FOLDER and stat.S_ISREG(os.fstat(descriptor).st_mode):
        with open(os.environ["ISC_KILL_COUNT"], "ab") as count:
            count.write(b".")
        if _is_due("torn"):
            os.ftruncate(descriptor, os.path.getsize(path) // 2)
            _die()
    fsync(descriptor)


def _replace(source, target, replace=os.replace, **keywords):
    here = os.path.dirname(os.path.abspath(target)) == FOLDER
    if here and _is_due("written"):
        _die()
    replace(source, target, **keywords)
    if here and _is_due("replaced"):
        _die()


if FOLDER:
    os.fsync = _fsync
    os.replace = _replace
