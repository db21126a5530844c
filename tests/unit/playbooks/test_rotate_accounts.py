# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible reads of rotate_accounts when it loads the play."""

from __future__ import annotations

import jinja2
import pytest
import yaml
from support.playbook import ROOT

NAME = "rotate_accounts_max_fail_percentage"


@pytest.mark.parametrize(
    ("given", "percentage"), [({}, 100), ({NAME: ""}, 100), ({NAME: None}, 100), ({NAME: 0}, 0), ({NAME: "40"}, "40")]
)
def test_only_a_response_that_is_empty_stands_for_all(given, percentage):
    (play,) = yaml.safe_load((ROOT / "playbooks" / "rotate_accounts.yml").read_text("utf-8"))
    template = play["max_fail_percentage"].strip().removeprefix("{{").removesuffix("}}")
    assert jinja2.Environment().compile_expression(template)(**given) == percentage
