# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflows of continuous integration: they call `make`, have few permissions, and end in time."""

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
# GitHub Pages needs these permissions.
MAY_WRITE = {("documentation", "deploy"): {"pages": "write", "id-token": "write"}}


class Job(t.NamedTuple):
    """A job of a workflow. A job that calls another workflow has no steps, and gets that workflow's limits."""

    workflow: str
    name: str
    content: dict[str, t.Any]

    @property
    def steps(self) -> list[dict[str, t.Any]]:
        return self.content.get("steps", [])

    def using(self, action: str) -> list[dict[str, t.Any]]:
        return [step for step in self.steps if step.get("uses", "").startswith(f"{action}@")]

    def targets(self) -> set[str]:
        """Return the Makefile targets that it calls, including those of its matrix."""
        commands = "\n".join(step.get("run", "") for step in self.steps)
        called = set(re.findall(r"\bmake (\S+)", commands.replace(SUITE, "SUITE")))
        suites = set(self.content["strategy"]["matrix"]["suite"]) if "SUITE" in called else set()
        return (called - {"SUITE"}) | suites


JOBS = [Job(file, name, job) for file, workflow in WORKFLOWS.items() for name, job in workflow["jobs"].items()]
WITH_STEPS = [job for job in JOBS if job.steps]
CALLED = set().union(*(job.targets() for job in JOBS))


def by_name(job: Job) -> str:
    return f"{job.workflow}-{job.name}"


def test_each_target_exists_and_every_suite_runs():
    """Otherwise, a misspelt target would be noticed only on GitHub."""
    described = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"galaxy", "matrix", "docs", "publish"} <= CALLED
    assert set(described) >= CALLED
    assert set(SUITES) - {"downloads"} <= CALLED


def test_each_core_has_its_python():
    """Its preferred Python, so that `make matrix` skips none."""
    (cores,) = [job for job in JOBS if "matrix" in job.targets()]
    (step,) = cores.using("actions/setup-python")
    assert {core.pythons[0] for core in CORES} <= set(step["with"]["python-version"].split())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read(name):
    """No event gives secrets to code of other people."""
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    # YAML reads the key `on` as true.
    assert "pull_request_target" not in workflow[True]
    assert workflow["concurrency"]["group"]


def test_only_the_listed_jobs_have_other_permissions():
    own = {(job.workflow, job.name): job.content["permissions"] for job in JOBS if "permissions" in job.content}
    assert own == MAY_WRITE


@pytest.mark.parametrize("job", WITH_STEPS, ids=by_name)
def test_a_job_ends(job):
    """By default, GitHub lets a job hang for six hours."""
    assert 0 < job.content["timeout-minutes"] <= 90


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_actions_are_pinned(path):
    """A tag can be moved, so they are pinned to a commit. Dependabot reads the version in the comment."""
    lines = [line.strip().removeprefix("- ") for line in path.read_text("utf-8").splitlines() if "uses: " in line]
    assert [line for line in lines if not (PINNED.fullmatch(line) or line.startswith("uses: ./.github/"))] == []


@pytest.mark.parametrize("job", WITH_STEPS, ids=by_name)
def test_commands_contain_no_variable_text(job):
    """No secret, which a log would show, and no text that other people choose, such as the name of a branch."""
    commands = "\n".join(step.get("run", "") for step in job.steps)
    assert set(re.findall(r"\$\{\{.*?\}\}", commands)) <= {SUITE}


def test_only_the_publishing_step_has_secrets():
    holders = [(job.name, step["name"]) for job in WITH_STEPS for step in job.steps if "secrets." in str(step)]
    assert holders == [("publish", "Publish on Galaxy")]
    assert "".join(path.read_text("utf-8") for path in FILES).count("secrets.") == 1


def test_the_job_with_the_token_runs_nothing_that_builds_or_tests():
    """A package that it installed could read the token, so the archive comes from another job."""
    (publish,) = [job for job in JOBS if "secrets." in str(job.content)]
    assert publish.targets() == {"publisher", "publish"}
    assert publish.content["needs"] == "build"
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.findall(r"^publish(?:er)?: (.*?) +##", makefile, re.MULTILINE) == ["$(PUBLISHER)"] * 2
    (step,) = [step for step in publish.steps if "secrets." in str(step)]
    assert step["run"] == "make publish"


@pytest.mark.parametrize("job", [job for job in JOBS if job.targets()], ids=by_name)
def test_no_credentials_are_left_in_a_checkout(job):
    """A test or an installed package could read them."""
    (step,) = job.using("actions/checkout")
    assert step["with"]["persist-credentials"] is False
