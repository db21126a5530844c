# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment, without a container engine.

ansible-builder creates the context of the image. The build's command that installs the collections runs here.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from tools import archive

ROOT = Path(__file__).resolve().parents[2]
EE = ROOT / "extensions" / "ee"
DEFINITION = "execution-environment.yml"
HASHI_VAULT = "ansible_collections/community/hashi_vault"
INSTALLED = '"/usr/share/ansible/collections"'


def builder(*arguments: str, folder: Path) -> str:
    """Run ansible-builder in *folder*, and return its output."""
    command = [str(Path(sys.executable).with_name("ansible-builder")), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def context(folder: Path, target: Path) -> Path:
    """Create the context of the definition in *folder* at *target*, and return *target*."""
    builder("create", "--context", str(target), "--output-filename", "Containerfile", folder=folder)
    return target


def arguments(containerfile: str) -> dict[str, str]:
    """Return the build arguments with their defaults."""
    return dict(re.findall(r'^ARG (\w+)="(.*)"$', containerfile, re.MULTILINE))


def loaded(path: Path) -> dict:
    return yaml.safe_load(path.read_text("utf-8"))


def test_the_image_as_it_is_described(tmp_path):
    """It has a Python that its ansible-core supports, the tested ansible-core, and both collections."""
    made = context(EE, tmp_path / "context")
    given = arguments((made / "Containerfile").read_text("utf-8"))
    # The shell splits these at spaces.
    core, runner = map(Requirement, shlex.split(given["ANSIBLE_INSTALL_REFS"]))
    assert (core.name, runner.name) == ("ansible-core", "ansible-runner")
    tested = re.search(
        r'^(ansible-core .*); python_version >= "3.12"$', (ROOT / "tests/requirements.txt").read_text(), re.M
    )
    assert Requirement(tested[1]).specifier == core.specifier
    assert given["PYCMD"].endswith("python3.12")
    assert re.search(r"@sha256:[0-9a-f]{64}$", given["EE_BASE_IMAGE"]), "a tag can be moved"
    collections = {entry["name"] for entry in loaded(made / "_build" / "requirements.yml")["collections"]}
    assert collections == {"community.sailpoint", "community.hashi_vault"}


@pytest.fixture
def from_a_checkout(released_archive, tmp_path):
    """A definition that was changed as README.md says, and its archive."""
    folder = tmp_path / "checkout"
    change = yaml.safe_load(re.search(r"^```yaml\n(.*?)^```", (EE / "README.md").read_text("utf-8"), re.S | re.M)[1])
    definition = loaded(EE / DEFINITION)
    dependencies = {**definition["dependencies"], **change.pop("dependencies")}
    place = folder / "extensions" / "ee"
    place.mkdir(parents=True)
    (place / DEFINITION).write_text(yaml.safe_dump({**definition, **change, "dependencies": dependencies}), "utf-8")
    (folder / ".cache" / "galaxy").mkdir(parents=True)
    shutil.copy(released_archive, folder / ".cache" / "galaxy")
    return place


def test_a_checkout_goes_into_an_image(from_a_checkout, tmp_path):
    """The command in the Containerfile installs the archive, and then the Python packages that are needed are found.

    It is installed as it was built; a file that was changed afterwards makes verify fail.
    """
    made = context(from_a_checkout, tmp_path / "context")
    installed = tmp_path / "collections"
    # In place of Galaxy: what is there already isn't asked for.
    shutil.copytree(ROOT / ".build" / HASHI_VAULT, installed / HASHI_VAULT)
    lines = (made / "Containerfile").read_text("utf-8").splitlines()
    command = next(line.removeprefix("RUN ") for line in lines if "ansible-galaxy collection install" in line)
    assert INSTALLED in command
    environment = {
        **{name: value for name, value in os.environ.items() if name != "ANSIBLE_COLLECTIONS_PATH"},
        "ANSIBLE_GALAXY_CLI_COLLECTION_OPTS": "--offline",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    here = command.replace(INSTALLED, shlex.quote(str(installed)))
    done = subprocess.run(
        here, shell=True, cwd=made / "_build", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    archive.verify(installed)

    packages, system = tmp_path / "requirements.txt", tmp_path / "bindep.txt"
    options = [f"--exclude-pip-reqs={made}/_build/exclude-requirements.txt", f"--user-bindep={made}/_build/bindep.txt"]
    builder(
        "introspect", *options, f"--write-pip={packages}", f"--write-bindep={system}", str(installed), folder=tmp_path
    )
    assert requirements(packages) == {*requirements(ROOT / "requirements.txt"), "hvac>=1.2.1", "urllib3>=1.15"}
    assert [line.split()[0] for line in system.read_text("utf-8").splitlines()] == ["openssh-clients", "sshpass"]

    module = installed / "ansible_collections/community/sailpoint/plugins/modules/isc_login.py"
    module.write_text(module.read_text("utf-8") + "# changed\n", "utf-8")
    with pytest.raises(archive.ArchiveError, match=r"modified content.*\s+plugins/modules/isc_login\.py"):
        archive.verify(installed)


def requirements(path: Path) -> set[str]:
    """Return the requirements in a file, without comments."""
    lines = [line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines()]
    return {str(Requirement(line)) for line in lines if line}
