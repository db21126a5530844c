# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A strict stand-in for AWX, with the part of its REST API that playbooks/configure_awx.yml needs.

It keeps objects in memory, and refuses what AWX refuses: missing references, names that are taken, invalid credential
types and surveys, playbooks that the project doesn't have. It also refuses unknown fields, which AWX ignores. It
runs no jobs.
"""
