# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a user's account on a source: everything that a change of its password depends on."""

from __future__ import annotations

import re
import typing as t

from .._api.accounts import SEARCH, AccountFilter, Source, as_result, find_accounts
from .._api.password_change import QUERY_PASSWORD_INFO, PasswordInfo, query_password_info
from .._api.sources import LIST_SOURCES, find_sources
from .._change.prepare import choose_account
from .._change.sync_group import SyncGroups
from .._errors import AccountChoiceError, IscError
from .._password.encryption import encrypt_password, key_size
from .._password.policy import parse_policies
from .._text import quoted
from .inspection import FAILED, OK, WARNING, Finding, Inspection
from .permissions import QUERY_INFO, READ_SEARCH, READ_SOURCES, claim_finding, read_finding

_NEEDS_NAMES = "This check requires user_name and source_name."
_RULE = re.compile(r"([A-Za-z][A-Za-z0-9]{0,59}) is \w{1,20}", re.ASCII)
_SAMPLE = "Check-only 1"
"""A password to try the key with. It is never sent."""


def check_source(inspection: Inspection) -> Finding:
    name = inspection.source_name
    if name is None:
        return inspection.skipped("This check requires source_name.")
    if not inspection.allows(LIST_SOURCES):
        return inspection.skipped("This check requires that sources can be listed.")
    try:
        found = inspection.attempt(LIST_SOURCES, lambda: find_sources(inspection.client, "name", [name]))
    except IscError as error:
        return read_finding(READ_SOURCES, error)
    if not found:
        return Finding(
            FAILED, f"The tenant has no source named {quoted(name)}.", "Write source_name exactly as ISC shows it."
        )
    has_feature = found[0].has_password_feature
    inspection.facts["source"] = f"{'has' if has_feature else 'lacks'} the feature PASSWORD"
    if not has_feature:
        return Finding(
            FAILED,
            f"ISC can't set passwords on the source {quoted(name)}: it lacks the feature PASSWORD.",
            "Check in ISC that its connector supports passwords, and that password management is set up for it.",
        )
    return Finding(OK, f"ISC can set passwords on the source {quoted(name)} (feature PASSWORD).")


def check_query(inspection: Inspection) -> Finding:
    user, source = inspection.user_name, inspection.source_name
    if user is None or source is None:
        if inspection.client.claims.lacks_scope(QUERY_PASSWORD_INFO.scope):
            return claim_finding(inspection, QUERY_INFO)
        return inspection.skipped(_NEEDS_NAMES)
    try:
        info = inspection.attempt(QUERY_PASSWORD_INFO, lambda: query_password_info(inspection.client, user, source))
    except IscError as error:
        return read_finding(QUERY_INFO, error)
    inspection.info = info
    inspection.facts["accounts"] = str(len({account.account_id for account in info.accounts}))
    try:
        account = choose_account(info.accounts)
    except AccountChoiceError as error:
        return Finding(WARNING if info.accounts else FAILED, error.message, error.hint or "")
    return Finding(OK, f"{quoted(user)} has one account on {quoted(source)}, with the {account}.")


def _needs_info(check: t.Callable[[Inspection, PasswordInfo], Finding]) -> t.Callable[[Inspection], Finding]:
    """Skip *check* if there is no result of query password info."""

    def perform(inspection: Inspection) -> Finding:
        if inspection.info is not None:
            return check(inspection, inspection.info)
        named = inspection.user_name is not None and inspection.source_name is not None
        return inspection.skipped("There is no response to query password info." if named else _NEEDS_NAMES)

    return perform


@_needs_info
def check_policy(inspection: Inspection, info: PasswordInfo) -> Finding:
    policies = info.policies
    unknown = parse_policies(list(policies))["unknown"]
    inspection.facts["policy rules"] = _rule_names(text for text in policies if text not in unknown) or "none"
    # Text that doesn't have the form of a rule is not shown, because it could contain anything.
    inspection.facts["unknown policy rules"] = _rule_names(unknown) or ("in another form" if unknown else "none")
    if unknown:
        return Finding(
            WARNING,
            f"Not all rules of the policy are known here: {', '.join(map(quoted, unknown))}.",
            "Generated passwords don't follow them, so ISC may refuse some. Please report their names.",
        )
    if not policies:
        return Finding(OK, "ISC reports no rules of the source's policy.")
    return Finding(OK, f"All rules of the policy are known here ({len(policies)}).")


