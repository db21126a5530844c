# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store ``kv2``: one secret per account in OpenBao or HashiCorp Vault, in a secrets engine KV version 2.

The address of the server and the login come from the public lookups of ``community.hashi_vault``, so all settings and
login methods of that collection work. A single ``hvac`` client then reads and writes the secrets, which gives one login
for all accounts, and typed errors.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import typing as t

from ...module_utils._client.redaction import Redaction
from ...module_utils._errors import RecordError
from ...module_utils._text import clean_text
from .base import Lookup, Session, Stored, StoreKind, passwords_in, record_name, record_name_prefix

if t.TYPE_CHECKING:
    from .._paths import Places
    from .._rotation.options import RotationOptions
    from .._rotation.record import RecordedAccount

_COLLECTION = "community.hashi_vault"
_ENVIRONMENT = {"url": "VAULT_ADDR", "ca_cert": "VAULT_CACERT", "namespace": "VAULT_NAMESPACE"}
"""Variables that the plugins of that collection fall back to, but its lookup ``vault_ansible_settings`` does not."""

_CLIENT_SETTINGS = ("url", "namespace", "proxies", "timeout")
_SECRETS = ("token", "password", "secret_id", "jwt")
_FOLDER = "sailpoint"
_NEVER_WRITTEN = 0


class Kv2(StoreKind):
    variables = "ansible_hashi_vault_"

    def mistakes(self, options: RotationOptions, places: Places) -> t.Iterator[str]:
        for name in ("store_mount", "store_path"):
            path = options[name]
            # The HTTP client resolves dots, so the path would lead to another secret.
            if path is not None and any(part in ("", ".", "..") for part in path.split("/")):
                yield (
                    f"rotate_password_{name} is {path!r}. It may neither begin nor end with a slash, nor have a part "
                    "that is empty or consists of one or two dots."
                )

    def connect(self, lookup: Lookup, session: Session, threads: int) -> VaultConnection:
        return VaultConnection(lookup, session, threads)

    def open(self, options: RotationOptions, account: RecordedAccount, connection: VaultConnection) -> Kv2Store:
        path = options["store_path"] or f"{_FOLDER}/{record_name(account)}"
        return Kv2Store(connection, options["store_mount"], path)

    def search(self, options: RotationOptions, connection: VaultConnection) -> t.Iterator[Kv2Store]:
        """Yield the secret at the given path or, without one, all secrets whose names have the account's prefix."""
        mount, path = options["store_mount"], options["store_path"]
        if path is not None:
            yield Kv2Store(connection, mount, path)
            return
        prefix = record_name_prefix(options["user_name"], options["source_name"])
        with translate_errors(f"{mount}/{_FOLDER}", connection.redaction):
            try:
                response = connection.call(lambda client: client.secrets.kv.v2.list_secrets(_FOLDER, mount_point=mount))
            except hvac_exception("InvalidPath"):
                return
            # In this block, because a response from something other than a vault may be malformed.
            names = sorted(response["data"]["keys"])
        for name in names:
            if name.startswith(prefix):
                yield Kv2Store(connection, mount, f"{_FOLDER}/{name}")


