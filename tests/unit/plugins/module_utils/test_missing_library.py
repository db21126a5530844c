# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said when a Python library is missing."""

from __future__ import annotations

import importlib.util
import sys

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import MissingLibraryError
from ansible_collections.community.sailpoint.plugins.module_utils._http import requests_dep as _requests_dep
from ansible_collections.community.sailpoint.plugins.module_utils._password import cryptography_dep as _cryptography_dep
from ansible_collections.community.sailpoint.plugins.module_utils._password.encryption import encrypt_password
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.modules import isc_login
from ansible_collections.community.sailpoint.tests.unit.support import validated


def imported_again(module, monkeypatch, blocked):
    """Import *module* anew, under another name, where the library can't be imported."""
    monkeypatch.setitem(sys.modules, blocked, None)
    spec = importlib.util.spec_from_file_location(f"{module.__package__}.imported_again", module.__file__)
    again = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(again)
    return again


@pytest.mark.parametrize(
    ("module", "blocked", "library", "require"),
    [
        (_requests_dep, "requests", "requests", "require_requests"),
        (_requests_dep, "urllib3", "requests", "require_requests"),
        (_cryptography_dep, "cryptography.hazmat.primitives", "cryptography", "require_cryptography"),
    ],
)
def test_importing_goes_on_and_using_names_interpreter_and_remedy(monkeypatch, module, blocked, library, require):
    again = imported_again(module, monkeypatch, blocked)
    with pytest.raises(MissingLibraryError) as problem:
        getattr(again, require)()
    assert problem.value.message.startswith(f"The Python library {library} can't be imported by {sys.executable}: ")
    assert problem.value.hint == f"Install it there: {sys.executable} -m pip install {library}"
    assert problem.value.details["exception_type"] == "ModuleNotFoundError"


def test_nothing_is_said_when_all_is_there():
    _requests_dep.require_requests()
    _cryptography_dep.require_cryptography()


def test_a_task_without_requests_fails_with_that_sentence(monkeypatch):
    monkeypatch.setattr(_requests_dep, "_problem", ImportError("No module named 'requests'"))
    given = {"base_url": "https://acme.api.identitynow.com", "client_id": "c", "client_secret": "s"}
    result = execute(isc_login.run, validated(isc_login.ARGUMENT_SPEC, **given), False)
    assert result["failed"] and not result["changed"]
    assert result["msg"] == (
        f"The Python library requests can't be imported by {sys.executable}: No module named 'requests'. "
        f"Install it there: {sys.executable} -m pip install requests"
    )


def test_encrypting_without_cryptography_fails_with_that_sentence(monkeypatch):
    monkeypatch.setattr(_cryptography_dep, "_problem", ImportError("No module named 'cryptography'"))
    with pytest.raises(MissingLibraryError, match="^The Python library cryptography can't be imported by "):
        encrypt_password("x", "key")
