# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Crashes where a secret passes, with it in the exception's text. Python loads this where PYTHONPATH leads to it.

``ISC_CRASH_AT`` is a part of what is sent or received, or ``scrypt``, which is given the password. It may be set for a
single task, with the keyword ``environment``.
"""

from __future__ import annotations

import hashlib
import http.client
import os


def _crash_at(data):
    place = os.environ.get("ISC_CRASH_AT")
    if place and isinstance(data, (bytes, bytearray, memoryview)) and place.encode() in bytes(data):
        raise RuntimeError(bytes(data).decode("utf-8", "replace"))


def _send(self, data, send=http.client.HTTPConnection.send):
    _crash_at(data)
    return send(self, data)


def _read(self, amt=None, read=http.client.HTTPResponse.read):
    data = read(self, amt)
    _crash_at(data)
    return data


def _scrypt(password, scrypt=hashlib.scrypt, **options):
    if os.environ.get("ISC_CRASH_AT") == "scrypt":
        raise RuntimeError(bytes(password).decode("utf-8"))
    return scrypt(password, **options)


http.client.HTTPConnection.send = _send
http.client.HTTPResponse.read = _read
hashlib.scrypt = _scrypt
