# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of a play that are rotated together: what each asks for, and whether they go together."""

from __future__ import annotations

import typing as t

from ...module_utils._batch.batch import BatchOptions, read_options
from ...module_utils._change.poll import poll_settings
from ...module_utils._client.connection import connection_spec
from ...module_utils._errors import InputError
from ...module_utils._outcomes import AT_OPTIONS
from .options import COMMON, NOTHING_SENT, PREFIX, RotationOptions, validated_connection
from .rotation import Problem, Rotation

_SECRETS = ("client_secret", "access_token")
_WITHOUT_RUN_ONCE = ("free", "host_pinned")
"""The strategies in which C(run_once) has no meaning, by the last part of their names."""

_APART = f"Rotate them in separate plays. {NOTHING_SENT}"


def check_strategy(strategy: str) -> None:
    """Raise InputError where a task that is to run once would run for each host."""
    if strategy.rpartition(".")[2].removeprefix("mitogen_") in _WITHOUT_RUN_ONCE:
        raise InputError(
            f"The play has the strategy {strategy}, in which no task runs once for all hosts, so each host would set "
            "the passwords of all.",
            f"Give the play strategy: linear, which is Ansible's default. {NOTHING_SENT}",
        )


def shared_problem(rotations: t.Mapping[str, Rotation]) -> Problem | None:
    """Return the problem that all hosts share, which is then told once; ``None`` where there is none."""
    problems = {rotation.problem for rotation in rotations.values()}
    if len(problems) == 1 and None not in problems:
        return problems.pop()
    disagreement = _disagreement({host: each for host, each in rotations.items() if each.problem is None})
    return None if disagreement is None else Problem(disagreement, _APART, AT_OPTIONS)


def _disagreement(good: t.Mapping[str, Rotation]) -> str | None:
    """Return a sentence about what hosts disagree on, all or those of one store. None takes anything from another."""
    values = {host: {**rotation.options.connection, **rotation.options.values} for host, rotation in good.items()}
    first = next(iter(good), "")
    for name in (*connection_spec(), *COMMON):
        for host in good:
            here, there = values[first].get(name), values[host].get(name)
            if here != there:
                shown = "" if name in _SECRETS else f": {here!r} and {there!r}"
                return (
                    f"The hosts {first} and {host} have different values of {PREFIX}{name}{shown}. All hosts of a play "
                    "are rotated with one connection, at one pace."
                )
    firsts: dict[str, str] = {}
    for host, rotation in good.items():
        first = firsts.setdefault(rotation.options["store"], host)
        here, there = good[first].store_variables, rotation.store_variables
        differing = sorted(name for name in {*here, *there} if here.get(name) != there.get(name))
        if differing:
            return (
                f"The hosts {first} and {host} have different values of {', '.join(differing)}. All hosts of a play "
                f"are stored with one connection to {rotation.options['store']}."
            )
    return None


def batch_options(options: RotationOptions, total: int, check_mode: bool, recent: t.Sequence[float]) -> BatchOptions:
    """Return the options of a batch of *total* accounts.

    :param recent: when the requests of the last seconds were answered, see RateLimiter.
    :raises InputError: one can't be used; the message names it.
    """
    polling = poll_settings(options.values)
    params = {**options.values, "retries": validated_connection(options)["retries"]}
    read = read_options(params, total, polling if options["wait"] else None, check_mode)
    return read._replace(recent=tuple(recent))
