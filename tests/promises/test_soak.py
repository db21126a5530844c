# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The random tests of ``make soak``: a few cases of each kind, and the output for a broken promise."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api import password_change as _password_change
from ansible_collections.community.sailpoint.plugins.module_utils._change import flow as _flow
from ansible_collections.community.sailpoint.plugins.module_utils._client import redaction as _redaction
from ansible_collections.community.sailpoint.plugins.module_utils._client import responses as _responses
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.module_utils._settings import tenant as _tenant_settings
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.log import StoreLog
from simulator.tenant import Tenant
from soak import command_line, crashes, echoes, fuzz, kills, scene, settings
from soak.invariants import BrokenError
from soak.scene import SoakTime

PARSER_CASES, MODULE_CASES, SETTINGS_CASES = 30, 8, 6
# For the slowest kinds.
FEW_CASES = 2
CRASHES = 15


@pytest.fixture(scope="module")
def soaked_tenant() -> Iterator[Tenant]:
    """Run a tenant with the options of the fuzz target."""
    with Tenant(**fuzz.OPTIONS) as running:
        yield running


def seeds(kind: str, count: int) -> list[int]:
    """Return the first seeds of a kind."""
    first = fuzz.KINDS.index(kind)
    return [first + number * len(fuzz.KINDS) for number in range(count)]


def found(tenant: Tenant, kind: str, count: int) -> tuple[int, str]:
    """Return the seed and text of the first finding."""
    for seed in seeds(kind, count):
        try:
            fuzz.run_case(tenant, seed)
        except fuzz.FindingError as finding:
            return seed, str(finding)
    pytest.fail(f"nothing was found in {count} cases")


@pytest.mark.parametrize("kind", dict.fromkeys(fuzz.KINDS))
def test_a_few_cases_of_each_kind_pass(soaked_tenant, kind):
    takes_long = "batch" in kind or "receipt" in kind
    some = SETTINGS_CASES if kind in settings.CASES else MODULE_CASES
    count = PARSER_CASES if kind in fuzz.PARSERS else FEW_CASES if takes_long else some
    cases = [fuzz.run_case(soaked_tenant, seed) for seed in seeds(kind, count)]
    assert {case.kind for case in cases} == {kind}
    assert re.search(rf"^{re.escape(kind)} +{count}  \w", fuzz.table(cases), re.MULTILINE)


def test_a_seed_repeats_its_case(soaked_tenant):
    seed = seeds("isc_password", 5)[-1]
    assert fuzz.run_case(soaked_tenant, seed) == fuzz.run_case(soaked_tenant, seed)


def test_a_text_that_is_not_cleaned_is_found(soaked_tenant, monkeypatch):
    monkeypatch.setattr(_responses, "clean_text", lambda text, longest=0: text)
    seed, text = found(soaked_tenant, "parser of response", 200)
    assert text.startswith(f"Seed {seed}, parser of response: BrokenError: ")
    assert "contains characters of the categories" in text
    assert "soak/parsers.py" in text


def test_a_change_that_is_sent_again_is_found(soaked_tenant, monkeypatch):
    monkeypatch.setattr(_flow, "may_retry", lambda error, repeatable: True)
    monkeypatch.setattr(IscError, "may_have_been_processed", False)
    seed, text = found(soaked_tenant, "isc_password", 200)
    assert text.startswith(f"Seed {seed}, isc_password: BrokenError: ")
    assert re.search(r"^the tenant: \w+ \w+ times=", text, re.MULTILINE)
    assert re.search(r"^isc_password check_mode=\w+ \{", text, re.MULTILINE)
    assert re.search(r"^requests: login", text, re.MULTILINE)


def test_a_setting_that_is_not_changed_is_found(soaked_tenant, monkeypatch):
    monkeypatch.setattr(_tenant_settings, "write_org_config", lambda *_given: None)
    seed, text = found(soaked_tenant, "isc_password_org_config", 40)
    assert text.startswith(f"Seed {seed}, isc_password_org_config: BrokenError: ")
    assert "changed" in text.splitlines()[0]


def test_a_change_after_one_that_failed_is_found(soaked_tenant, monkeypatch):
    def perform_anyway(self, step):
        with contextlib.suppress(IscError):
            perform(self, step)

    perform = _tenant_settings.TenantSettings.perform
    monkeypatch.setattr(_tenant_settings.TenantSettings, "perform", perform_anyway)
    _seed, text = found(soaked_tenant, "isc_password_settings", 300)
    assert re.search(r"BrokenError: \w+ was sent after \w+ had status |second run has changed", text)


