# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core runs on which Python, the output of `make matrix`, and how `make test` runs suites."""

from __future__ import annotations

import re
import threading

import matrix
import pytest
import yaml
from cores import CORES, Core, ends_and_middle, pair
from tools.run_suites import AT_A_TIME, PROCESSES, Outcome, side_by_side

ROOT = matrix.ROOT
OLD, MIDDLE, NEW, NEWEST = (
    Core(*each) for each in (("1", ("a",)), ("2", ("b", "a")), ("3", ("c", "b")), ("4", ("d",)))
)


def pairs(*pythons):
    """Return the cores above with the Pythons that a machine with these versions has for them."""
    return [
        pair(core, lambda version: f"/{version}" if version in pythons else None) for core in (OLD, MIDDLE, NEW, NEWEST)
    ]


def test_tests_that_depend_on_ansible_core_run_with_each_core():
    """A test depends on ansible-core if it imports Ansible, or a helper that creates action plugins or templates."""
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
    """The oldest is that of meta/runtime.yml, and none up to the newest is missing."""
    requires = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"]
    versions = [core.version for core in CORES]

    assert requires == f">={versions[0]}.0"
    minors = [int(version.removeprefix("2.")) for version in versions]
    assert minors == list(range(minors[0], minors[-1] + 1))


def test_the_preferred_python_is_used_if_available():
    found = pairs("a", "b", "d")
    assert [each.python for each in found] == ["a", "b", "b", "d"]
    assert all(each.path == f"/{each.python}" for each in found)


def test_the_ends_are_cores_that_can_run():
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
def test_a_pre_release_is_used_only_without_a_release(version):
    specifiers = pytest.importorskip("packaging.specifiers", reason="pip's own copy can't be imported")
    release, pre_release = (
        specifiers.SpecifierSet(each.removeprefix("ansible-core"))
        for each in next(core for core in CORES if core.version == version).requirements
    )
    assert release.prereleases is None and pre_release.prereleases
    for each in (release, pre_release):
        assert each.contains(f"{version}.0") and each.contains(f"{version}.12")
        assert not each.contains(f"{version}1.0")


@pytest.mark.parametrize("suites", [PROCESSES, {"a": 1, "b": 2, "c": 2, "d": 1, "e": 1}, {"a": AT_A_TIME, "b": 1}])
def test_all_suites_run_with_as_many_processes_as_allowed(suites):
    lock, running, most = threading.Lock(), [], []

    def run(suite: str) -> Outcome:
        with lock:
            running.append(suite)
            most.append(sum(suites[each] for each in running))
        threading.Event().wait(0.02)
        with lock:
            running.remove(suite)
        return Outcome(suite, True, 0.0, "")

    assert sorted(outcome.suite for outcome in side_by_side(suites, run)) == sorted(suites)
    assert max(most) == AT_A_TIME
