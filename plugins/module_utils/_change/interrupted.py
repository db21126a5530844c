# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a password at the moment at which the run of its change is interrupted."""

from __future__ import annotations

import contextlib
import typing as t

from .._errors import IscError, OutcomeUnknownError
from .._outcomes import AT_QUERY, AT_SET, AT_WAIT, FINISHED, NOT_SENT, UNCHANGED, UNKNOWN
from .poll import no_request_id_error, resume_hint

if t.TYPE_CHECKING:
    from .._api.password_change import Change
    from .flow import ChangeFlow

Watch = t.Callable[[t.Callable[[], IscError], t.Callable[[], bool]], t.ContextManager[t.Any]]
"""Watches a run. The first argument returns what is known when the run is interrupted, the second one whether the
change is just being sent, so that an answer is worth waiting for."""


def unwatched(known: t.Callable[[], IscError], sending: t.Callable[[], bool]) -> t.ContextManager[None]:
    """Watch nothing."""
    return contextlib.nullcontext()


def interrupted_error(flow: ChangeFlow) -> IscError:
    """Return the error that the run of *flow* is interrupted now. The details hold ``outcome`` and ``step``."""
    change = flow.change
    if flow.error is not None:
        return flow.error.with_details(outcome=flow.outcome, step=flow.step)
    if flow.sending:
        return OutcomeUnknownError(
            "The run was interrupted while it sent the password; whether ISC got it is not known.",
            "Find out whether the new password is in effect before you set it again.",
            outcome=UNKNOWN,
            step=AT_SET,
        )
    return unsent_error() if change is None or flow.outcome == UNCHANGED else sent_error(change)


def unsent_error() -> IscError:
    """Return the error that a run is interrupted that has sent nothing."""
    return IscError(
        "The run was interrupted before it sent the password.", "Run it again.", outcome=NOT_SENT, step=AT_QUERY
    )


def sent_error(change: Change) -> IscError:
    """Return the error that a run is interrupted after ISC has accepted *change*, which has not failed."""
    if change.ended:
        return IscError(
            "The run was interrupted after ISC had reported that the password is set.",
            outcome=FINISHED,
            step=AT_WAIT,
            **change.as_result(),
        )
    if change.request_id is None:
        return no_request_id_error(change).with_details(step=AT_WAIT)
    return OutcomeUnknownError(
        "The run was interrupted after ISC had accepted the password change; whether it will succeed is not known.",
        resume_hint(change),
        outcome=UNKNOWN,
        step=AT_WAIT,
        **change.as_result(),
    )
