# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation site in a browser: on a phone, its sidebar, and its search box."""

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
# Elements that are wider than their container and don't scroll.
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
# The results for the question in the page's address, then for others without reloading the page.
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
# Questions in the words of users, and the page with the answer.
QUESTIONS = {
    question: page
    for page, questions in {
        "faq": (
            *("read stored password in another play", "read stored password in another role", "lazily", "upgrade"),
            *("read stored password AWX job", "reading a stored password in another play", "schedule rotation"),
            *("scheduling", "roll back previous password", "rolling back to previous", "move passwords between stores"),
            *("moving between stores", "change the key", "what is in a lock file", "what to back up", "lock file"),
            *("back up", "which name is user_name", "where does ISC show user_name", "sAMAccountName", "unsafe"),
            *("user_name alias e-mail", "quieter output", "--ask-vault-pass", "--diff", "macOS", "macOS control nodes"),
            *("worker dead state", "FIPS", "omit", "lazily evaluated passwords", "vanity addresses", "/oauth/info"),
            *("/ui/session", "what changes on upgrade", "version policy", "loop password"),
        ),
        "stores": ("changing the key",),
        "digit_tokens": ("digit token user_id",),
        "rotation": ("tags",),
        "troubleshooting": (
            *("run was interrupted", "Full authentication is required", "JWT is required", "JWT is expired"),
            *(
                *("invalid_client", "Bad client credentials", "sp:scopes:all", "502 Bad Gateway"),
                "503 Service Unavailable",
            ),
        ),
    }.items()
    for question in questions
}


class _Quiet(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        """Respond, except to requests for the excerpts that the list of results shows."""
        if self.headers["Sec-Fetch-Dest"] == "empty":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *arguments: object) -> None:
        """Write nothing into the tests' output."""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return built_once(tmp_path_factory, "site", docs_site.build) / "html"


@pytest.fixture(scope="module")
def served(site) -> Iterator[str]:
    """The address of the site. A browser doesn't read a search index from a file."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone(browser, site, page):
    browser.open(site / f"{page}.html")
    browser.resize(400, 800)
    assert browser.ask("document.documentElement.scrollWidth") <= 400
    assert browser.ask(CUT) == []
    assert browser.ask(SCROLLING)


def test_the_sidebar_has_groups(browser, site):
    browser.open(site / "index.html")
    groups = dict(browser.ask(GROUPS))
    assert list(groups) == ["Guides", "Reference", "For contributors"]
    headings = browser.ask("[...document.querySelectorAll('h2')].map((one) => one.firstChild.textContent)")
    assert set(groups) <= set(headings)
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
    """The pages that the search box finds for each question and each module name."""
    browser.driver.set_script_timeout(120)
    pages: dict[str, list[str]] = {}
    # The page decides only once, when it is loaded, whether the question has several words.
    for in_words in (True, False):
        questions = [question for question in (*QUESTIONS, *MODULES) if (" " in question) is in_words]
        browser.driver.get(f"{served}/search.html?q={quote_plus(questions[0])}")
        pages.update(browser.driver.execute_async_script(ASK, questions))
    return pages


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_search_box_finds_the_answer(found, question):
    pages = found[question]
    assert any(page.startswith(f"docsite/{QUESTIONS[question]}.html") for page in pages[:5]), pages[:8]


@pytest.mark.parametrize("name", MODULES)
def test_the_search_box_finds_a_module_by_its_name(found, name):
    assert f"{name}_module.html" in found[name][:3]
