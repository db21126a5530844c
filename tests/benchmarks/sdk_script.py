# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set the passwords of many accounts with SailPoint's SDK, as a script without the collection would.

It reads SAIL_BASE_URL, SAIL_CLIENT_ID and SAIL_CLIENT_SECRET from the environment.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sailpoint import ApiClient, Configuration
from sailpoint.password_management import PasswordChangeRequest, PasswordInfoQueryDTO, PasswordManagementApi


def encrypted(password: str, public_key: str) -> str:
    key = load_der_public_key(base64.b64decode(public_key))
    return base64.b64encode(key.encrypt(password.encode(), padding.PKCS1v15())).decode()


def rotate(api: PasswordManagementApi, account: dict[str, str], poll_seconds: float) -> str:
    """Set one password, wait until the change has ended, and return its state."""
    info = api.query_password_info_v1(
        PasswordInfoQueryDTO(user_name=account["user_name"], source_name=account["source_name"])
    )
    change = api.set_password_v1(
        PasswordChangeRequest(
            identity_id=info.identity_id,
            source_id=info.source_id,
            account_id=info.accounts[0].account_id,
            public_key_id=info.public_key_id,
            encrypted_password=encrypted(account["password"], info.public_key),
        )
    )
    state = change.state
    while state == "IN_PROGRESS":
        time.sleep(poll_seconds)
        state = api.get_password_change_status_v1(change.request_id).state
    return state


def main() -> int:
    """Set all passwords, and return 1 if a change failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--poll-seconds", type=float, default=1)
    parser.add_argument("accounts", help="a JSON file: a list of user_name, source_name and password")
    options = parser.parse_args()
    with open(options.accounts, encoding="utf-8") as file:
        accounts = json.load(file)
    configuration = Configuration()
    configuration.connection_pool_maxsize = options.threads
    api = PasswordManagementApi(ApiClient(configuration))
    with ThreadPoolExecutor(options.threads) as pool:
        states = list(pool.map(lambda account: rotate(api, account, options.poll_seconds), accounts))
    print(f"{states.count('FINISHED')} of {len(accounts)} passwords were set.")
    return 0 if set(states) <= {"FINISHED"} else 1


if __name__ == "__main__":
    sys.exit(main())
