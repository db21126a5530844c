# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of the format in what is kept between runs."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._durable_file import refuse_newer_format
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError


def test_a_newer_format_is_refused_by_name():
    with pytest.raises(RecordError, match="^The record was written by a newer version .* \\(format 3\\)") as refused:
        refuse_newer_format({"format": 3}, 2, "The record", RecordError)
    assert refused.value.hint == "Update the collection here as well."


@pytest.mark.parametrize("value", [{"format": 2}, {"format": 1}, {"format": True}, {"format": "3"}, {}, None, [], 3])
def test_nothing_else_is_taken_for_newer(value):
    refuse_newer_format(value, 2, "The record", RecordError)


def test_a_number_that_can_not_be_printed_is_none():
    refuse_newer_format({"format": 10**5000}, 2, "The record", RecordError)
