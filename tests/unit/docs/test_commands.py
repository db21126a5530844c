# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands on the pages name only existing playbooks, variables, files, targets and packages."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml
from support.guides import GUIDES, README, ROOT, blocks

PAGES = [README, ROOT / "CONTRIBUTING.md", *GUIDES]
# Files of the reader with content of their own.
READERS_FILES = {"vault.yml"}
PLAYBOOKS = {path.stem: path.read_text("utf-8") for path in (ROOT / "playbooks").glob("*.yml")}
ROTATE = "ansible-playbook community.sailpoint.rotate_password"
PREFIXES = (*PLAYBOOKS, "rotate_password")
VARIABLE = re.compile(rf"(?<![\w.])(?:{'|'.join(sorted(PREFIXES))})_\w+")


class Parser(argparse.ArgumentParser):
    """A parser that fails instead of ending the process."""

    def error(self, message):
        raise AssertionError(message)


def ansible_playbook() -> Parser:
    """Return a parser for the options of ansible-playbook that the pages use."""
    parser = Parser(allow_abbrev=False)
    parser.add_argument("playbook")
    parser.add_argument("-e", action="append", default=[])
    parser.add_argument("-i")
    parser.add_argument("--limit")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--diff", action="store_true")
    parser.add_argument("--ask-vault-pass", action="store_true")
    return parser


def commands(page: Path) -> list[list[str]]:
    """Return the commands on a page, each as its words."""
    text = "\n".join(block.text.replace("\\\n", " ") for block in blocks(page) if block.language == "shell")
    return [words for line in text.splitlines() if (words := shlex.split(line, comments=True))]


def check_playbook(words: list[str], page: Path) -> None:
    """Check a command of ansible-playbook."""
    given = ansible_playbook().parse_args(words)
    captions = {block.caption for block in blocks(page)}
    if given.playbook.startswith("community.sailpoint."):
        assert given.playbook.rpartition(".")[2] in PLAYBOOKS
    else:
        assert given.playbook in captions
    for extra in given.e:
        if extra.startswith("@"):
            named = extra[1:] in captions | READERS_FILES or f"`{extra[1:]}`" in page.read_text("utf-8")
            assert named, f"the page doesn't say what is in {extra[1:]}"
            assert extra[1:] not in READERS_FILES or given.ask_vault_pass, f"nothing decrypts {extra[1:]}"
        else:
            names = json.loads(extra) if extra.startswith("{") else [extra.partition("=")[0]]
            assert set(names) <= known_variables(), extra


def known_variables() -> set[str]:
    """Return the variables of the role and of all playbooks, and those that they pass on."""
    role = (ROOT / "roles" / "rotate_password").rglob("*.yml")
    texts = [*PLAYBOOKS.values(), *(path.read_text("utf-8") for path in role)]
    texts += [path.read_text("utf-8") for path in (ROOT / "playbooks" / "awx").rglob("*.yml")]
    return {name for text in texts for name in VARIABLE.findall(text)}


def check(words: list[str], page: Path) -> None:
    """Check one command, by what it starts with."""
    program, *rest = words
    if program in ("export", "source", "mkdir", "ansible-vault"):
        return
    if program == "ansible-playbook":
        check_playbook(rest, page)
    elif program == "ansible-inventory":
        assert rest[0] == "-i" and rest[1] in {block.caption for block in blocks(page)}
        assert rest[2:] in (["--graph"], ["--list"])
    elif program == "make":
        targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert not rest or rest[0] in targets
    elif rest[:3] == ["-m", "pip", "install"]:
        needed = re.findall(r"^[a-z]+", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
        assert rest[3:] == needed
    elif program in ("python", "python3"):
        assert (ROOT / rest[0]).exists()
    else:
        assert words[:3] == ["ansible-galaxy", "collection", "install"], "a kind of command that is not checked here"
        galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text("utf-8"))
        assert rest[2] == f"{galaxy['namespace']}.{galaxy['name']}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_variables_of_a_page_exist(page):
    for words in commands(page):
        check(words, page)
    assert set(VARIABLE.findall(page.read_text("utf-8"))) - known_variables() == set()


def test_there_are_commands():
    """Otherwise the other tests would pass without checking anything."""
    assert {page.name for page in PAGES if commands(page)} >= {"README.md", "quickstart.rst", "awx.rst", "batch.rst"}
    assert sum(words[0] == "ansible-playbook" for page in PAGES for words in commands(page)) > 10


@pytest.mark.parametrize(
    "line",
    [
        "ansible-playbook community.sailpoint.rotate_pasword",
        *(f"{ROTATE} -e rotate_password_max_aeg=30d", f"{ROTATE} -e @nowhere.yml", f"{ROTATE} --chekc"),
        "ansible-playbook community.sailpoint.rotate_accounts -e @vault.yml",
        "ansible-playbook nowhere.yml",
        "ansible-inventory -i nowhere.yml --graph",
        *("make dmeo", "python tests/nowhere.py", "python3 -m pip install request", "rm -rf passwords"),
        "ansible-galaxy collection install community.salepoint",
    ],
)
def test_a_typo_is_found(line):
    with pytest.raises(AssertionError):
        check(shlex.split(line), README)
