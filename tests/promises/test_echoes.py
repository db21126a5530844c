# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two hundred responses that repeat secrets in any field, of which none comes out; ``make soak`` has 100,000."""

from __future__ import annotations

import re

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client import redaction as _redaction
from soak import command_line, echoes

CASES, PARTS = 200, 4
SECRET = "Quiet 'Harbour' & <42>/\\x"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_secret_that_a_response_repeats_comes_out(tmp_path, part):
    kinds = set()
    for seed in range(part * CASES // PARTS, (part + 1) * CASES // PARTS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        kinds.add(echoes.run_case(seed, folder))
    assert kinds == set(echoes.KINDS)


@pytest.mark.parametrize("last", [None, *echoes.LAST_FORMS])
@pytest.mark.parametrize("name", echoes.QUOTATIONS)
def test_the_search_reads_what_is_quoted(name, last):
    said = echoes.QUOTATIONS[name](SECRET)
    said = said if last is None else echoes.LAST_FORMS[last](said)
    assert echoes.fragment_of([SECRET], f"The value {said} is not allowed.")
    assert not echoes.fragment_of(["Another-secret-43"], f"The value {said} is not allowed.")


# What would be left of the redaction if it did only this.
BROKEN = {
    "nothing": lambda secrets, text: text,
    "as it is": lambda secrets, text: re.sub("|".join(map(re.escape, secrets)), _redaction.MASK, text),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_not_taken_out_is_found(how, monkeypatch, capsys):
    monkeypatch.setattr(_redaction, "_redact", BROKEN[how])
    assert command_line.main(["echoes", "--cases", "300"]) == 1
    seed = re.search(r"^Again: make soak ARGS='echoes --seed (\d+)'$", capsys.readouterr().out, re.MULTILINE)
    assert seed
    assert command_line.main(["echoes", "--seed", seed[1]]) == 1
    monkeypatch.undo()
    assert command_line.main(["echoes", "--seed", seed[1]]) == 0
