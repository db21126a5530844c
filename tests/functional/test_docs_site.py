# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation site as a person sees it: on a telephone, in its sidebar, and from its search box."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from support.once import built_once
from tools import docs_site

PAGES = (
    "index",
    *(f"docsite/{path.stem}" for path in sorted((docs_site.DOCS / "docsite" / "rst").glob("*.rst"))),
    *("isc_password_module", "isc_password_batch_module", "rotate_password_role", "rotated_password_lookup", "search"),
)
# What is wider than its place, and neither scrolls there nor is in something that does.
CUT = """[...document.querySelectorAll('.rst-content :is(h1, h2, h3, h4, p, li, td, th, table)')].filter((one) => {
  if (one.closest('pre')) return false;
  const box = one.getBoundingClientRect();
  const cut = one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1;
  return box.width > 0 && (cut || Math.round(box.right) > innerWidth);
}).map((one) => one.tagName + ': ' + one.textContent.trim().slice(0, 80))
"""
SCROLLING = "[...document.querySelectorAll('pre')].every((one) => getComputedStyle(one).overflowX === 'auto')"
GROUPS = """[...document.querySelectorAll('.wy-menu .caption')].map((one) => [
  one.textContent, [...one.nextElementSibling.children].map((entry) => entry.querySelector('a').getAttribute('href'))
])
"""
# What the search box finds for the question of the page's address, then for more of them, without loading it for each.
ASK = """const [questions, done] = arguments;
(async () => {
  const results = document.querySelector('#search-results'), found = {};
  for (const question of questions) {
    if (question !== questions[0]) {
      results.replaceChildren();
      Search.performSearch(question);
    }
    while (!/Search finished|did not match/.test(results.textContent)) await new Promise((go) => setTimeout(go, 5));
    found[question] = [...results.querySelectorAll('li a')].map((one) => one.getAttribute('href'));
  }
  done(found);
})();
"""
# What people ask, in their words, and the page that answers it.
QUESTIONS = {
    "read stored password in another play": "faq",
    "read stored password in another role": "faq",
    "read stored password AWX job": "faq",
    "reading a stored password in another play": "faq",
    "schedule rotation": "faq",
    "scheduling": "faq",
    "roll back previous password": "faq",
    "rolling back to previous": "faq",
    "move passwords between stores": "faq",
    "moving between stores": "faq",
    "change the key": "faq",
    "changing the key": "stores",
    "what is in a lock file": "faq",
    "what to back up": "faq",
    "lock file": "faq",
    "back up": "faq",
    "which name is user_name": "faq",
    "where does ISC show user_name": "faq",
    "sAMAccountName": "faq",
    "user_name alias e-mail": "faq",
    "digit token user_id": "digit_tokens",
    "quieter output": "faq",
    "--ask-vault-pass": "faq",
    "--diff": "faq",
    "macOS": "faq",
    "macOS control nodes": "faq",
    "worker dead state": "faq",
    "FIPS": "faq",
    "omit": "faq",
    "lazily": "faq",
    "lazily evaluated passwords": "faq",
    "vanity addresses": "faq",
    "/oauth/info": "faq",
    "/ui/session": "faq",
    "upgrade": "faq",
    "what changes on upgrade": "faq",
    "version policy": "faq",
    "tags": "rotation",
    "loop password": "faq",
    "unsafe": "faq",
    "run was interrupted": "troubleshooting",
    "Full authentication is required": "troubleshooting",
    "JWT is required": "troubleshooting",
    "JWT is expired": "troubleshooting",
    "invalid_client": "troubleshooting",
    "Bad client credentials": "troubleshooting",
    "sp:scopes:all": "troubleshooting",
    "502 Bad Gateway": "troubleshooting",
    "503 Service Unavailable": "troubleshooting",
}


class _Quiet(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer, but not what the list of results reads each page for: the sentences to show below its title."""
        if self.headers["Sec-Fetch-Dest"] == "empty":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *arguments: object) -> None:
        """Write nothing into the tests' output."""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site."""
    return built_once(tmp_path_factory, "site", docs_site.build) / "html"


@pytest.fixture(scope="module")
def served(site) -> Iterator[str]:
    """The address of the site: a browser reads no index of words from a file."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_telephone(browser, site, page):
    browser.open(site / f"{page}.html")
    browser.resize(400, 800)
    assert browser.ask("document.documentElement.scrollWidth") <= 400
    assert browser.ask(CUT) == []
    assert browser.ask(SCROLLING)


def test_the_sidebar_has_groups(browser, site):
    browser.open(site / "index.html")
    groups = dict(browser.ask(GROUPS))
    assert list(groups) == ["Guides", "Reference", "For contributors"]
    assert set(groups) <= set(
        browser.ask("[...document.querySelectorAll('h2')].map((one) => one.firstChild.textContent)")
    )
    assert groups["Guides"][0] == "docsite/quickstart.html"
    assert groups["Reference"][:2] == ["docsite/playbooks.html", "rotate_password_role.html"]
    steps = [page for page in groups["For contributors"] if page.startswith("rotation_")]
    assert steps
    assert not set(steps) & set(groups["Reference"])


def test_the_page_of_the_role_begins_with_main_and_has_examples(site):
    text = (site / "rotate_password_role.html").read_text("utf-8")
    assert text.index('<section id="entry-point-main') < text.index('<section id="entry-point-batch')
    assert text.count("Examples") >= 2


@pytest.mark.parametrize("page", ["index", "docsite/faq", "isc_password_module"])
def test_a_page_says_where_to_ask_for_help(browser, site, page):
    browser.open(site / f"{page}.html")
    assert "Ask for help" in browser.ask("document.body.textContent")


MODULES = ("isc_password", "isc_password_batch", "isc_tenant_info")


@pytest.fixture(scope="module")
def found(browser, served) -> dict[str, list[str]]:
    """The pages that the search box finds for each question, and for each name of a module."""
    browser.driver.set_script_timeout(120)
    pages: dict[str, list[str]] = {}
    # The page decides once, when it is loaded, whether somebody asks in several words.
    for in_words in (True, False):
        asked = [question for question in (*QUESTIONS, *MODULES) if (" " in question) is in_words]
        browser.driver.get(f"{served}/search.html?q={quote_plus(asked[0])}")
        pages.update(browser.driver.execute_async_script(ASK, asked))
    return pages


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_search_box_finds_the_answer(found, question):
    pages = found[question]
    assert any(page.startswith(f"docsite/{QUESTIONS[question]}.html") for page in pages[:5]), pages[:8]


@pytest.mark.parametrize("name", MODULES)
def test_the_search_box_finds_a_module_by_its_name(found, name):
    assert f"{name}_module.html" in found[name][:3]
