# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The RSA keys of the sources: created on first use, rotated on demand, kept for the run."""

from __future__ import annotations

import asyncio
import base64
import uuid
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from simulator.world import Source


class KeyPair:
    """One key. ``public_key`` is bare base64 of a DER SubjectPublicKeyInfo, ``key_id`` base64 of a UUID's text."""

    __slots__ = ("key_id", "public_key", "bits", "_private")

    def __init__(self, bits: int):
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        self.bits = bits
        self.key_id = base64.b64encode(str(uuid.uuid4()).encode()).decode()
        der = self._private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public_key = base64.b64encode(der).decode()

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Return the message of a PKCS#1 v1.5 ciphertext.

        :raises ValueError: it was encrypted for another key or with another padding.
        """
        message = self._private.decrypt(ciphertext, padding.PKCS1v15())
        # For wrong padding, OpenSSL 3.2 and later returns random bytes of random length (implicit rejection). Eight or
        # more of them are practically never all printable, so only other messages need the slow check of the padding.
        plausible = len(message) >= 8 and message.isascii() and message.decode("ascii").isprintable()
        if not plausible and not self._is_padded(ciphertext):
            raise ValueError("not PKCS#1 v1.5")
        return message

    def _is_padded(self, ciphertext: bytes) -> bool:
        numbers = self._private.private_numbers()
        c, p, q = int.from_bytes(ciphertext, "big"), numbers.p, numbers.q
        m_p, m_q = pow(c, numbers.dmp1, p), pow(c, numbers.dmq1, q)
        block = (m_q + q * ((numbers.iqmp * (m_p - m_q)) % p)).to_bytes(self.bits // 8, "big")
        return block[:2] == b"\x00\x02" and block.find(b"\x00", 2) >= 10


class KeyRing:
    """The current key of every source, and the ids of earlier keys."""

    def __init__(self):
        # Two threads: a 4096-bit key takes seconds and must not delay a 2048-bit one.
        self._executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="rsa")
        self._current: dict[str, asyncio.Future] = {}
        self._issued: dict[str, tuple[str, KeyPair | None]] = {}

    async def current(self, source: Source) -> KeyPair:
        """Return the key of ``source``, created now if there is none yet."""
        task = self._current.get(source.name)
        if task is None:
            task = self._current[source.name] = asyncio.ensure_future(self._make(source))
        # Shielded, because many requests may wait for the same key, and one of them may be canceled.
        return task.result() if task.done() else await asyncio.shield(task)

    async def rotate(self, source: Source) -> KeyPair:
        """Return a new key for ``source``. The old id is still known, but stale."""
        old = await self.current(source)
        new = await self._make(source)
        self._issued[old.key_id] = (source.name, None)
        done = asyncio.get_running_loop().create_future()
        done.set_result(new)
        self._current[source.name] = done
        return new

    def find(self, key_id: str) -> tuple[str, KeyPair | None] | None:
        """Return ``(source name, key)`` for an id, with None for a stale key; or None for an unknown id."""
        return self._issued.get(key_id)

    async def decrypt(self, key: KeyPair, ciphertext: bytes) -> bytes:
        """Decrypt like KeyPair.decrypt, but in a thread. OpenSSL lets other threads run."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, key.decrypt, ciphertext)

    def close(self) -> None:
        self._executor.shutdown(wait=False)

    async def _make(self, source: Source) -> KeyPair:
        key = await asyncio.get_running_loop().run_in_executor(self._executor, KeyPair, source.key_bits)
        self._issued[key.key_id] = (source.name, key)
        return key