@_needs_info
def check_key(inspection: Inspection, info: PasswordInfo) -> Finding:
    try:
        bits = key_size(info.public_key)
        inspection.facts["key"] = f"{bits} bits"
        encrypt_password(_SAMPLE, info.public_key)
    except IscError as error:
        return Finding(FAILED, error.message, error.hint or "")
    return Finding(OK, f"The source's key has {bits} bits, and can be used here.")


@_needs_info
def check_sync_group(inspection: Inspection, info: PasswordInfo) -> Finding:
    group = SyncGroups(inspection.client).of(info.source_id)
    if group.problem:
        return Finding(
            WARNING, "Whether a change reaches other sources too is not known.", "See the check List sync groups."
        )
    inspection.facts["sync group"] = f"{len(group.others) + 1} sources" if group.name else "none"
    if not group.others:
        return Finding(OK, "A change reaches no other source.")
    return Finding(
        WARNING,
        f"The source is in the password sync group {quoted(group.name or '')}: a change also reaches "
        f"any account that the identity has on {', '.join(map(str, group.others))}.",
        "If that is not intended, set sync_group to refuse where passwords are changed.",
    )


@_needs_info
def check_age(inspection: Inspection, info: PasswordInfo) -> Finding:
    client = inspection.client
    if not info.accounts:
        return inspection.skipped("This check requires an account.")
    if not inspection.allows(SEARCH):
        return inspection.skipped("This check requires access to Search.")
    ids = {account.account_id.casefold() for account in info.accounts}
    account_filter = AccountFilter(Source(id=info.source_id), user_name=inspection.user_name)
    try:
        found = inspection.attempt(SEARCH, lambda: find_accounts(client, account_filter))
    except IscError as error:
        return read_finding(READ_SEARCH, error)
    account = next((each for each in found if each.account_id.casefold() in ids), None)
    if account is None:
        inspection.facts["search"] = "doesn't find the account"
        return Finding(
            WARNING,
            "Search doesn't find the account, so isc_accounts doesn't list it either.",
            "Wait until ISC's index has caught up (minutes, at most a day), and check that the source is aggregated.",
        )
    age = as_result(account, client.runtime.time())["password_age_days"]
    inspection.facts["search"] = f"finds the account; its age is {'not ' if age is None else ''}known"
    # SailPoint's description doesn't say which of the identity's two names the query takes.
    names = (("name", account.user_name), ("uid", account.uid))
    kinds = " and ".join(kind for kind, value in names if value == inspection.user_name)
    inspection.facts["user_name"] = f"the query takes the identity's {kinds or 'name or uid in another spelling'}"
    problem = "is disabled" if account.disabled else "is locked" if account.locked else None
    if account.supports_password_change is False:
        problem = "is marked as one whose password ISC can't set"
    if problem:
        return Finding(WARNING, f"In Search, the account {problem}.", "Check the account in ISC.")
    if age is None:
        return Finding(
            WARNING,
            "ISC doesn't know when the password was set. Most connectors don't report that; Active Directory does.",
            "To change old passwords only, keep receipts or use a store; with older_than, decide with unknown_age.",
        )
    return Finding(OK, f"Search finds the account. Its password was set {age} days ago, as far as ISC knows.")


def _rule_names(policies: t.Iterable[str]) -> str:
    return ", ".join(sorted({rule[1] for rule in map(_RULE.fullmatch, policies) if rule}))


CHECKS = (
    ("Source", check_source),
    ("Query password info", check_query),
    ("Policy", check_policy),
    ("Key", check_key),
    ("Sync group", check_sync_group),
    ("Age of the password", check_age),
)
