# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A strict stand-in of AWX: as much of its REST API as playbooks/configure_awx.yml needs.

It keeps what it is given in memory, and refuses what AWX refuses: references to what isn't there, names that are taken,
credential types and surveys against AWX's rules, playbooks that the project does not have. Where AWX ignores a field
that it does not know, this refuses it. It runs no jobs.
"""
