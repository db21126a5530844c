# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a tenant: temporary folder, ready file, signals, and the command of ``exec``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress

from simulator.server import Server
from simulator.settings import Settings
from simulator.state import State

READY_FILE = "ready.json"
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


async def run(options: argparse.Namespace, settings: Settings, command: list[str]) -> int:
    """Start a tenant, serve or run ``command``, stop the tenant in any case, and return the exit code."""
    # Until the tenant serves or the command runs, a signal cancels the start, and the code below cleans up.
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, asyncio.current_task().cancel)
    state = State(settings, options.accounts, options.api_clients, options.seed)
    folder = options.state_dir
    if folder:
        os.makedirs(folder, exist_ok=True)
    else:
        folder = tempfile.mkdtemp(prefix="isc-simulator-")
    ready_file = options.ready_file or (os.path.join(folder, READY_FILE) if command else None)
    _remove(ready_file)
    server = Server(state, options.host, options.port, not options.no_tls, folder)
    try:
        try:
            ready = await server.start()
        except OSError as error:
            print(f"simulator: can't listen: {error}", file=sys.stderr)
            return 1
        if ready_file:
            _write(ready_file, ready)
        if command:
            return await _execute(command, ready, os.path.abspath(ready_file))
        return await _serve(options, ready)
    finally:
        await server.stop()
        _remove(ready_file)
        if not options.state_dir:
            shutil.rmtree(folder, ignore_errors=True)


async def _serve(options: argparse.Namespace, ready: dict) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    if options.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), _watch_stdin, loop, stop)
    # Nobody may read stdout: the ready file says the same.
    with suppress(BrokenPipeError):
        print(json.dumps(ready), flush=True)
    await stop.wait()
    return 0


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        loop.remove_reader(sys.stdin.fileno())
        stop.set()


async def _execute(command: list[str], ready: dict, ready_file: str) -> int:
    client = ready["clients"]["api-client"]
    environment = {
        **os.environ,
        "SAIL_BASE_URL": ready["base_url"],
        "SAIL_CLIENT_ID": client["client_id"],
        "SAIL_CLIENT_SECRET": client["client_secret"],
        "ISC_SIMULATOR_CONTROL_URL": ready["control_url"],
        "ISC_SIMULATOR_CA_PATH": ready["ca_path"] or "",
        "ISC_SIMULATOR_READY_FILE": ready_file,
    }
    # A token of a real tenant must not reach the simulator, nor keep the command from logging in to it.
    environment.pop("SAIL_ACCESS_TOKEN", None)
    try:
        child = await asyncio.create_subprocess_exec(*command, env=environment)
    except OSError as error:
        print(f"simulator: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, _forward, child, number)
    code = await child.wait()
    return code if code >= 0 else 128 - code


def _forward(child: asyncio.subprocess.Process, number: int) -> None:
    # A terminal sends SIGINT to the whole foreground group, so the command already has it.
    if number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty():
        return
    with suppress(ProcessLookupError):
        child.send_signal(number)


def _remove(path: str | None) -> None:
    """Remove the ready file: it means that the tenant is running."""
    if path:
        with suppress(FileNotFoundError):
            os.unlink(path)


def _write(path: str, ready: dict) -> None:
    """Replace the file atomically, readable for the owner only."""
    folder = os.path.dirname(os.path.abspath(path))
    descriptor, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(ready, file)
    os.replace(temporary, path)
