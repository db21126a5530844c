# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the connection: login, token, API versions, and clock."""

from __future__ import annotations

import typing as t

from .._api.sync_groups import LIST_SYNC_GROUPS
from .._client.authenticator import AUTHORITY_API_CLIENT, AUTHORITY_USER, tenant_mismatch
from .._client.operation import API_VERSIONS, DEFAULT_API_VERSION
from .._errors import ApiError, IscError
from .inspection import FAILED, OK, WARNING, Finding, Inspection

LARGEST_SKEW = 60  # Seconds. A larger difference between the clocks is a warning.

_SERVED = "served"
_NOT_SERVED = "not served"
_UNCLEAR = "unclear"


def check_login(inspection: Inspection) -> Finding:
    try:
        inspection.client.token()
    except IscError as error:
        inspection.stop("the login failed")
        return Finding(FAILED, error.message, error.hint or "")
    if inspection.token_given:
        return Finding(OK, f"The given access_token is used for {inspection.client.tenant}; no login was needed.")
    return Finding(OK, f"The login to {inspection.client.tenant} works.")


def check_token(inspection: Inspection) -> Finding:
    claims = inspection.client.claims
    foreign = tenant_mismatch(inspection.client.tenant, claims)
    if foreign:
        return Finding(
            FAILED, foreign, "Use credentials of the tenant in base_url, or the base_url of the token's tenant."
        )
    scopes = f"names {len(claims.scopes)} scopes" if claims.lists_scopes else "does not list individual scopes"
    inspection.facts["token"] = (
        f"{claims.authority or 'opaque'}, {'names its scopes' if claims.lists_scopes else scopes}"
    )
    if claims.authority == AUTHORITY_USER:
        return Finding(
            WARNING,
            f"The token is a personal access token's, of {claims.user_name or 'a user'}, and {scopes}. ISC may refuse "
            "query password info to it, and lets it set only its owner's password.",
            "Use the client id and secret of an API client (grant client_credentials) instead.",
        )
    if claims.authority == AUTHORITY_API_CLIENT:
        return Finding(OK, f"The token is an API client's, and {scopes}.")
    return Finding(OK, "The token can't be read, so it doesn't show whose it is or what it may do.")


def check_versions(inspection: Inspection) -> Finding:
    """Try to list sync groups with each API version. If the chosen one isn't served, continue with another."""
    client, chosen = inspection.client, inspection.client.api_version
    errors: dict[str, IscError | None] = {}
    for version in sorted(API_VERSIONS, key=lambda each: each != chosen):
        versioned = client.with_api_version(version)
        if version != chosen:
            versioned = versioned.without_retries()
        try:
            versioned.call_list(LIST_SYNC_GROUPS, {"limit": "1"})
            errors[version] = None
        except IscError as error:
            errors[version] = error
        if version == chosen:
            inspection.record(LIST_SYNC_GROUPS, errors[version])
        if inspection.stopped:
            cause = errors[version] or IscError("ISC refuses the token.")
            return Finding(FAILED, cause.message, cause.hint or "")
    states = {version: _state_of_version(errors[version]) for version in API_VERSIONS}
    inspection.facts["versions"] = ", ".join(
        f"{version} {states[version]}{' (deprecated)' if version in inspection.deprecated else ''}"
        for version in API_VERSIONS
    )
    served = [version for version in API_VERSIONS if states[version] == _SERVED]
    used = chosen if chosen in served or not served else served[0]
    if used != chosen:
        # The remaining checks can then find further problems.
        inspection.client = inspection.client.with_api_version(used)
        inspection.record(LIST_SYNC_GROUPS, errors[used])
    inspection.sync_groups_error = errors[used]
    return _version_finding(chosen, states[chosen], served, errors[chosen])


def _version_finding(chosen: str, state: str, served: t.Sequence[str], error: IscError | None) -> Finding:
    if not served:
        message = error.message if state == _UNCLEAR and error else "The tenant serves no version of the API."
        return Finding(FAILED, message, "Check that base_url is the address of an ISC tenant's API.")
    if chosen not in served:
        does = "doesn't serve" if state == _NOT_SERVED else "gives no usable response for"
        return Finding(
            FAILED,
            f"The tenant {does} api_version {chosen}. It serves {', '.join(served)}. The other checks use {served[0]}.",
            f"Set api_version (environment SAIL_API_VERSION) to {served[0]}.",
        )
    others = [version for version in served if version != chosen]
    too = f", and {', '.join(others)} too" if others else " and no other version"
    if chosen != DEFAULT_API_VERSION and DEFAULT_API_VERSION in served:
        return Finding(
            WARNING,
            f"The tenant serves api_version {chosen}{too}, but SailPoint has deprecated all except "
            f"{DEFAULT_API_VERSION}.",
            f"Set api_version (environment SAIL_API_VERSION) to {DEFAULT_API_VERSION}, or leave it out.",
        )
    return Finding(OK, f"The tenant serves api_version {chosen}{too}.")


def check_clock(inspection: Inspection) -> Finding:
    if inspection.skew is None:
        return inspection.skipped(None if inspection.stopped else "ISC's responses have no date.")
    skew = round(inspection.skew)
    inspection.facts["clock"] = f"{skew:+d} s"
    if abs(skew) <= LARGEST_SKEW:
        return Finding(OK, f"The clock of this machine and ISC's differ by {abs(skew)} s.")
    return Finding(
        WARNING,
        f"The clock of this machine is {abs(skew)} s {'behind' if skew > 0 else 'ahead of'} ISC's.",
        "Set this machine's clock, for example with NTP: the ages of passwords are counted by it.",
    )


def _state_of_version(error: IscError | None) -> str:
    if error is None:
        return _SERVED
    if not isinstance(error, ApiError) or error.status_code >= 500:
        return _UNCLEAR
    return _NOT_SERVED if error.status_code == 404 else _SERVED


CHECKS = (("Login", check_login), ("Token", check_token), ("API version", check_versions), ("Clock", check_clock))
