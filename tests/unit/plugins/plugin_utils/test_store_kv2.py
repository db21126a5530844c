# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The store kv2: its connection, its requests to a vault, and its handling of responses.

The vault is a small server that implements the documented API of KV version 2. The functional tests use a real one.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
from urllib.parse import quote, unquote, urlsplit

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import record_name
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kv2 import Kv2, Kv2Store, VaultConnection
from support.local_servers import LocalServer, closed_port
from support.rotations import ACCOUNT, NOWHERE, options

hvac = pytest.importorskip("hvac", reason="the library hvac is not installed")

RECORD = {"current": {"password": "a{{ 1 + 1 }}'\"\\ \u00e9"}, "pending": None}
TOKEN = "Token-of-the-vault-1"
PLACE = "secret/sailpoint/svc"


class Vault(LocalServer):
    """A vault with an engine at secret/.

    :ivar versions: the versions of each secret by path; a deleted version is None.
    :ivar tokens: the valid tokens.
    :ivar denied: prefixes of paths that no token may access.
    :ivar failure: status and text of every response, if set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[str, list] = {}
        self.tokens = {TOKEN, None}
        self.denied: tuple[str, ...] = ()
        self.engine: str | None = "2"
        self.failure: tuple[int, str] | None = None

    @property
    def calls(self) -> list[str]:
        return [f"{each['method']} {each['target'].removeprefix('/v1/')}" for each in self.requests]

    def respond(self, handler, request) -> None:
        path = unquote(urlsplit(request["target"]).path).removeprefix("/v1/")
        status, body = self._respond(request, path)
        content = json.dumps(body).encode()
        self.send(handler, status, {"Content-Length": str(len(content)), "Content-Type": "application/json"}, content)

    def _respond(self, request, path):
        if self.failure is not None:
            return self.failure[0], {"errors": [self.failure[1]]}
        if request["headers"].get("X-Vault-Token") not in self.tokens or path.startswith(self.denied or ("-",)):
            return 403, {"errors": ["permission denied"]}
        if path.startswith("sys/internal/ui/mounts/"):
            return 200, {"data": {"type": "kv", "options": {"version": self.engine} if self.engine else None}}
        if self.engine != "2":
            return 404, {"errors": ["no handler for route"]}
        kind, _slash, name = path.partition("/")[2].partition("/")
        if request["method"] == "LIST":
            keys = [each.rpartition("/")[2] for each in self.versions if each.startswith(f"{name}/")]
            return (200, {"data": {"keys": keys}}) if keys else (404, {"errors": []})
        return self._access_secret(request, kind, self.versions.get(name, []), name)

    def _access_secret(self, request, kind, versions, name):
        gone = bool(versions) and versions[-1] is None
        metadata = {"version": len(versions), "current_version": len(versions), "deletion_time": "2026" if gone else ""}
        if request["method"] == "POST":
            body = json.loads(request["body"])
            if body["options"]["cas"] != len(versions):
                return 400, {"errors": ["check-and-set parameter did not match the current version"]}
            self.versions[name] = [*versions, body["data"]]
            return 200, {"data": {"version": len(versions) + 1}}
        if not versions:
            return 404, {"errors": []}
        if kind == "metadata":
            return 200, {"data": metadata}
        return (404 if gone else 200), {"data": {"data": versions[-1], "metadata": metadata}}


class Lookups:
    """The lookups of the collection: records the calls, and returns settings or tokens."""

    def __init__(self, **settings) -> None:
        self.calls: list[tuple[str, dict]] = []
        self.settings = settings
        self.tokens = [TOKEN]
        self.problem: Exception | None = None

    def __call__(self, name, **given):
        self.calls.append((name.removeprefix("community.hashi_vault."), given))
        if self.problem is not None:
            raise self.problem
        if name.endswith("vault_ansible_settings"):
            return dict(self.settings)
        token = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        return {"auth": {"client_token": token}}

    @property
    def logins(self) -> int:
        return sum(name == "vault_login" for name, _given in self.calls)


@pytest.fixture(autouse=True)
def _no_vault_of_the_user(monkeypatch, tmp_path):
    for name in ("ADDR", "TOKEN", "CACERT", "NAMESPACE", "SKIP_VERIFY"):
        monkeypatch.delenv(f"VAULT_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def vault():
    with Vault() as running:
        yield running


@pytest.fixture
def lookups(vault):
    return Lookups(url=vault.url)


@pytest.fixture
def connection(lookups):
    return VaultConnection(lookups, None, 4)


@pytest.fixture
def store(connection):
    return Kv2Store(connection, "secret", "sailpoint/svc")


def refused(act):
    """Return the message of the explained error of *act*, which holds no secret."""
    with pytest.raises(RecordError) as error:
        act()
    assert error.value.hint
    assert not [secret for secret in (TOKEN, RECORD["current"]["password"]) if secret in str(error.value.as_result())]
    return error.value.message


def test_a_saved_record_is_loaded_with_its_version_and_check_mode_asks_for_nothing(vault, store):
    assert store.save(RECORD, "3", check_mode=True) == "3"
    assert vault.requests == []
    assert store.place == PLACE
    assert store.load() == ({}, "0")
    assert store.save(RECORD, "0") == "1"
    assert store.load() == (RECORD, "1")
    assert store.save({"number": 2}, "1") == "2"
    assert store.load() == ({"number": 2}, "2")
    assert vault.versions == {"sailpoint/svc": [RECORD, {"number": 2}]}


def test_an_existing_or_deleted_version_is_followed_by_the_next_one(vault, store):
    vault.versions["sailpoint/svc"] = [RECORD]
    store.load()
    store.save(RECORD, "1")
    assert vault.calls == ["GET secret/data/sailpoint/svc", "POST secret/data/sailpoint/svc"]
    vault.versions["sailpoint/svc"] = [RECORD, None]
    assert store.load() == ({}, "2")
    assert store.save({"number": 3}, "2") == "3"


@pytest.mark.parametrize(
    ("version", "deleted"),
    [("0", ", or there was a version that was deleted, and the token may not read its metadata"), ("1", "")],
)
def test_a_version_of_another_writer_is_not_overwritten(vault, store, version, deleted):
    vault.versions["sailpoint/svc"] = [RECORD, RECORD, RECORD]
    assert refused(lambda: store.save({}, version)) == (
        f"The store kv2 was refused version {int(version) + 1} of {PLACE}: since this run read the record, another run "
        f"or a person wrote it{deleted}."
    )
    assert len(vault.versions["sailpoint/svc"]) == 3


def test_a_token_need_not_be_allowed_to_read_metadata(vault, store):
    vault.denied = ("secret/metadata",)
    assert store.load() == ({}, "0")
    assert store.save(RECORD, "0") == "1"


@pytest.mark.parametrize("engine", ["1", None])
def test_without_an_engine_of_version_2_there_is_no_store(vault, store, engine):
    vault.engine = engine
    assert refused(store.load) == (
        "The store kv2 finds no engine KV version 2 at secret that its token has a policy for."
    )
    # The same holds if the token may not see the engine.
    vault.denied = ("sys/internal",)
    assert "finds no engine KV version 2 at secret" in refused(store.load)


DENIED = (
    f"The store kv2 is denied access to {PLACE}: the token is wrong or has expired, or none of its policies grants "
    "create, read and update there."
)


def test_what_a_token_may_not_do_is_told_at_once(vault, store, lookups):
    vault.denied = ("secret/data",)
    assert refused(store.load) == DENIED
    assert refused(lambda: store.save(RECORD, "0")) == DENIED
    # A given token can't be replaced.
    assert lookups.logins == 1
    assert len(vault.requests) == 2


def test_a_server_that_repeats_its_secrets_tells_none(vault, connection, store):
    password = "Quiet-Harbour-42"
    text = f"no X-Vault-Token={TOKEN} %2F{quote(password)} {base64.b64encode(password.encode()).decode()}"
    vault.failure = (500, text)
    for act in (store.load, lambda: store.save({"discarded": [{"password": password}]}, "1")):
        message = refused(act)
        assert TOKEN not in message and "********" in message
    assert "Harbour" not in message and "UXVpZXQtSGFyYm91ci00M" not in message


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        ((503, "Vault is sealed"), "The store kv2 finds the server sealed."),
        ((500, "out of order"), f"The store kv2 failed at {PLACE}: out of order"),
        ((400, "malformed"), f"The store kv2 failed at {PLACE}: malformed"),
    ],
)
def test_an_error_of_the_server_is_reported(vault, store, failure, message):
    vault.failure = failure
    assert refused(store.load).startswith(message)
    vault.failure = (404, "no handler for route")
    assert refused(lambda: store.save({}, "1")) == f"The store kv2 finds no engine KV version 2 for {PLACE} any more."


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:{port}", "The store kv2 gets no response from the server: "),
        ("vault.example", "The store kv2 can't use the URL of the server: "),
        ("http://", "The store kv2 can't use the URL of the server: "),
        ("https:{without_tls}", "The store kv2 can't make a TLS connection to the server: "),
    ],
)
def test_an_unreachable_server_is_reported(vault, url, message):
    url = url.format(port=closed_port(), without_tls=vault.url.removeprefix("http:"))
    connection = VaultConnection(Lookups(url=url), None, 1)
    assert refused(Kv2Store(connection, "secret", "a").load).startswith(message)


def test_it_logs_in_once_when_it_is_first_used(vault, lookups, connection, store):
    assert (connection.session, lookups.calls) == (None, [])
    store.load()
    store.load()
    assert lookups.calls == [("vault_ansible_settings", {}), ("vault_login", {"token_validate": False})]
    assert connection.session["token"] == TOKEN
    # Or explicitly, where the token may be looked up too.
    lookups = Lookups(url=vault.url, token_validate=True)
    before = len(vault.requests)
    VaultConnection(lookups, None, 1).open()
    assert lookups.calls[-1] == ("vault_login", {})
    assert len(vault.requests) == before


def test_a_session_needs_no_login(vault, connection, store):
    store.save(RECORD, "0")
    session = json.loads(json.dumps(connection.session))
    again = VaultConnection(None, session, 1)
    assert Kv2Store(again, "secret", "sailpoint/svc").load() == (RECORD, "1")
    assert again.session == session


def test_a_token_that_has_expired_is_replaced_once_for_all_threads(vault):
    lookups = Lookups(url=vault.url, auth_method="approle")
    lookups.tokens = ["expired", TOKEN, "a third one"]
    connection = VaultConnection(lookups, None, 4)
    connection.open()
    begin, loaded = threading.Barrier(4), []

    def load():
        begin.wait()
        loaded.append(Kv2Store(connection, "secret", "sailpoint/svc").load())

    threads = [threading.Thread(target=load) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded == [({}, "0")] * 4
    assert lookups.logins == 2
    assert connection.session["token"] == TOKEN


def test_a_new_token_is_refused_too(vault):
    vault.tokens = set()
    lookups = Lookups(url=vault.url, auth_method="approle")
    lookups.tokens = ["one", "two", "three"]
    assert refused(Kv2Store(VaultConnection(lookups, None, 1), "secret", "sailpoint/svc").load) == DENIED
    assert lookups.logins == 2


def test_a_proxy_that_logs_in_gets_no_token(vault, monkeypatch, tmp_path):
    monkeypatch.setenv("VAULT_TOKEN", "of the environment")
    (tmp_path / ".vault-token").write_text("of a file", "utf-8")
    lookups = Lookups(url=vault.url, auth_method="none")
    connection = VaultConnection(lookups, None, 1)
    assert Kv2Store(connection, "secret", "sailpoint/svc").load() == ({}, "0")
    assert lookups.logins == 0
    assert not any("X-Vault-Token" in request["headers"] for request in vault.requests)


def test_the_settings_of_the_collection_are_used(vault):
    lookups = Lookups(url=vault.url, namespace="team/", timeout=7, retries=2, ca_cert=None, validate_certs=True)
    connection = VaultConnection(lookups, None, 6)
    Kv2Store(connection, "secret", "a").load()
    assert {request["headers"]["X-Vault-Namespace"] for request in vault.requests} == {"team/"}
    client = connection.call(lambda client: client)
    adapter = client.session.get_adapter(vault.url)
    assert (client.adapter._kwargs["timeout"], adapter.max_retries.total) == (7, 2)
    assert adapter._pool_maxsize == 6


@pytest.mark.parametrize(
    ("settings", "environment", "verified"),
    [
        ({}, {}, True),
        ({}, {"VAULT_CACERT": "/etc/ca"}, "/etc/ca"),
        ({"ca_cert": "/given/ca"}, {"VAULT_CACERT": "/etc/ca"}, "/given/ca"),
        ({"validate_certs": False}, {"VAULT_CACERT": "/etc/ca"}, False),
        ({}, {"VAULT_SKIP_VERIFY": "TRUE"}, False),
        ({}, {"VAULT_SKIP_VERIFY": "0"}, True),
        ({"validate_certs": True}, {"VAULT_SKIP_VERIFY": "1"}, True),
    ],
)
def test_settings_and_environment_determine_how_certificates_are_verified(
    vault, monkeypatch, settings, environment, verified
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    connection = VaultConnection(Lookups(url=vault.url, **settings), None, 1)
    assert connection.call(lambda client: client.session.verify) == verified


def test_the_environment_is_used_without_settings(vault, monkeypatch):
    monkeypatch.setenv("VAULT_ADDR", vault.url)
    monkeypatch.setenv("VAULT_NAMESPACE", "team/")
    connection = VaultConnection(Lookups(url=None), None, 1)
    assert Kv2Store(connection, "secret", "a").load() == ({}, "0")
    assert {request["headers"]["X-Vault-Namespace"] for request in vault.requests} == {"team/"}


def test_a_missing_address_collection_or_library_is_explained(lookups, connection, monkeypatch):
    assert refused(VaultConnection(Lookups(), None, 1).open) == "The store kv2 has no URL of the server."
    lookups.problem = LookupError("community.hashi_vault.vault_ansible_settings")
    assert refused(connection.open) == (
        "The store kv2 needs the collection community.hashi_vault and the Python library hvac on the control node, and "
        "can't find the collection."
    )
    monkeypatch.setitem(sys.modules, "hvac", None)
    assert refused(connection.open) == "The store kv2 needs the Python library hvac on the control node."


@pytest.mark.parametrize("chained", ["__cause__", "__context__"])
def test_a_failed_login_is_reported(vault, chained):
    class FailingLookups(Lookups):
        """Fails at the login with an error around one of hvac, as the collection does."""

        def __call__(self, name, **given):
            if name.endswith("vault_login"):
                failure = RuntimeError(f"Forbidden: {TOKEN}")
                setattr(failure, chained, hvac.exceptions.Forbidden("denied"))
                raise failure
            return super().__call__(name, **given)

    connection = VaultConnection(FailingLookups(url=vault.url), None, 1)
    assert refused(connection.open).startswith("The store kv2 is denied access to the login: ")


def search_places(connection, **given):
    """Return the places that may hold the accounts of these options."""
    return [store.place for store in Kv2().search(options(store="kv2", **given), connection)]


def test_the_secrets_that_may_hold_an_account_are_found(vault, connection):
    assert search_places(connection) == []
    vault.requests.clear()
    names = {
        "the one": record_name(ACCOUNT),
        "another account": record_name(ACCOUNT._replace(account_id="CN=other")),
        "another name": record_name(ACCOUNT._replace(user_name="svc-backup2")),
    }
    vault.versions = {f"sailpoint/{name}": [RECORD] for name in names.values()}
    assert search_places(connection) == sorted(
        f"secret/sailpoint/{names[one]}" for one in ("the one", "another account")
    )
    assert search_places(connection, store_path="a/b") == ["secret/a/b"]
    assert vault.calls == ["LIST secret/metadata/sailpoint"]


def test_a_failed_search_is_reported(vault, connection):
    vault.failure = (200, "no vault")
    assert refused(lambda: search_places(connection)).startswith("The store kv2 failed at secret/sailpoint: ")
    vault.failure = None
    vault.denied = ("kv/metadata",)
    assert "is denied access to kv/sailpoint" in refused(lambda: search_places(connection, store_mount="kv"))


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({}, f"secret/sailpoint/{record_name(ACCOUNT)}"),
        ({"store_mount": "team/kv"}, f"team/kv/sailpoint/{record_name(ACCOUNT)}"),
        ({"store_path": "mine/backup"}, "secret/mine/backup"),
    ],
)
def test_each_account_has_its_own_secret_unless_a_path_is_given(vault, connection, given, place):
    store = Kv2().open(options(store="kv2", **given), ACCOUNT, connection)
    assert store.place == place
    store.load()
    mount = given.get("store_mount", "secret")
    assert vault.calls[0] == f"GET {mount}/data/{place.removeprefix(f'{mount}/')}"


@pytest.mark.parametrize("name", ["store_mount", "store_path"])
@pytest.mark.parametrize("path", ["/a", "a/", "a//b", "../a", "a/./b", "..", "/"])
def test_a_path_that_leads_elsewhere_is_refused(name, path):
    (mistake,) = Kv2().mistakes(options(store="kv2", **{name: path}), NOWHERE)
    assert mistake.startswith(f"rotate_password_{name} is {path!r}. It may neither begin nor end with a slash")
    for other in ("a", "a/b.c", "...", "a b/\u00e9%20"):
        assert list(Kv2().mistakes(options(store="kv2", store_path=other, store_mount=other), NOWHERE)) == []


def test_a_connection_has_the_session_and_the_threads_it_is_given(lookups):
    made = Kv2().connect(lookups, {"settings": {"url": "http://x"}, "token": "t"}, 5)
    assert made.session == {"settings": {"url": "http://x"}, "token": "t"}
    assert made.call(lambda client: client.session.get_adapter("http://x")._pool_maxsize) == 5
