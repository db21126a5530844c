# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets the credential with which ISC connects to a source, unless its receipt shows that no change is needed."""

from __future__ import annotations

import typing as t

from .._api.password_change import CHANGE_FAILED, CHANGE_FINISHED, Change
from .._api.sources import (
    CHECK_CONNECTION,
    CONNECTOR,
    UPDATE_SOURCE,
    ConnectionCheck,
    SourceSettings,
    check_connection,
    read_source,
    write_connector_value,
)
from .._client.client import Client
from .._errors import (
    ChangeFailedError,
    InputError,
    IscError,
    OutcomeUnknownError,
    StorageError,
    check_source_given,
    check_text,
)
from .._outcomes import AT_OPTIONS, AT_QUERY, AT_SET, AT_STORE, AT_WAIT, FAILED, FINISHED, REFUSED, UNCHANGED, UNKNOWN
from .._text import is_utf8, quoted
from .._times import format_time
from .decision import SEND, decide, update_options
from .receipt import CredentialKey, ReceiptLog

Result = dict[str, t.Any]

PASSWORD_ATTRIBUTE = f"/{CONNECTOR}/password"  # Where most connectors store the password with which ISC connects.

WHEN_DISCONNECTED = "when_disconnected"

CONNECTED = "connected"  # No change needed: ISC can connect with the credential that the source has.


def run_source_credential(client: Client, params: t.Mapping[str, t.Any], check_mode: bool) -> Result:
    """Set the credential of a source if it is due, and return the result of isc_source_credential.

    :raises IscError: the change was refused, failed, or has an unknown outcome. The details hold ``outcome`` and
        ``step`` and, once the value may have been written, ``changed``.
    """
    options = update_options(params)
    value = check_text("value", params["value"])
    # Line breaks are fine: the value may be a private key.
    if not is_utf8(value):
        raise InputError("value has half of a surrogate pair, which is not text.", "Check how value was read.")
    check_source_given(params)
    name, source_id, attribute = params["source_name"], params["source_id"], params["attribute"]
    keys_of(attribute)
    check_before, check_after = options.update_password == WHEN_DISCONNECTED, params["verify"]
    log = ReceiptLog(client.tenant, value, client.runtime.time, CredentialKey)
    with log.opened(params, check_mode) as receipt:
        step = AT_QUERY
        try:
            client.dry_run(UPDATE_SOURCE)
            if check_before or check_after:
                client.dry_run(CHECK_CONNECTION)
            source = read_source(client, name, source_id)
            check_attribute(source, attribute)
            with receipt.earlier_for(source.id, attribute) as earlier:
                decision = decide(earlier, value, options, client.runtime.time())
            check = None
            if decision == SEND and check_before:
                check = check_connection(client, source.id, value)
                decision = CONNECTED if check.connected else SEND
            if decision == SEND and not check_mode:
                step = AT_SET
                check = _write(client, source, attribute, value, check_after, receipt)
        except IscError as error:
            raise _explained(error, step, receipt) from None
        finally:
            client.warnings += receipt.warnings()
        changed = decision == SEND
        predicted: Result = {}
        if changed and check_mode:
            check = None
            predicted = {"attribute": attribute, "state": CHANGE_FINISHED, "time": format_time(client.runtime.time())}
        return {
            "source_id": source.id,
            "source_name": source.name,
            "attribute": attribute,
            "connection": None if check is None else check.status,
            "decision": decision,
            "outcome": FINISHED if changed else UNCHANGED,
            "changed": changed,
            "receipt": receipt.value,
            **receipt.diff(("attribute", "state", "time"), predicted),
        }


def check_source(client: Client, name: str, attribute: str) -> None:
    """Check that the credential of a source can be written and its connection checked. Writes nothing.

    :raises IscError: one of them would certainly fail.
    """
    client.dry_run(UPDATE_SOURCE)
    client.dry_run(CHECK_CONNECTION)
    check_attribute(read_source(client, name, None), attribute)


