# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page of a report does: it lists, sorts, searches and filters the accounts.

All that comes from the report becomes text of the page, and none of it HTML. There are never more rows than were asked
for, so that a report on ten thousand accounts is as quick as one on ten.
"""

from __future__ import annotations

SCRIPT = r"""
"use strict";
(() => {
  const STEP = 200;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const label = Object.fromEntries(data.outcomes);
  const severity = Object.fromEntries(data.severity.map((outcome, place) => [outcome, place]));
  const number = (value) => value.toLocaleString("en");
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const accounts = data.rows.map((values) => {
    const account = Object.fromEntries(data.columns.map((column, place) => [column, values[place]]));
    const texts = ["name", "user_name", "account_id", "source_name", "request_id", "reason", "details"];
    account.text = [...texts.map((key) => account[key] || ""), label[account.outcome]].join("\n").toLowerCase();
    return account;
  });
  const view = { sort: "outcome", descending: false, outcome: null, reason: null, words: [], shown: STEP };
  let found = [];

  const element = (tag, content, className) => {
    const made = document.createElement(tag);
    if (content !== undefined) made.textContent = content;
    if (className) made.className = className;
    return made;
  };

  const cell = (column, ...content) => {
    const made = element("td", undefined, `c-${column}`);
    made.setAttribute("role", "cell");
    if (column !== "name") made.dataset.label = byId(`sort-${column}`).textContent;
    if (column === "duration") made.classList.add("amount");
    const given = content.filter((part) => part !== null);
    if (!given.length) made.classList.add("empty");
    const inner = element("div");
    inner.append(...given);
    made.append(inner);
    return made;
  };

  const second = (account) => {
    const ids = [account.user_name, account.account_id].filter((id) => id && id !== account.name);
    return ids.length ? element("span", [...new Set(ids)].join(" \u00b7 "), "second") : null;
  };

  const moment = (time) => (time ? [time.slice(0, 10), element("span", time.slice(11, 19), "second")] : []);

  const row = (account) => {
    const made = element("tr");
    made.setAttribute("role", "row");
    const details = account.details ? element("span", account.details, "second") : null;
    made.append(
      cell("name", account.name, second(account)),
      cell("source_name", account.source_name),
      cell("outcome", element("span", label[account.outcome], `badge ${account.outcome}`)),
      cell("reason", account.reason, details),
      cell("request_id", account.request_id && element("span", account.request_id, "code")),
      cell("sent_at", ...moment(account.sent_at)),
      cell("duration", account.duration === null ? null : `${account.duration.toFixed(1)} s`),
    );
    return made;
  };

  const compare = (one, other) => {
    const [a, b] = [one[view.sort], other[view.sort]];
    // What is not there comes last in both directions.
    if (a === null || b === null) return (a === null) - (b === null);
    const order = view.sort === "outcome" ? severity[a] - severity[b]
      : typeof a === "number" ? a - b : collator.compare(a, b);
    return view.descending ? -order : order;
  };

  const matches = (account) =>
    (view.outcome === null || account.outcome === view.outcome) &&
    (view.reason === null || account.reason_index === view.reason) &&
    view.words.every((word) => account.text.includes(word));

  const body = byId("rows");
  const draw = () => {
    const rows = found.slice(body.rows.length, view.shown).map(row);
    body.append(...rows);
    byId("nothing").hidden = found.length > 0;
    const all = found.length === accounts.length ? "" : ` of ${number(accounts.length)}`;
    const some = body.rows.length === found.length ? "" : `, the first ${number(body.rows.length)} are shown`;
    const noun = accounts.length === 1 ? "account" : "accounts";
    byId("count").textContent = `${number(found.length)}${all} ${noun}${some}`;
    byId("more").hidden = body.rows.length === found.length;
    byId("all").textContent = `Show all ${number(found.length)}`;
  };

  const update = () => {
    found = accounts.filter(matches).sort(compare);
    view.shown = STEP;
    body.replaceChildren();
    for (const button of document.querySelectorAll("[data-outcome]")) {
      const pressed = button.dataset.outcome ? button.dataset.outcome === view.outcome
        : view.outcome === null && view.reason === null;
      button.setAttribute("aria-pressed", String(pressed));
    }
    for (const button of document.querySelectorAll("[data-reason]")) {
      const chosen = Number(button.dataset.reason) === view.reason;
      button.setAttribute("aria-pressed", String(chosen));
      button.closest("tr").classList.toggle("chosen", chosen);
    }
    for (const button of document.querySelectorAll("[data-sort]")) {
      const header = button.closest("th");
      if (button.dataset.sort === view.sort) {
        header.setAttribute("aria-sort", view.descending ? "descending" : "ascending");
      } else {
        header.removeAttribute("aria-sort");
      }
    }
    byId("chosen-reason").textContent = view.reason === null ? "" : `Reason: ${data.reasons[view.reason].reason}`;
    byId("clear").hidden = view.outcome === null && view.reason === null && !view.words.length;
    draw();
  };

  const onClick = (selector, act) => {
    for (const button of document.querySelectorAll(selector)) button.addEventListener("click", () => act(button));
  };

  onClick("[data-sort]", ({ dataset }) => {
    view.descending = view.sort === dataset.sort && !view.descending;
    view.sort = dataset.sort;
    update();
  });
  onClick("[data-outcome]", ({ dataset }) => {
    const outcome = dataset.outcome || null;
    view.outcome = outcome === view.outcome ? null : outcome;
    view.reason = null;
    update();
  });
  onClick("[data-reason]", ({ dataset }) => {
    const reason = Number(dataset.reason);
    view.reason = reason === view.reason ? null : reason;
    view.outcome = null;
    update();
    if (view.reason !== null) byId("accounts").scrollIntoView();
  });
  byId("search").addEventListener("input", ({ target }) => {
    view.words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
    update();
  });
  onClick("#clear", () => {
    Object.assign(view, { outcome: null, reason: null, words: [] });
    byId("search").value = "";
    update();
    byId("search").focus();
  });
  onClick("#next", () => {
    view.shown += STEP;
    draw();
  });
  onClick("#all", () => {
    view.shown = found.length;
    draw();
  });
  onClick("#all-reasons", (button) => {
    for (const one of document.querySelectorAll("tr.later")) one.hidden = false;
    button.hidden = true;
  });

  const chart = byId("chart");
  if (chart) {
    const cursor = chart.querySelector(".cursor");
    const readout = byId("readout");
    const resting = readout.textContent;
    chart.addEventListener("pointermove", (event) => {
      const area = chart.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - area.left) / area.width));
      const seconds = share * data.extent;
      const point = data.progress.filter((one) => one.seconds <= seconds).pop();
      cursor.removeAttribute("visibility");
      for (const end of ["x1", "x2"]) cursor.setAttribute(end, `${share * 100}%`);
      const minutes = Math.floor(seconds / 60);
      const time = minutes ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${seconds.toFixed(1)} s`;
      const under = point.sent - point.finished - point.failed;
      readout.textContent = `After ${time}: ${number(point.finished)} finished or unchanged, ` +
        `${number(point.failed)} failed, refused or unknown, ${number(under)} in progress`;
    });
    chart.addEventListener("pointerleave", () => {
      cursor.setAttribute("visibility", "hidden");
      readout.textContent = resting;
    });
  }

  for (const button of document.querySelectorAll("[data-reason]")) button.disabled = false;
  byId("listing").hidden = false;
  document.documentElement.classList.add("scripted");
  update();
})();
"""
