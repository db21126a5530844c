# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of password management, without the checks that all operations share."""

from __future__ import annotations

import base64
import binascii
import re

from simulator.body import checked
from simulator.call import Call
from simulator.lists import QUOTED, page_of, unquoted
from simulator.records import CHANGE, activity
from simulator.responses import Refusal, Response, missing_object
from simulator.state import State


async def query(state: State, call: Call) -> Response:
    """Query password info. A token with user context gets 403: beta's description says so."""
    names = ("userName", "sourceName")
    fields = checked(call.document, dict.fromkeys(names, (str,)), names)
    if call.claims.identity_id and not state.settings.pat_may_query:
        raise Refusal(403)
    identity = state.world.identities.get(fields["userName"])
    if identity is None:
        raise missing_object("identity", fields["userName"])
    source = state.world.sources.get(fields["sourceName"])
    if source is None:
        raise missing_object("source", fields["sourceName"])
    key = await state.keys.current(source)
    return Response(
        200,
        {
            "identityId": identity.id,
            "sourceId": source.id,
            "publicKeyId": key.key_id,
            "publicKey": key.public_key,
            "accounts": [{"accountId": a.account_id, "accountName": a.account_name} for a in identity.on(source)],
            "policies": list(source.policies),
        },
    )


async def set_password(state: State, call: Call) -> Response:
    """Set password. Accepted with 202 if identity, source, account and key belong together."""
    names = ("identityId", "encryptedPassword", "publicKeyId", "accountId", "sourceId")
    fields = checked(call.document, dict.fromkeys(names, (str,)), names)
    identity = state.world.identity_by_id(fields["identityId"])
    if identity is None:
        raise missing_object("identity", fields["identityId"])
    if call.claims.identity_id not in (None, identity.id):
        raise Refusal(403)
    source = state.world.source_by_id(fields["sourceId"])
    if source is None:
        raise missing_object("source", fields["sourceId"])
    account = state.world.account(source.name, fields["accountId"])
    if account is None or account not in identity.on(source):
        raise missing_object("account", fields["accountId"])
    if "PASSWORD" not in source.features:
        raise Refusal(400, f'The source "{source.name}" does not have the PASSWORD feature.')
    issued = state.keys.find(fields["publicKeyId"])
    if issued is None or issued[0] != source.name:
        raise missing_object("public key", fields["publicKeyId"])
    try:
        ciphertext = base64.b64decode(fields["encryptedPassword"].encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Refusal(400, 'The field "encryptedPassword" is not base64.') from None
    request_id, change_state = await state.changes.submit(identity, account, issued[1], ciphertext)
    call.entry["request_id"] = request_id
    return Response(202, {"requestId": request_id, "state": change_state})


async def status(state: State, call: Call) -> Response:
    """Read the status of a password change. Any client may read any id. The 404 has the documented body."""
    document = state.changes.status(call.request_id)
    if document is None:
        raise Refusal(404)
    return Response(200, document)


async def digit_token(state: State, call: Call) -> Response:
    """Create a digit token. The limits of the length are documented; those of the duration are the org config's."""
    known = {"userId": (str,), "length": (int,), "durationMinutes": (int,)}
    fields = checked(call.document, known, ("userId",))
    if not state.settings.digit_token_enabled:
        raise Refusal(400, "Digit tokens are not enabled for this tenant.")
    length, minutes = fields.get("length", 6), fields.get("durationMinutes", 5)
    if not 6 <= length <= 18:
        raise Refusal(400, 'The field "length" must be from 6 to 18.')
    if not 1 <= minutes <= 60:
        raise Refusal(400, 'The field "durationMinutes" must be from 1 to 60.')
    if fields["userId"] not in state.world.identities:
        raise missing_object("identity", fields["userId"])
    document = state.digit_tokens.create(fields["userId"], length, minutes)
    call.entry["request_id"] = document["requestId"]
    return Response(200, document)


async def activities(state: State, call: Call) -> Response:
    """List the account activities of password changes. The only filter is ``type eq``."""
    page = page_of(call, ("filters", "sorters", "requested-for"))
    query = call.request.rel_url.query
    if query.get("sorters", "-created") != "-created":
        raise Refusal(400, 'This simulator sorts by "-created" only.')
    entries = state.records.newest_first()
    if "filters" in query:
        found = re.fullmatch(rf"type eq {QUOTED}", query["filters"])
        if found is None:
            raise Refusal(400, 'The parameter "filters" is not understood.')
        entries = entries if unquoted(found[1]) == CHANGE else []
    person = query.get("requested-for")
    if person is not None:
        entries = [entry for entry in entries if entry.identity.id == person]
    return Response(200, [activity(entry) for entry in entries[page]])
