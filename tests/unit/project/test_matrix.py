# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which ansible-core runs on which Python, and what `make matrix` says of them."""

from __future__ import annotations

import re

import matrix
import pytest
import yaml
from cores import CORES, Core, ends_and_middle, pair

ROOT = matrix.ROOT
OLD, MIDDLE, NEW, NEWEST = (
    Core(*each) for each in (("1", ("a",)), ("2", ("b", "a")), ("3", ("c", "b")), ("4", ("d",)))
)


def pairs(*pythons):
    """Return the cores above with what a machine with these Pythons has for them."""
    return [
        pair(core, lambda version: f"/{version}" if version in pythons else None) for core in (OLD, MIDDLE, NEW, NEWEST)
    ]


def test_what_depends_on_ansible_core_is_run_with_the_oldest_and_the_newest():
    """It imports Ansible, or has an action plugin or a template made."""
    depends = re.compile(r"^(from|import) (ansible(\.| )|support\.(actions|templates)\b)", re.MULTILINE)
    found = [
        str(path.relative_to(ROOT))
        for folder in ("unit", "promises")
        for path in (ROOT / "tests" / folder).rglob("test_*.py")
        if depends.search(path.read_text())
    ]
    assert len(found) > 10
    assert [path for path in found if not path.startswith(matrix.OF_ANSIBLE)] == []
    assert all((ROOT / path).exists() for path in (*matrix.OF_ANSIBLE, *matrix.PURE, *matrix.LEAKS, *matrix.HOSTILE))


def test_all_supported_cores_and_no_other_are_run():
    """The oldest is the one that meta/runtime.yml asks for, and none between it and the newest is left out."""
    requires = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"]
    versions = [core.version for core in CORES]

    assert requires == f">={versions[0]}.0"
    minors = [int(version.removeprefix("2.")) for version in versions]
    assert minors == list(range(minors[0], minors[-1] + 1))


def test_the_python_that_is_preferred_is_taken_if_the_machine_has_it():
    assert [(each.python, each.path) for each in pairs("a", "b", "d")] == [
        ("a", "/a"),
        ("b", "/b"),
        ("b", "/b"),
        ("d", "/d"),
    ]


def test_the_ends_are_those_that_can_run():
    everything = pairs("a", "b", "c", "d")
    assert [each.core for each in ends_and_middle(everything, "2")] == [OLD, MIDDLE, NEWEST]
    assert [each.core for each in ends_and_middle(pairs("a", "b"), "2")] == [OLD, MIDDLE, NEW]
    assert [each.core for each in ends_and_middle(pairs("c"), "2")] == [NEW]
    assert ends_and_middle(pairs(), "2") == []


def test_the_table_names_what_failed_and_what_is_missing():
    found = pairs("a", "b")
    first, last = found[0], found[-1]
    outcome = matrix.Outcome(first._replace(core=CORES[0]), "2.16.9", {"units": True, "integration": False}, 61.4, "")
    lines = matrix.table([outcome], [last._replace(core=Core("2.22", ("3.14", "3.13", "3.9")))]).splitlines()

    assert lines[1].split() == ["2.16.9", "a", "61", "units", "passed,", "integration", "FAILED"]
    assert lines[2] == "ansible-core 2.22 needs Python 3.9 or 3.13 or 3.14, which this machine lacks: not run"


def test_an_unknown_core_is_refused():
    with pytest.raises(SystemExit, match="does not support ansible-core 2.9; choose from 2.16, 2.17"):
        matrix.chosen_pairs(["2.9"], ends=False)


@pytest.mark.parametrize("version", [core.version for core in CORES])
def test_a_pre_release_is_taken_only_where_there_is_no_release(version):
    specifiers = pytest.importorskip("packaging.specifiers", reason="pip's own copy can't be imported")
    release, pre_release = (
        specifiers.SpecifierSet(each.removeprefix("ansible-core"))
        for each in next(core for core in CORES if core.version == version).requirements
    )
    assert release.prereleases is None and pre_release.prereleases
    for each in (release, pre_release):
        assert each.contains(f"{version}.0") and each.contains(f"{version}.12")
        assert not each.contains(f"{version}1.0")
