# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the documentation site: C(make docs) calls it through tests/tools/docs_site.py."""

from __future__ import annotations

_REPOSITORY = "https://github.com/ansible-collections/community.sailpoint"

project = "community.sailpoint"
copyright = "The community.sailpoint authors"
html_title = "community.sailpoint documentation"
html_short_title = "community.sailpoint"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]

# Each name that leads nowhere is a warning, and a warning ends the build.
nitpicky = True
default_role = "any"
highlight_language = "YAML+Jinja"

# Ansible's own documentation. Where it can't be reached, the file beside the sources, which docs_site.py makes of
# ansible_labels.txt, tells where the labels are.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/devel/", (None, "../ansible.inv"))}
intersphinx_timeout = 5

html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "documentation_home_url": _REPOSITORY,
    "topbar_links": {"Repository": _REPOSITORY, "Issues": f"{_REPOSITORY}/issues"},
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_use_index = False
pygments_style = "ansible"