class VaultConnection:
    """A thread-safe connection that logs in on first use, and again when its token is refused.

    :ivar session: the settings and the token, for the next task.
    """

    def __init__(self, lookup: Lookup, session: Session, threads: int) -> None:
        self.session = session
        self._lookup = lookup
        self._threads = threads
        self._lock = threading.Lock()
        self._client: t.Any = None

    def call(self, request: t.Callable[[t.Any], t.Any]) -> t.Any:
        """Call *request* with the client of hvac, and return its result.

        :raises RecordError: there is no connection.
        """
        client = self.open()
        token = client.token
        try:
            return request(client)
        except hvac_exception("Forbidden"):
            if not self._log_in_again(token):
                raise
        return request(client)

    def redaction(self, *secrets: str) -> Redaction:
        """Return a redaction for texts of the server: it removes the secrets of this connection and *secrets*."""
        session = self.session or {"settings": {}, "token": None}
        return _redaction(session["settings"], session["token"], *secrets)

    def open(self) -> t.Any:
        """Log in if necessary, and return the client of hvac.

        :raises RecordError: there is no connection.
        """
        with self._lock:
            if self._client is None:
                if self.session is None:
                    settings = self._settings()
                    self.session = {"settings": settings, "token": self._token(settings)}
                self._client = self._new_client(self.session)
            return self._client

    def _settings(self) -> dict[str, t.Any]:
        try:
            import hvac  # noqa: F401
        except ImportError:
            raise RecordError(
                "The store kv2 needs the Python library hvac on the control node.",
                f'"{sys.executable} -m pip install hvac" installs it.',
            ) from None
        settings = dict(self._collection("vault_ansible_settings"))
        for name, variable in _ENVIRONMENT.items():
            if not settings.get(name) and os.environ.get(variable):
                settings[name] = os.environ[variable]
        if not settings.get("url"):
            raise RecordError(
                "The store kv2 has no URL of the server.",
                "Give it in the variable ansible_hashi_vault_url or in VAULT_ADDR.",
            )
        skip = os.environ.get("VAULT_SKIP_VERIFY", "").lower()
        settings.setdefault("validate_certs", skip not in ("1", "true", "yes", "t"))
        return settings

    def _token(self, settings: t.Mapping[str, t.Any]) -> str | None:
        if settings.get("auth_method") == "none":
            return None
        # A given token may not be allowed to look itself up.
        options = {} if settings.get("token_validate") else {"token_validate": False}
        with translate_errors("the login", lambda: _redaction(settings)):
            response = self._collection("vault_login", **options)
        return str(response["auth"]["client_token"])

    def _log_in_again(self, refused: str | None) -> bool:
        """Replace a token that was refused, and return whether there is another one now."""
        session = t.cast(dict[str, t.Any], self.session)
        with self._lock:
            if self._client.token == refused:
                if session["settings"].get("auth_method", "token") in ("token", "none"):
                    return False
                self._client.token = session["token"] = self._token(session["settings"])
            return True

    def _new_client(self, session: dict[str, t.Any]) -> t.Any:
        import hvac
        import requests
        from requests.adapters import HTTPAdapter

        settings = session["settings"]
        ca_cert, validate = settings.get("ca_cert"), settings.get("validate_certs", True)
        http = requests.Session()
        http.verify = ca_cert if ca_cert and validate else bool(validate)
        for scheme in ("https://", "http://"):
            http.mount(scheme, HTTPAdapter(max_retries=int(settings.get("retries") or 0), pool_maxsize=self._threads))
        chosen = {name: settings[name] for name in _CLIENT_SETTINGS if settings.get(name) is not None}
        client = hvac.Client(session=http, verify=http.verify, **chosen)
        # hvac would otherwise use a token from the environment or a file.
        client.token = session["token"]
        return client

    def _collection(self, name: str, **options: t.Any) -> t.Any:
        try:
            return self._lookup(f"{_COLLECTION}.{name}", **options)
        except LookupError:
            raise RecordError(
                f"The store kv2 needs the collection {_COLLECTION} and the Python library hvac on the control node, "
                "and can't find the collection.",
                f'"ansible-galaxy collection install {_COLLECTION}" installs it.',
            ) from None


class Kv2Store:
    """The secret at *path* in the engine mounted at *mount*. Its version is the number that the engine assigns."""

    def __init__(self, connection: VaultConnection, mount: str, path: str) -> None:
        self.place = f"{mount}/{path}"
        self._connection = connection
        self._mount = mount
        self._path = path

    def load(self) -> Stored:
        with translate_errors(self.place, self._connection.redaction):
            response = self._connection.call(self._latest)
            if response is not None:
                return Stored(response["data"]["data"] or {}, str(response["data"]["metadata"]["version"]))
            version = self._connection.call(self._deleted_version)
            if version == _NEVER_WRITTEN and not self._connection.call(self._has_engine):
                raise RecordError(
                    f"The store kv2 finds no engine KV version 2 at {self._mount} that its token has a policy for.",
                    "Check rotate_password_store_mount and the token.",
                )
            return Stored({}, str(version))

    def save(self, record: t.Mapping[str, t.Any], version: str, check_mode: bool = False) -> str:
        """Write the version after *version*, and return its number. In check mode, nothing is checked."""
        if check_mode:
            return version

        def write(client: t.Any) -> t.Any:
            return client.secrets.kv.v2.create_or_update_secret(
                path=self._path, secret=dict(record), cas=int(version), mount_point=self._mount
            )

        passwords = tuple(passwords_in(record))
        with translate_errors(self.place, lambda: self._connection.redaction(*passwords), int(version) + 1):
            return str(self._connection.call(write)["data"]["version"])

    def _latest(self, client: t.Any) -> t.Any:
        """Return the latest version; ``None`` if there is none or it was deleted."""
        with contextlib.suppress(hvac_exception("InvalidPath")):
            return client.secrets.kv.v2.read_secret_version(
                path=self._path, mount_point=self._mount, raise_on_deleted_version=True
            )
        return None

    def _deleted_version(self, client: t.Any) -> int:
        """Return the number of the deleted latest version; 0 if there never was one."""
        # The token may not be allowed to read it. If there was a version, the server then refuses the write.
        with contextlib.suppress(hvac_exception("InvalidPath"), hvac_exception("Forbidden")):
            response = client.secrets.kv.v2.read_secret_metadata(path=self._path, mount_point=self._mount)
            return int(response["data"]["current_version"])
        return _NEVER_WRITTEN

    def _has_engine(self, client: t.Any) -> bool:
        # Every token with a policy for the mount gets a response. The program bao uses the same request.
        with contextlib.suppress(hvac_exception("InvalidPath"), hvac_exception("Forbidden")):
            response = client.adapter.get(f"/v1/sys/internal/ui/mounts/{self._mount}")
            return ((response.get("data") or {}).get("options") or {}).get("version") == "2"
        return False