def test_an_unexpected_exception_is_found_with_its_place(soaked_tenant, monkeypatch):
    monkeypatch.setattr(_password_change, "PasswordInfo", lambda **fields: fields["nothing"])
    seed, text = found(soaked_tenant, "isc_password_info", 20)
    assert text.startswith(f"Seed {seed}, isc_password_info: BrokenError: an unexpected exception: ")
    assert 'fields["nothing"]' in text


def test_a_wait_without_end_is_found(monkeypatch):
    monkeypatch.setattr(scene, "MOST_NAPS", 100)
    clock = SoakTime()
    with pytest.raises(BrokenError, match="it never stops waiting, now for 0"):
        while clock.now < 1e6:
            clock.sleep(0)


def test_the_command_repeats_a_case_and_ends_with_one_when_it_breaks(soaked_tenant, monkeypatch, capsys):
    seed = seeds("isc_login", 1)[0]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setattr(fuzz, "Tenant", lambda **options: contextlib.nullcontext(soaked_tenant))
    assert command_line.main(["fuzz", "--seed", str(seed)]) == 0
    assert "HTTP_PROXY" not in os.environ
    assert re.search(r"^isc_login +1  ", capsys.readouterr().out, re.MULTILINE)
    monkeypatch.setitem(fuzz.MODULES, "isc_login", lambda scene: scene.run(None))
    assert command_line.main(["fuzz", "--seed", str(seed)]) == 1
    printed = capsys.readouterr().out
    assert printed.count(f"Seed {seed}, isc_login: AttributeError") == 1
    assert f"Again: make soak ARGS='fuzz --seed {seed}'" in printed


def test_a_few_crashes_pass():
    for seed in range(CRASHES):
        assert crashes.run_case(seed)


def test_a_request_id_that_is_not_stored_is_found(monkeypatch, capsys):
    monkeypatch.setattr(StoreLog, "accepted", lambda self, change: None)
    assert crashes.soak(1, None, most=200) == 1
    printed = capsys.readouterr().out
    seed = re.search(r"^Again: make soak ARGS='crashes --seed (\d+)'$", printed, re.MULTILINE)
    assert seed
    assert f"Seed {seed[1]}, {{'store': " in printed
    assert command_line.main(["crashes", "--seed", seed[1]]) == 1


def test_without_a_name_all_kinds_share_the_time(monkeypatch):
    calls = []
    monkeypatch.setattr(crashes, "soak", lambda minutes, seed, most: calls.append(("crashes", minutes, most)) or 0)
    monkeypatch.setattr(fuzz, "soak", lambda minutes, seed: calls.append(("fuzz", minutes, seed)) or 0)
    monkeypatch.setattr(kills, "soak", lambda minutes, given: calls.append(("kills", minutes, given.jobs)) or 0)
    monkeypatch.setattr(echoes, "soak", lambda seed, most: calls.append(("echoes", seed, most)) or 1)
    assert command_line.main(["--minutes", "3"]) == 1
    assert calls == [("fuzz", 1, None), ("crashes", 1, None), ("kills", 1, 2), ("echoes", None, None)]
    with pytest.raises(SystemExit):
        command_line.main(["--seed", "3"])


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
def test_the_search_finds_quoted_secrets(name, last):
    quoted = echoes.QUOTATIONS[name](SECRET)
    quoted = quoted if last is None else echoes.LAST_FORMS[last](quoted)
    assert echoes.fragment_of([SECRET], f"The value {quoted} is not allowed.")
    assert not echoes.fragment_of(["Another-secret-43"], f"The value {quoted} is not allowed.")


# Incomplete redactions.
BROKEN = {
    "nothing": lambda secrets, text: text,
    "as it is": lambda secrets, text: re.sub("|".join(map(re.escape, secrets)), _redaction.MASK, text),
}


@pytest.mark.parametrize("redaction", BROKEN)
def test_an_incomplete_redaction_is_found(redaction, monkeypatch, capsys):
    monkeypatch.setattr(_redaction, "_redact", BROKEN[redaction])
    assert command_line.main(["echoes", "--cases", "300"]) == 1
    seed = re.search(r"^Again: make soak ARGS='echoes --seed (\d+)'$", capsys.readouterr().out, re.MULTILINE)
    assert seed
    assert command_line.main(["echoes", "--seed", seed[1]]) == 1
    monkeypatch.undo()
    assert command_line.main(["echoes", "--seed", seed[1]]) == 0
