# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflows of continuous integration: they call `make`, may do little, and end at some time."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml
from tools.cores import CORES
from tools.run_suites import SUITES

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in FILES}
PINNED = re.compile(r"uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
SUITE = "${{ matrix.suite }}"
# Beyond reading the code: what publishing on GitHub Pages needs.
MAY_WRITE = {("documentation", "deploy"): {"pages": "write", "id-token": "write"}}


class Job(t.NamedTuple):
    """A job of a workflow. One that calls another workflow has no steps, and gets that one's limits."""

    workflow: str
    name: str
    content: dict[str, t.Any]

    @property
    def steps(self) -> list[dict[str, t.Any]]:
        return self.content.get("steps", [])

    def using(self, action: str) -> list[dict[str, t.Any]]:
        return [step for step in self.steps if step.get("uses", "").startswith(f"{action}@")]

    def targets(self) -> set[str]:
        """Return the targets of the Makefile that it calls, with those of its matrix."""
        commands = "\n".join(step.get("run", "") for step in self.steps)
        called = set(re.findall(r"\bmake (\S+)", commands.replace(SUITE, "SUITE")))
        suites = set(self.content["strategy"]["matrix"]["suite"]) if "SUITE" in called else set()
        return (called - {"SUITE"}) | suites


JOBS = [Job(file, name, job) for file, workflow in WORKFLOWS.items() for name, job in workflow["jobs"].items()]
WITH_STEPS = [job for job in JOBS if job.steps]
CALLED = set().union(*(job.targets() for job in JOBS))


def by_name(job: Job) -> str:
    """Return what a job is called in the names of tests."""
    return f"{job.workflow}-{job.name}"


def test_each_target_exists():
    """A misspelt one would be noticed on GitHub only."""
    described = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"galaxy", "matrix", "docs", "publish"} <= CALLED
    assert set(described) >= CALLED


def test_every_suite_runs():
    """What `make test` runs, a job each."""
    assert set(SUITES) - {"downloads"} <= CALLED


def test_each_core_has_its_python():
    """The one that it prefers, so that `make matrix` leaves none out."""
    (cores,) = [job for job in JOBS if "matrix" in job.targets()]
    (step,) = cores.using("actions/setup-python")
    assert {core.pythons[0] for core in CORES} <= set(step["with"]["python-version"].split())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_read_only(name):
    """It has no other permission, and no event gives it the secrets for somebody else's code."""
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    # YAML takes the key for a truth value.
    assert "pull_request_target" not in workflow[True]
    assert workflow["concurrency"]["group"]


def test_a_job_may_do_no_more_than_its_workflow():
    """But where it says so here."""
    own = {(job.workflow, job.name): job.content["permissions"] for job in JOBS if "permissions" in job.content}
    assert own == MAY_WRITE


@pytest.mark.parametrize("job", WITH_STEPS, ids=by_name)
def test_a_job_ends(job):
    """Otherwise GitHub lets it hang for six hours."""
    assert 0 < job.content["timeout-minutes"] <= 90


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_actions_are_pinned(path):
    """To a commit: a tag can be moved. Dependabot reads the version behind it."""
    lines = [line.strip().removeprefix("- ") for line in path.read_text("utf-8").splitlines() if "uses: " in line]
    assert [line for line in lines if not (PINNED.fullmatch(line) or line.startswith("uses: ./.github/"))] == []


@pytest.mark.parametrize("job", WITH_STEPS, ids=by_name)
def test_nothing_unknown_gets_into_a_command(job):
    """No secret, which a log would show, and no text that somebody else chose, such as a branch's name."""
    commands = "\n".join(step.get("run", "") for step in job.steps)
    assert set(re.findall(r"\$\{\{.*?\}\}", commands)) <= {SUITE}


def test_secrets_go_to_one_step_only():
    """As an environment variable of the step that publishes."""
    holders = [(job.name, step["name"]) for job in WITH_STEPS for step in job.steps if "secrets." in str(step)]
    assert holders == [("publish", "Publish on Galaxy")]
    assert "".join(path.read_text("utf-8") for path in FILES).count("secrets.") == 1


def test_the_job_with_the_token_runs_nothing_that_builds_or_tests():
    """It takes the archive from another job. What that one installs could read the token."""
    (publish,) = [job for job in JOBS if "secrets." in str(job.content)]
    assert publish.targets() == {"publisher", "publish"}
    assert publish.content["needs"] == "build"
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.findall(r"^publish(?:er)?: (.*?) +##", makefile, re.MULTILINE) == ["$(PUBLISHER)"] * 2
    (step,) = [step for step in publish.steps if "secrets." in str(step)]
    assert step["run"] == "make publish"


@pytest.mark.parametrize("job", [job for job in JOBS if job.targets()], ids=by_name)
def test_no_credentials_are_left_in_a_checkout(job):
    """Where a test, or a package that was installed, could read them."""
    (step,) = job.using("actions/checkout")
    assert step["with"]["persist-credentials"] is False
