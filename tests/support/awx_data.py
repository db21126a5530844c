# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of playbooks/configure_awx.yml, and the variables that the playbooks of its job templates take."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible_collections.community.sailpoint.plugins.action.digit_token_delivery import OPTIONS
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connection_spec
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx.kinds import NAMES as KEPT_IN
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx.kinds import Variables
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import BATCH_SPEC, SPEC
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import PREFIX as ROLE_PREFIX

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "playbooks" / "awx"
PLAYBOOK = ROOT / "playbooks" / "configure_awx.yml"
ROLE = "community.sailpoint.rotate_password"
PREFIX = "{{ _configure_awx.prefix }}"
NAMES = {
    "organization": "Help desk",
    "prefix": "Test: ",
    "execution_environment_image": "registry.example.com/sailpoint:1.0.0",
    "project_url": "https://git.example.com/rotation.git",
    "project_branch": "production",
    "slices": 4,
    "store_mount": "passwords",
    "store_dir": "/srv/isc/store",
    "sources": "Active Directory,HR Database",
    "older_than": "60d",
    "journal_dir": "/srv/isc/journals",
    "deliver_tasks": "hand_over.yml",
    "nightly": True,
    "teams": True,
    "label": "passwords",
    "notification_type": "slack",
    "notification_configuration": {"token": "xoxb-secret", "channels": ["rotations"]},
    "client_secret_from": "Vault lookup",
    "client_secret_metadata": {"secret_path": "isc/client", "secret_key": "secret"},
}
"""Values of the playbook's variables, without their prefix."""


class Unsafe(str):
    """Text that Ansible doesn't template, because AWX or a job does."""


class _Loader(yaml.SafeLoader):
    """Reads YAML with the one Ansible tag that these files use."""


_Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


@functools.cache
def load(path: Path) -> Any:
    """Return the content of a YAML file, with templates as text. Callers must not change it."""
    return yaml.load(path.read_text("utf-8"), _Loader)


def data() -> dict[str, Any]:
    return {name: value for path in sorted(DATA.rglob("*.yml")) for name, value in load(path).items()}


def filled_in(value: Any) -> Any:
    """Return a part of the data as the playbook passes it to AWX."""
    if isinstance(value, Unsafe) or not isinstance(value, (str, list, dict)):
        return value
    if isinstance(value, list):
        return [filled_in(each) for each in value]
    if isinstance(value, dict):
        return {name: filled_in(each) for name, each in value.items()}
    whole = re.fullmatch(r"{{ (?:(_configure_awx)\.)?(\w+) }}", value)
    if whole:
        return NAMES[whole[2]] if whole[1] else data()[whole[2]]
    return re.sub(r"{{ _configure_awx\.(\w+) }}", lambda found: str(NAMES[found[1]]), value)


def all_values(**names: Any) -> dict[str, Any]:
    """Return the data as the playbook reads it, with everything optional. *names* replace values of NAMES."""
    known = {name: filled_in(value) for name, value in data().items() if name != KEPT_IN}
    return {**known, KEPT_IN: {**NAMES, **names}}


def all_variables(**names: Any) -> Variables:
    """Return the same data as the object from which the plan is made."""
    return Variables(all_values(**names))


class Template(NamedTuple):
    """A job template with its survey and playbook."""

    values: dict[str, Any]
    survey: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name without the prefix."""
        return self.values["name"].removeprefix(PREFIX)

    @property
    def questions(self) -> dict[str, dict[str, Any]]:
        return {question["variable"]: question for question in self.survey["spec"]}

    @property
    def playbook(self) -> Path:
        return ROOT / self.values["playbook"]

    def own_variables(self) -> set[str]:
        """Return the variables that the playbook itself lists and reads."""
        head, body = self.playbook.read_text("utf-8").split("\n- name:", maxsplit=1)
        listed = re.findall(rf"^#   ({self.playbook.stem}_\w+) ", head, re.MULTILINE)
        # A task with the option prefix reads these variables.
        by_prefix = {prefix + name for prefix in re.findall(r" prefix: (\w+)", body) for name in OPTIONS}
        return {name for name in listed if name in by_prefix or re.search(rf"\b{name}\b", body)}

    def options(self) -> dict[str, dict[str, Any]]:
        """Return the options of the role for the entry point that the playbook uses."""
        entry_points = set(_entry_points(load(self.playbook)))
        assert len(entry_points) <= 1, f"{self.playbook.name} starts the role in several ways: {entry_points}"
        spec = {**SPEC, **connection_spec(), **(BATCH_SPEC if "batch" in entry_points else {})}
        return {ROLE_PREFIX + name: option for name, option in spec.items()} if entry_points else {}

    def read_by_extra_vars(self) -> set[str]:
        """Return the variables that the templates in its extra variables read."""
        texts = [value for value in self.values["extra_vars"].values() if isinstance(value, Unsafe)]
        return {name for text in texts for name in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", text)}


def templates() -> list[Template]:
    known = data()
    return [
        Template(values, known[re.fullmatch(r"{{ (\w+) }}", values["survey_spec"])[1]])
        for values in known["controller_templates"]
    ]


def _entry_points(content: Any) -> list[str]:
    """Return the entry points of the role that a part of a playbook uses."""
    if isinstance(content, list):
        return [point for part in content for point in _entry_points(part)]
    if not isinstance(content, dict):
        return []
    found = []
    for key, value in content.items():
        if key.endswith(("include_role", "import_role")) and value["name"] == ROLE:
            found.append(value.get("tasks_from", "main"))
        found += _entry_points(value)
    return found
