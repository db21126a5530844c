# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, TLS, and the start and end of a tenant."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from simulator.command_line import main
from simulator.settings import Settings
from simulator.state import State
from simulator.tenant import Tenant, TenantError

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "tests/simulator"]


def run(*arguments, **kwargs):
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **kwargs
    )


def ended(pid):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    "arguments, words",
    [(["--help"], "exec"), (["serve", "--help"], "--change-seconds"), (["exec", "--help"], "SAIL_BASE_URL")],
)
def test_help(arguments, words, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert not caught.value.code and words in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["dance"], ["exec"], ["exec", "--"], ["serve", "--", "ls"], ["serve", "--host", "0.0.0.0"]),
        *(["serve", "--change-seconds", "-1"], ["serve", "--without-layout", "v4"], ["serve", "--token-lifetime", "0"]),
    ],
    ids=str,
)
def test_mistakes(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2 and "usage" in capsys.readouterr().err


def test_it_works_from_another_folder(tmp_path):
    result = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "simulator"), "--help"], cwd=tmp_path, timeout=60, check=False
    )
    assert result.returncode == 0


SHOW = """
import json, os, sys
sys.path.insert(0, "tests")
from simulator.tenant import Tenant
tenant = Tenant.from_environment()
tenant.stop()
names = ["SAIL_BASE_URL", "SAIL_CLIENT_ID", "SAIL_CLIENT_SECRET", "SAIL_ACCESS_TOKEN", "ISC_SIMULATOR_CONTROL_URL",
         "ISC_SIMULATOR_CA_PATH", "ISC_SIMULATOR_READY_FILE"]
found = {name: os.environ.get(name) for name in names}
found["ready"] = json.load(open(found["ISC_SIMULATOR_READY_FILE"]))
found["counts"] = tenant.counts()
print(json.dumps(found))
raise SystemExit(7)
"""


def test_exec(tmp_path):
    environment = {**os.environ, "SAIL_ACCESS_TOKEN": "of another tenant"}
    result = run("exec", "--state-dir", str(tmp_path / "new"), "--", sys.executable, "-c", SHOW, env=environment)
    assert result.returncode == 7, result.stderr
    found = json.loads(result.stdout)
    ready = found["ready"]
    assert found["SAIL_BASE_URL"] == ready["base_url"] and ready["base_url"].startswith("https://127.0.0.1:")
    assert found["SAIL_CLIENT_ID"] == "api-client"
    assert found["SAIL_CLIENT_SECRET"] == ready["clients"]["api-client"]["client_secret"]
    assert found["SAIL_ACCESS_TOKEN"] is None
    assert found["ISC_SIMULATOR_CONTROL_URL"] == ready["control_url"] == ready["base_url"] + "/_simulator"
    assert found["ISC_SIMULATOR_CA_PATH"] == str(tmp_path / "new" / "ca.pem")
    # The command used the tenant that was started for it, and can't stop it.
    assert found["counts"] == {}
    assert ended(ready["pid"])


def test_exec_of_a_missing_or_killed_command():
    assert main(["exec", "--no-tls", "--", "no-such-command"]) == 127
    assert main(["exec", "--no-tls", "--", "sh", "-c", "kill -KILL $$"]) == 128 + signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_exec_forwards_signals(tmp_path, number):
    ready_file = tmp_path / "ready.json"
    code = (
        "import signal, sys, time\n"
        "for n in (signal.SIGTERM, signal.SIGINT): signal.signal(n, lambda s, f: sys.exit(40 + s))\n"
        "print('ready', flush=True)\ntime.sleep(60)"
    )
    process = subprocess.Popen(
        [*COMMAND, "exec", "--no-tls", "--ready-file", str(ready_file), "--", sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.wait(20) == 40 + number
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve(tmp_path, number):
    ready_file = tmp_path / "ready.json"
    ready_file.write_text("of an earlier tenant")
    process = subprocess.Popen(
        [*COMMAND, "serve", "--no-tls", "--ready-file", str(ready_file)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    ready = json.loads(process.stdout.readline())
    assert json.loads(ready_file.read_text()) == ready
    assert (ready["pid"], ready["ca_path"]) == (process.pid, None)
    process.send_signal(number)
    assert process.wait(20) == 0
    assert not ready_file.exists()
    process.stdout.close()


def test_serve_ends_with_its_test():
    process = subprocess.Popen(
        [*COMMAND, "serve", "--no-tls", "--until-stdin-closes"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    json.loads(process.stdout.readline())
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()


@pytest.mark.parametrize(("host", "fails"), [("127.0.0.1", False), ("localhost", True)])
def test_tls(host, fails):
    # The tenant is stopped whether the block fails or not.
    expected = pytest.raises(ZeroDivisionError) if fails else contextlib.nullcontext()
    with expected, Tenant(host=host) as tenant:
        assert tenant.base_url.startswith(f"https://{host}:")
        pid, ca_path = tenant.pid, tenant.ca_path
        assert [path.name for path in Path(ca_path).parent.iterdir()] == ["ca.pem"]
        assert tenant.world()["sources"]
        context = ssl.create_default_context(cafile=ca_path)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        url = f"{tenant.control_url}/counts"
        assert urllib.request.urlopen(url, context=context, timeout=20).status == 200
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(url, context=ssl.create_default_context(), timeout=20)
        if fails:
            raise ZeroDivisionError
    assert ended(pid) and not Path(ca_path).exists()


def test_seed():
    states = [State(Settings(), seed=seed) for seed in (42, 42, 43)]
    first, second, other = ([state.tracking_id(), state.digit_tokens.create("x", 18, 5)] for state in states)
    assert first == second != other
    assert states[0].world.as_dict() == states[2].world.as_dict()


def test_a_tenant_reports_why_it_ended():
    with pytest.raises(TenantError, match="loopback"):
        Tenant(host="0.0.0.0").start()
