# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Sphinx configuration of the documentation site, which ``make docs`` builds with tests/tools/docs_site.py."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util import logging

_REPOSITORY = "https://github.com/ansible-collections/community.sailpoint"

project = "community.sailpoint"
copyright = "The community.sailpoint authors"
html_title = "community.sailpoint documentation"
html_short_title = "community.sailpoint"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]

# An unresolved reference is a warning, and a warning fails the build.
nitpicky = True
default_role = "any"
highlight_language = "YAML+Jinja"

# Ansible's own documentation. If it can't be reached, Sphinx uses the inventory beside the sources, which docs_site.py
# generates from ansible_labels.txt.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/devel/", (None, "../ansible.inv"))}
intersphinx_timeout = 5

html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "documentation_home_url": _REPOSITORY,
    "topbar_links": {
        "Ask for help": "https://forum.ansible.com/c/help/6",
        "Repository": _REPOSITORY,
        "Issues": f"{_REPOSITORY}/issues",
    },
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
# An absolute path, because Sphinx resolves a relative one from the working directory.
html_search_scorer = str(Path(__file__).with_name("search_scorer.js"))
html_show_sphinx = False
html_copy_source = False
html_use_index = False
pygments_style = "ansible"

_LOGGER = logging.getLogger(__name__)
# The names of plugin pages, as antsibull-docs generates them.
_PLUGIN = re.compile(r"(\w+)_(?:module|lookup|filter|inventory)")
_GUIDE = re.compile(r"(\w+)\.rst")


def link_guides(app: Any, doctree: nodes.document, docname: str) -> None:
    """Convert the links in the guides to links between pages of the site.

    GitHub renders the guides too, but shows Sphinx's roles as raw text. So a guide links to another guide's file, and
    mentions plugins as literal text.
    """
    if not docname.startswith("docsite/"):
        return
    found = app.env.found_docs
    for link in list(doctree.findall(nodes.reference)):
        guide = _GUIDE.fullmatch(link.get("refuri", ""))
        if guide and f"docsite/{guide[1]}" in found:
            link["refuri"] = app.builder.get_relative_uri(docname, f"docsite/{guide[1]}")
            link["internal"] = True
            link["classes"] = ["reference", "internal"]
        elif guide:
            _LOGGER.warning("there is no guide %s", link["refuri"], location=link)
    plugins = {name[1]: name[0] for name in map(_PLUGIN.fullmatch, found) if name}
    for literal in list(doctree.findall(nodes.literal)):
        text = literal.astext().removeprefix("community.sailpoint.")
        before = literal.previous_sibling()
        role = text == "rotate_password" and isinstance(before, nodes.Text) and before.astext().split()[-1:] == ["role"]
        page = "rotate_password_role" if role else plugins.get(text)
        if page and not isinstance(literal.parent, (nodes.reference, nodes.title)):
            link = nodes.reference("", "", internal=True, refuri=app.builder.get_relative_uri(docname, page))
            literal.replace_self(link)
            link += literal


def setup(app: Any) -> None:
    """Register the extension."""
    app.connect("doctree-resolved", link_guides)
