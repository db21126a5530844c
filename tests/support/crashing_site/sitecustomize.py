# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Raises an exception with a secret in its text where a secret passes. Python loads this module from PYTHONPATH.

``ISC_CRASH_AT`` is a part of the data that is sent or received, or ``scrypt``, which gets the password. The keyword
``environment`` can set it for a single task.
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
