// Copyright (c) 2026, The community.sailpoint authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Who asks in several words gets a guide first, and a heading that says the same before all else. Sphinx alone prefers
// the pages of modules, whose titles are sentences with many common words. A single word is often the name of a module.
// https://www.sphinx-doc.org/en/master/usage/configuration.html#confval-html_search_scorer
const asksInWords = (new URLSearchParams(window.location.search).get("q") || "").trim().includes(" ");
var Scorer = {
  score: ([page, , anchor, , score]) => {
    if (!asksInWords || !page.startsWith("docsite/") || page === "docsite/contributor_guide") return score;
    return score + (anchor ? 24 : 12);
  },
  // What follows are Sphinx's own values. A scorer has to have all of them.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
