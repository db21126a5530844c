# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An exception of a filter shows none of its arguments."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.sailpoint.plugins.filter import generate_password, password_violations
from ansible_collections.community.sailpoint.plugins.plugin_utils._safe_filter import safe_filter
from jinja2.exceptions import UndefinedError

SECRET = "Leak-me.7"
FILTERS = {
    name: made
    for plugin in (generate_password, password_violations)
    for name, made in plugin.FilterModule().filters().items()
}


def failing(error):
    def fail(value):
        raise error

    return safe_filter(fail)


def test_an_internal_error_shows_its_place_and_not_its_text():
    with pytest.raises(AnsibleFilterError) as caught:
        failing(ValueError(SECRET))(SECRET)
    assert "(ValueError at test_safe_filter.py:" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize("error", [AnsibleFilterError("Explained."), UndefinedError("'x' is undefined")])
def test_an_explained_error_stays(error):
    with pytest.raises(type(error)) as caught:
        failing(error)("value")
    assert caught.value is error


@pytest.mark.parametrize("name", FILTERS)
def test_unknown_arguments_are_refused_without_their_values(name):
    for arguments, options in (([SECRET] * 9, {}), ([SECRET], {"misspelt": SECRET})):
        with pytest.raises(AnsibleFilterError) as caught:
            FILTERS[name](*arguments, **options)
        assert str(caught.value).startswith(f"{name}: ")
        assert SECRET not in str(caught.value)
        assert " at " not in str(caught.value)
