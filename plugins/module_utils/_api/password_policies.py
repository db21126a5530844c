# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists, creates, changes and deletes password policies.

The facts are from SailPoint's API description (``password-policies`` at https://developer.sailpoint.com/docs/api).
Every function raises IscError if ISC refuses or returns no usable response.
"""

from __future__ import annotations

import functools
import typing as t

from .._client.client import Client
from .._client.operation import Operation
from .._client.responses import Fields
from .sync_groups import DELETED_HINT

_POLICIES = "password-policies"

LIST_PASSWORD_POLICIES = Operation(
    "list password policies", "GET", _POLICIES, "idn:password-policy:read", experimental=True
)
_write_operation = functools.partial(Operation, scope="idn:password-policy:write", experimental=True, user_only=True)
CREATE_PASSWORD_POLICY = _write_operation("create a password policy", "POST", _POLICIES)
SET_PASSWORD_POLICY = _write_operation(
    "change a password policy", "PUT", f"{_POLICIES}/{{id}}", hints={404: DELETED_HINT}
)
DELETE_PASSWORD_POLICY = _write_operation(
    "delete a password policy",
    "DELETE",
    f"{_POLICIES}/{{id}}",
    hints={400: "Sources and sync groups may have to stop using the policy first.", 404: DELETED_HINT},
)


class NumberField(t.NamedTuple):
    """A numeric field: ISC's name of it, the value that turns it off in ISC, and its default (``None``: off)."""

    name: str
    off: int | None
    default: int | None = None


NUMBERS: dict[str, NumberField] = {
    "min_length": NumberField("minLength", 0),
    "max_length": NumberField("maxLength", 0),
    "min_alpha": NumberField("minAlpha", 0),
    "min_numeric": NumberField("minNumeric", 0),
    "min_upper": NumberField("minUpper", 0),
    "min_lower": NumberField("minLower", 0),
    "min_special": NumberField("minSpecial", 0),
    "min_character_types": NumberField("minCharacterTypes", -1),
    "max_repeated_chars": NumberField("maxRepeatedChars", -1),
    "account_id_min_word_length": NumberField("accountIdMinWordLength", -1),
    "account_name_min_word_length": NumberField("accountNameMinWordLength", -1),
    "password_expiration": NumberField("passwordExpiration", 0, 90),
    # Off is null in a published example.
    "first_expiration_reminder": NumberField("firstExpirationReminder", None),
}
"""The numeric fields by option name."""

FLAGS: dict[str, str] = {
    "enable_passwd_expiration": "enablePasswdExpiration",
    "require_strong_authn": "requireStrongAuthn",
    "require_strong_auth_off_network": "requireStrongAuthOffNetwork",
    "require_strong_auth_untrusted_geographies": "requireStrongAuthUntrustedGeographies",
    "use_account_attributes": "useAccountAttributes",
    "use_dictionary": "useDictionary",
    "use_identity_attributes": "useIdentityAttributes",
    "validate_against_account_id": "validateAgainstAccountId",
    "validate_against_account_name": "validateAgainstAccountName",
}
"""ISC's names of the boolean fields by option name."""

DEFAULTS: dict[str, t.Any] = {
    "description": None,
    **{option: number.default for option, number in NUMBERS.items()},
    **dict.fromkeys(FLAGS, False),
}
"""The values of a new policy by option name."""

_READ_ONLY_FIELDS = ("dateCreated", "lastUpdated", "created", "modified", "connectedServices")


class PasswordPolicy(t.NamedTuple):
    """A password policy.

    :ivar values: by option name. ``None`` is off.
    :ivar body: the request body that would replace the policy with itself.
    """

    id: str
    name: str
    is_default: bool
    values: dict[str, t.Any]
    body: dict[str, t.Any]


def list_password_policies(client: Client) -> list[PasswordPolicy]:
    return [_read_policy(fields) for fields in client.call_pages(LIST_PASSWORD_POLICIES)]


def create_password_policy(client: Client, name: str, values: t.Mapping[str, t.Any]) -> str:
    """Create a policy and return its id.

    :param values: by option name.
    """
    return client.call(CREATE_PASSWORD_POLICY, json=_body({"name": name}, values)).required_id("id")


def change_password_policy(client: Client, policy: PasswordPolicy, values: t.Mapping[str, t.Any]) -> None:
    """Change some fields of a policy. ISC replaces the whole policy, so the other fields are sent back unchanged.

    :param values: by option name.
    """
    client.call(SET_PASSWORD_POLICY, policy.id, _body(policy.body, values))


def delete_password_policy(client: Client, policy_id: str) -> None:
    client.call_without_response(DELETE_PASSWORD_POLICY, policy_id)


def _read_policy(fields: Fields) -> PasswordPolicy:
    values: dict[str, t.Any] = {"description": fields.name("description") or None}
    for option, number in NUMBERS.items():
        value = fields.typed(number.name, int)
        values[option] = value if value is not None and value > 0 else None
    for option, name in FLAGS.items():
        values[option] = fields.typed(name, bool) is True
    return PasswordPolicy(
        id=fields.required_path_id("id"),
        name=fields.required_id("name"),
        is_default=fields.typed("defaultPolicy", bool) is True,
        values=values,
        body={name: value for name, value in fields.content.items() if name not in _READ_ONLY_FIELDS},
    )


def _body(unchanged: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the request body of a policy.

    Fields documented as numbers or booleans are left out if they are null, which turns them off.

    :param unchanged: fields by ISC's name.
    :param values: the changed values by option name.
    """
    body = dict(unchanged)
    for option, value in values.items():
        if option in NUMBERS:
            body[NUMBERS[option].name] = NUMBERS[option].off if value is None else value
        else:
            body[FLAGS.get(option, option)] = value
    names = {*(number.name for number in NUMBERS.values()), *FLAGS.values(), "defaultPolicy", "sourceIds"}
    return {name: value for name, value in body.items() if value is not None or name not in names}
