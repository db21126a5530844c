# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling the user something from a worker that ansible-playbook does not listen to any more."""

from __future__ import annotations

import os

from ansible_collections.community.sailpoint.plugins.plugin_utils import _interruption


def test_a_line_goes_to_the_error_output_as_it_was_when_the_plugin_was_loaded(monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setattr(_interruption, "_STDERR", writing)
    _interruption.write_line("Interrupted: zo\u00eb \ud800")
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert pipe.read() == "Interrupted: zo\u00eb ?\n".encode()


def test_where_there_is_no_error_output_nothing_happens(monkeypatch):
    monkeypatch.setattr(_interruption, "_STDERR", None)
    _interruption.write_line("Interrupted")


def test_an_error_output_that_is_closed_is_no_reason_to_fail(monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    monkeypatch.setattr(_interruption, "_STDERR", writing)
    _interruption.write_line("Interrupted")