def _redaction(settings: t.Mapping[str, t.Any], *secrets: str | None) -> Redaction:
    return Redaction((*(str(settings[name]) for name in _SECRETS if settings.get(name)), *secrets))


def hvac_exception(name: str) -> type[Exception]:
    import hvac.exceptions

    return t.cast(type[Exception], getattr(hvac.exceptions, name))


@contextlib.contextmanager
def translate_errors(
    place: str, redaction: t.Callable[[], Redaction], next_version: int | None = None
) -> t.Iterator[None]:
    """Turn the exceptions of hvac and requests into RecordError.

    :param place: what is read or written.
    :param redaction: returns the redaction for texts of the server.
    :param next_version: the version to be written.
    """
    try:
        yield
        return
    except RecordError:
        raise
    except Exception as error:
        problem = _translate(error, place, redaction(), next_version)
    # Outside of the handler, so that its context is not an exception whose text could hold a secret.
    raise problem


def _translate(error: Exception, place: str, redact: Redaction, next_version: int | None) -> RecordError:
    from hvac import exceptions
    from requests.exceptions import ConnectionError, InvalidURL, MissingSchema, RequestException, SSLError, Timeout

    causes = (error, error.__cause__, error.__context__)
    cause = next((each for each in causes if isinstance(each, (exceptions.VaultError, RequestException))), error)
    said = clean_text(redact(str(cause))).rstrip(".") or type(cause).__name__
    if isinstance(cause, exceptions.Forbidden):
        return RecordError(
            f"The store kv2 is denied access to {place}: the token is wrong or has expired, or none of its policies "
            "grants create, read and update there.",
            "Check the token and its policies.",
        )
    if isinstance(cause, exceptions.InvalidRequest) and next_version is not None:
        deleted = ", or there was a version that was deleted, and the token may not read its metadata"
        return RecordError(
            f"The store kv2 was refused version {next_version} of {place}: since this run read the record, another run "
            f"or a person wrote it{deleted if next_version == 1 else ''}.",
            "Look at the versions in the vault, then run this again.",
        )
    if isinstance(cause, exceptions.InvalidPath):
        return RecordError(
            f"The store kv2 finds no engine KV version 2 for {place} any more.", "Check rotate_password_store_mount."
        )
    if isinstance(cause, exceptions.VaultDown):
        return RecordError("The store kv2 finds the server sealed.", "Unseal it, then run this again.")
    if isinstance(cause, SSLError):
        return RecordError(
            f"The store kv2 can't make a TLS connection to the server: {said}.",
            "Check its URL, and the CA in the variable ansible_hashi_vault_ca_cert or in VAULT_CACERT.",
        )
    if isinstance(cause, (MissingSchema, InvalidURL)):
        return RecordError(
            f"The store kv2 can't use the URL of the server: {said}.",
            "Check the variable ansible_hashi_vault_url, or VAULT_ADDR.",
        )
    if isinstance(cause, (ConnectionError, Timeout)):
        return RecordError(
            f"The store kv2 gets no response from the server: {said}.", "Check that it runs, and its URL."
        )
    return RecordError(f"The store kv2 failed at {place}: {said}.", "Check the settings of the vault.")
