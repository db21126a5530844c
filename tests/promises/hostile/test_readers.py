# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is read from a response is understood or refused with a sentence; nothing else."""

from __future__ import annotations

import json
import math

from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import read_list, read_object
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, UnexpectedResponseError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Response
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hostile_results import flaws
from support.hostile_texts import TEXTS

TEXT = st.text(st.characters()) | st.sampled_from([*TEXTS.values()])
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), math.inf, math.nan])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
PIECES = st.sampled_from(
    [b"{", b"}", b"[", b"]", b'"a"', b'"b"', b":", b",", b"1", b"-", b"1e999", b"NaN", b"\\ud800", b'"\\uD800"', b" "]
    + [b"\xff", b"\x00", b"null", b'"', b"\xef\xbb\xbf", b"9" * 1001, b"[" * 5000]
)
BODIES = st.binary() | st.lists(PIECES, max_size=12).map(b"".join) | JSON.map(lambda value: json.dumps(value).encode())


# Each run draws others.
FEW = settings(max_examples=50)


def explained(error: IscError) -> bool:
    """Return whether *error* can be shown as it is."""
    return not [*flaws(error.as_result())]


@FEW
@given(BODIES)
def test_a_body_is_an_object_that_can_be_written_on_or_it_is_refused(body: bytes) -> None:
    try:
        content = read_object(Response(200, {}, body), "x")
    except UnexpectedResponseError as error:
        assert explained(error)
    else:
        assert isinstance(content, dict)
        assert json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")


@FEW
@given(BODIES | st.lists(BODIES, max_size=3).map(lambda bodies: b"[" + b",".join(bodies) + b"]"))
def test_a_body_is_a_list_of_objects_that_can_be_written_on_or_it_is_refused(body: bytes) -> None:
    try:
        content = read_list(Response(200, {}, body), "x")
    except UnexpectedResponseError as error:
        assert explained(error)
    else:
        assert isinstance(content, list)
        assert all(isinstance(each, dict) for each in content)
        assert json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")
