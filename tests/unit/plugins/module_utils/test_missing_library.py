# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Missing and outdated Python libraries."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.doc_fragments.connection import ModuleDocFragment as connection
from ansible_collections.community.sailpoint.plugins.doc_fragments.encryption import ModuleDocFragment as encryption
from ansible_collections.community.sailpoint.plugins.module_utils._errors import MissingLibraryError
from ansible_collections.community.sailpoint.plugins.module_utils._http import adapter as _adapter
from ansible_collections.community.sailpoint.plugins.module_utils._password import encryption as _encryption
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.module_utils._versions import MINIMUM_VERSIONS
from ansible_collections.community.sailpoint.plugins.modules import isc_login
from support.modules import validated


def use_requests(module):
    module.require_requests()


def use_cryptography(module):
    module.encrypt_password("x", "key")


def imported_again(module, monkeypatch, blocked):
    """Import *module* again under another name, while the library can't be imported."""
    monkeypatch.setitem(sys.modules, blocked, None)
    spec = importlib.util.spec_from_file_location(f"{module.__package__}.imported_again", module.__file__)
    again = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(again)
    return again


@pytest.mark.parametrize(
    ("module", "blocked", "library", "use"),
    [
        (_adapter, "requests", "requests", use_requests),
        (_adapter, "urllib3", "requests", use_requests),
        (_encryption, "cryptography.hazmat.primitives", "cryptography", use_cryptography),
    ],
)
def test_only_using_a_missing_library_fails_and_names_the_remedy(monkeypatch, module, blocked, library, use):
    again = imported_again(module, monkeypatch, blocked)
    with pytest.raises(MissingLibraryError) as problem:
        use(again)
    assert problem.value.message.startswith(f"The Python library {library} can't be imported by {sys.executable}: ")
    assert problem.value.hint == f"Install it there: {sys.executable} -m pip install {library}"
    assert problem.value.details["exception_type"] == "ModuleNotFoundError"


@pytest.mark.parametrize(
    ("module", "library", "use", "version"),
    [
        (_adapter, "requests", use_requests, "2.24.0"),
        (_encryption, "cryptography", use_cryptography, "3.3.2"),
        (_encryption, "cryptography", use_cryptography, "2.9"),
    ],
)
def test_an_outdated_library_is_named_with_the_remedy(monkeypatch, module, library, use, version):
    monkeypatch.setattr(getattr(module, library), "__version__", version)
    with pytest.raises(MissingLibraryError) as problem:
        use(module)
    least = ".".join(map(str, MINIMUM_VERSIONS[library]))
    assert problem.value.message == (
        f"The Python library {library} of {sys.executable} is version {version}, and this collection needs {least} or "
        "newer."
    )
    assert problem.value.hint == f"Update it there: {sys.executable} -m pip install --upgrade {library}"


@pytest.mark.parametrize("version", ["2.25.0", "2.34.2", "3.0.0rc1", "10.0"])
def test_a_recent_library_is_used(monkeypatch, version):
    monkeypatch.setattr(_adapter.requests, "__version__", version)
    use_requests(_adapter)


def test_the_documentation_names_the_same_least_versions():
    root = Path(__file__).resolve().parents[4]
    needed = (root / "requirements.txt").read_text("utf-8")
    described = [yaml.safe_load(fragment.DOCUMENTATION)["requirements"] for fragment in (connection, encryption)]
    for library, least in MINIMUM_VERSIONS.items():
        line = f"{library} >= {'.'.join(map(str, least))}"
        assert line in needed.splitlines()
        assert [line] in described


def test_a_task_without_requests_fails_with_the_remedy(monkeypatch):
    monkeypatch.setattr(_adapter, "_problem", ImportError("No module named 'requests'"))
    given = {"base_url": "https://acme.api.identitynow.com", "client_id": "c", "client_secret": "s"}
    result = execute(isc_login.run, validated(isc_login.ARGUMENT_SPEC, **given), False)
    assert result["failed"] and not result["changed"]
    assert result["msg"] == (
        f"The Python library requests can't be imported by {sys.executable}: No module named 'requests'. "
        f"Install it there: {sys.executable} -m pip install requests"
    )