def keys_of(pointer: str, option: str = "attribute") -> list[str]:
    """Split a JSON Pointer (RFC 6901) into its keys below the connector's attributes.

    :param option: the name of the option that holds the pointer, for the message.
    :raises InputError: it is not a JSON Pointer, or does not point to one value below the connector's attributes.
    """
    parts = pointer.split("/")
    keys = [part.replace("~1", "/").replace("~0", "~") for part in parts]
    # A tilde must be followed by 0 or 1.
    escaped = all(part.count("~") == part.count("~0") + part.count("~1") for part in parts)
    if parts[0] or len(parts) < 3 or parts[1] != CONNECTOR or not escaped or not all(parts[2:]):
        raise InputError(
            f"{option} is {quoted(pointer)}, which is not a JSON Pointer to one value below /{CONNECTOR}.",
            f"Give one such as /{CONNECTOR}/password. Write ~1 for a slash within a key, and ~0 for a tilde.",
        )
    return keys[2:]


def check_attribute(source: SourceSettings, attribute: str) -> None:
    """Raise InputError unless *attribute* is one existing value, in a source whose credential ISC stores.

    ISC would add a missing attribute, and keep connecting with the old credential. Replacing an object or a list would
    remove its other values.
    """
    who = f"The source {quoted(source.name or source.id)}"
    if source.external_credential:
        raise InputError(
            f"{who} has its credential from a credential provider (credentialProviderEnabled), not from ISC.",
            "Change the secret where the provider keeps it. ISC fetches it from there.",
        )
    found: t.Any = source.connector
    for key in keys_of(attribute):
        members = {str(index): value for index, value in enumerate(found)} if isinstance(found, list) else found
        if not isinstance(members, dict) or key not in members:
            raise InputError(
                f"{who} has no attribute {quoted(attribute)}.",
                "Check attribute: the key depends on the connector. A credential that was never set has to be entered "
                "once in ISC.",
            )
        found = members[key]
    if isinstance(found, (dict, list)):
        raise InputError(
            f"The attribute {quoted(attribute)} of the source {quoted(source.name or source.id)} is "
            f"{'an object' if isinstance(found, dict) else 'a list'}, not one value.",
            "Give the pointer to the credential itself.",
        )


def _write(
    client: Client, source: SourceSettings, attribute: str, value: str, check_after: bool, receipt: ReceiptLog
) -> ConnectionCheck | None:
    receipt.sending(source.id, attribute)
    try:
        write_connector_value(client, source.id, attribute, value)
    except OutcomeUnknownError as error:
        receipt.unknown(error)
        raise error.with_details(changed=True) from None
    except IscError as error:
        receipt.refused(error)
        raise
    if not check_after:
        receipt.accepted(Change(None, CHANGE_FINISHED))
        return None
    try:
        check = check_connection(client, source.id, value)
    except IscError as error:
        receipt.unknown(error)
        raise OutcomeUnknownError(
            f"The new value was written, and whether ISC can connect with it is not known: {error.message}",
            " ".join(filter(None, (error.hint, "Run this again: it writes the value again, and checks it."))),
            **{**error.details, "outcome": UNKNOWN, "step": AT_WAIT, "changed": True},
        ) from None
    receipt.ended(Change(None, CHANGE_FINISHED if check.connected else CHANGE_FAILED))
    if not check.connected:
        details = f": {check.details}" if check.details else ""
        raise ChangeFailedError(
            f"The new value was written, and ISC can't connect to the source {quoted(source.name or source.id)} with "
            f"it ({check.status}){details}.",
            "Check the value and attribute, and whether the account on the source has this password. Then run this "
            "again.",
            outcome=FAILED,
            step=AT_WAIT,
            changed=True,
            connection=check.status,
        )
    return check


def _explained(error: IscError, step: str, receipt: ReceiptLog) -> Exception:
    """Return *error* with the outcome, the step and the receipt among its details."""
    if isinstance(error, StorageError):
        step = AT_STORE
    elif step == AT_QUERY and isinstance(error, InputError):
        step = AT_OPTIONS
    details = {"outcome": REFUSED, "step": step, **error.details}
    if receipt.matches_account and receipt.value is not None:
        details["receipt"] = receipt.value
    return error.replace(details=details)
