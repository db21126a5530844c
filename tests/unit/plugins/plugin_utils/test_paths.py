# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a user's file is found, and where a run may write."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._paths import Places, path_mistakes


@pytest.fixture
def places(tmp_path):
    """A playbook folder with a task folder, and a working directory."""
    for name in ("playbook/tasks", "working"):
        (tmp_path / name).mkdir(parents=True)
    return Places(str(tmp_path / "playbook"), str(tmp_path / "working"))


@pytest.mark.parametrize("first", ["playbook", "playbook/tasks", "working"])
def test_a_file_is_searched_in_order(places, tmp_path, first):
    order = ["playbook", "playbook/tasks", "working"]
    for folder in order[order.index(first) :]:
        (tmp_path / folder / "hook.yml").touch()
    assert places.find("hook.yml") == str(tmp_path / first / "hook.yml")
    # A missing file would belong beside the playbook.
    assert places.find("sub/hook.yml") == str(tmp_path / "playbook" / "sub" / "hook.yml")


def test_an_absolute_path_and_a_home_are_kept(places, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "playbook" / "hook.yml").touch()
    assert places.find("/elsewhere/hook.yml") == "/elsewhere/hook.yml"
    assert places.find("~/hook.yml") == str(tmp_path / "home" / "hook.yml")


def test_a_relative_path_and_a_missing_folder_are_refused(tmp_path):
    assert list(path_mistakes("option", "store", "store")) == [
        "option is store, a relative path, which depends on where the run is started. Give an absolute path, or one "
        "that begins with ~."
    ]
    path = str(tmp_path / "store")
    assert list(path_mistakes("option", path, path)) == [
        f"option is {path}, and the folder {path} does not exist. Create it first. In AWX, it must be exposed to jobs "
        "(Paths to expose to isolated jobs): files that a job writes elsewhere are lost with its container."
    ]
    (tmp_path / "store").touch()
    assert list(path_mistakes("option", path, path))
    assert list(path_mistakes("option", str(tmp_path / "file"), str(tmp_path))) == []
