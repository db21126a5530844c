# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a version can be released, and the state of this checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tools import changelog

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def collection(tmp_path):
    """A collection that can be released as 1.2.0."""
    (tmp_path / "changelogs" / "fragments").mkdir(parents=True)
    write(tmp_path, "galaxy.yml", {"version": "1.2.0"})
    write(tmp_path, "changelogs/changelog.yaml", {"ancestor": None, "releases": {"1.1.0": {}, "1.2.0": {}}})
    return tmp_path


def write(folder, name, content):
    (folder / name).write_text(yaml.safe_dump(content), "utf-8")


def test_a_release_needs_its_tag(collection):
    assert changelog.unreleasable(collection, "1.2.0") == []
    assert changelog.unreleasable(collection, "v1.2.0") == ["The tag is v1.2.0, but galaxy.yml says 1.2.0."]


@pytest.mark.parametrize("version", ["1.2", "1.2.0.1", "01.2.0", "1.2.0-", "next"])
def test_a_version_must_be_semantic(collection, version):
    write(collection, "galaxy.yml", {"version": version})
    write(collection, "changelogs/changelog.yaml", {"releases": {version: {}}})
    assert changelog.unreleasable(collection, version) == [f"{version} is no semantic version."]


def test_a_release_needs_an_entry_and_no_fragments(collection):
    write(collection, "changelogs/fragments/7-retry.yml", {"bugfixes": []})
    (found,) = changelog.unreleasable(collection, "1.2.0")
    assert found.endswith("changelogs/fragments: 7-retry.yml.")
    (collection / "changelogs/fragments/7-retry.yml").unlink()
    write(collection, "galaxy.yml", {"version": "1.3.0-rc.1"})
    (found,) = changelog.unreleasable(collection, "1.3.0-rc.1")
    assert found.startswith("changelogs/changelog.yaml doesn't describe 1.3.0-rc.1")


def test_this_changelog_has_no_later_version():
    """The version of galaxy.yml is the last released one or the next one."""
    assert changelog.VERSION.fullmatch(changelog.version(ROOT))
    numbers = [tuple(map(int, version.partition("-")[0].split("."))) for version in changelog.released(ROOT)]
    assert max(numbers, default=(0, 0, 0)) <= tuple(map(int, changelog.version(ROOT).partition("-")[0].split(".")))


def test_the_next_version_has_fragments():
    """The next version has fragments; a released one needs none."""
    fragments = list((ROOT / "changelogs" / "fragments").glob("*.yml"))
    assert bool(fragments) or changelog.version(ROOT) in changelog.released(ROOT)
