# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``serve`` and ``exec``."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import signal
import sys

from simulator.settings import LAYOUTS, Settings

_DESCRIPTION = """A strict simulator of SailPoint Identity Security Cloud's password-management API.

It refuses whatever a real tenant might refuse, and keeps what was set, so that a test can check it."""

_EPILOG = """examples:
  python tests/simulator serve --port 8443 --accounts 1000
  python tests/simulator exec --no-tls --change-seconds 0.2 -- ansible-playbook playbooks/check_tenant.yml

The control API under /_simulator/ and all assumptions are described in tests/simulator/README.md."""


def _not_negative(kind):
    def convert(text: str):
        value = kind(text)
        if value < 0:
            raise argparse.ArgumentTypeError("must not be negative")
        return value

    convert.__name__ = kind.__name__
    return convert


_NUMBER, _WHOLE = _not_negative(float), _not_negative(int)
_SETTINGS = {
    "change_seconds": (_NUMBER, "S", "how long a password change takes"),
    "change_jitter": (_NUMBER, "FRACTION", "vary that by up to this fraction, 0 to 1"),
    "token_lifetime": (_NUMBER, "S", "lifetime of access tokens"),
    "rate_limit": (_WHOLE, "N", "requests for each client id and API version in a window; 0: no limit"),
    "rate_window": (_NUMBER, "S", "length of that window"),
    "retention": (_NUMBER, "S", "how long the id of a finished change is kept"),
    "request_log": (_WHOLE, "N", "requests the log keeps; 0: none"),
}
"""Settings that are options: type, metavar, help."""


def _options() -> argparse.ArgumentParser:
    """Return the options of both subcommands."""
    parser = argparse.ArgumentParser(add_help=False)
    place = parser.add_argument_group("where")
    place.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    place.add_argument(
        "--allow-remote",
        action="store_true",
        help="allow a --host that isn't loopback; everyone who reaches it controls the simulator",
    )
    place.add_argument("--port", type=int, default=0, help="port; 0 lets the system choose (default)")
    place.add_argument("--no-tls", action="store_true", help="plain http")
    place.add_argument(
        "--state-dir", metavar="DIR", help="folder for ca.pem (default: a temporary one, removed at the end)"
    )
    place.add_argument("--ready-file", metavar="FILE", help="write what a client needs, as JSON, once ready")
    behavior = parser.add_argument_group("behavior")
    for name, (kind, metavar, text) in _SETTINGS.items():
        behavior.add_argument(
            f"--{name.replace('_', '-')}",
            type=kind,
            default=getattr(Settings, name),
            metavar=metavar,
            help=f"{text} (default: %(default)s)",
        )
    behavior.add_argument(
        "--accounts",
        type=_WHOLE,
        default=0,
        metavar="N",
        help="generated users user00001... with one account each on Active Directory",
    )
    behavior.add_argument(
        "--api-clients", type=_WHOLE, default=0, metavar="N", help="additional API clients slice-1..."
    )
    behavior.add_argument(
        "--seed", type=int, metavar="N", help="make ids, jitter and digit tokens reproducible (keys never are)"
    )
    behavior.add_argument(
        "--without-layout",
        action="append",
        default=[],
        choices=LAYOUTS,
        metavar="LAYOUT",
        help=f"return 404 for this layout, one of {', '.join(LAYOUTS)}; may be repeated",
    )
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simulator", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="action", required=True, metavar="{serve,exec}")
    options = _options()
    serve = commands.add_parser(
        "serve",
        parents=[options],
        help="run until SIGTERM or SIGINT",
        description="Run a tenant until SIGTERM or SIGINT. When it is ready, it prints one line of JSON: base_url, "
        "ca_path, control_url, pid, clients.",
    )
    serve.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="end also when standard input closes, so that no tenant outlives its test",
    )
    execute = commands.add_parser(
        "exec",
        parents=[options],
        help="start a tenant for a command and run the command",
        usage="simulator exec [options] -- COMMAND [ARGUMENT ...]",
        description="Start a tenant, run COMMAND, stop the tenant; the exit code is the command's. COMMAND gets "
        "SAIL_BASE_URL, SAIL_CLIENT_ID and SAIL_CLIENT_SECRET (of the client api-client), "
        "ISC_SIMULATOR_CONTROL_URL, ISC_SIMULATOR_CA_PATH and ISC_SIMULATOR_READY_FILE.",
    )
    execute.set_defaults(command=[])
    return parser


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def main(arguments: list[str] | None = None) -> int:
    """Run the command line, and return the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    command: list[str] = []
    if "--" in arguments:
        position = arguments.index("--")
        arguments, command = arguments[:position], arguments[position + 1 :]
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.action == "exec") != bool(command):
        parser.error("exec needs a command after --" if options.action == "exec" else "serve takes no command")
    if not options.allow_remote and not _is_loopback(options.host):
        parser.error("--host must be a loopback address (or say --allow-remote)")
    settings = Settings(without_layouts=options.without_layout)
    try:
        settings.update({name: getattr(options, name) for name in _SETTINGS})
    except ValueError as error:
        parser.error(str(error))
    # Imported late, so that --help and mistakes need none of the required libraries.
    try:
        from simulator.running import run
    except ImportError as error:
        print(f"simulator: {error}; install tests/simulator/requirements.txt", file=sys.stderr)
        return 3
    try:
        return asyncio.run(run(options, settings, command))
    except asyncio.CancelledError:
        # A signal came before the tenant was ready, which is a normal end for serve.
        return 128 + signal.SIGTERM if command else 0
