# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the page of a report looks, on a screen that is light or dark, wide or narrow, and on paper."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f4f6f9; --surface: #ffffff; --raised: #f8f9fb; --line: #dce2ea; --text: #18212f; --muted: #556070;
  --accent: #1f5fbf; --focus: #1f5fbf; --mark: #e8effb;
  --finished: #187a45; --finished-soft: #e1f4e8; --finished-fill: #34a56b;
  --accepted: #1f5fbf; --accepted-soft: #e5eefc; --accepted-fill: #7fabec;
  --unchanged: #4c6a58; --unchanged-soft: #e9f0ec; --unchanged-fill: #a9c6b6;
  --failed: #b3261e; --failed-soft: #fce8e6; --failed-fill: #dc4c43;
  --refused: #8a4b00; --refused-soft: #fcefd9; --refused-fill: #e2952b;
  --unknown: #6b3fa0; --unknown-soft: #f0e7fb; --unknown-fill: #9a6fd0;
  --not_sent: #505a68; --not_sent-soft: #e9edf2; --not_sent-fill: #b3bcc9;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #10151d; --surface: #181f2a; --raised: #1e2633; --line: #2f3a4a; --text: #e6ebf2; --muted: #9fabbc;
    --accent: #8ab4f8; --focus: #8ab4f8; --mark: #223149;
    --finished: #7fd8a6; --finished-soft: #16352a; --finished-fill: #3fa873;
    --accepted: #9cc2fb; --accepted-soft: #1b3052; --accepted-fill: #4f7fc4;
    --unchanged: #b3cbbd; --unchanged-soft: #24332b; --unchanged-fill: #5f7d6c;
    --failed: #f6a49c; --failed-soft: #472320; --failed-fill: #d9564d;
    --refused: #f3c37c; --refused-soft: #402f16; --refused-fill: #cf8a2e;
    --unknown: #cdb0f3; --unknown-soft: #342650; --unknown-fill: #8d64c4;
    --not_sent: #b7c1cf; --not_sent-soft: #2a3341; --not_sent-fill: #59667a;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text); line-height: 1.5; font-size: 15px;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 1320px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { margin: 0; font-size: 28px; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 14px; font-size: 17px; }
.kicker { margin: 0 0 6px; color: var(--muted); font-size: 13px; }
.facts { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 14px 0 24px; }
.facts div { display: flex; gap: 8px; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.panel {
  margin: 0 0 20px; padding: 20px 22px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px;
}
.headline { margin: 0 0 14px; font-size: 17px; }
.headline strong { font-size: 30px; letter-spacing: -0.02em; margin-right: 6px; }
.share { display: block; width: 100%; height: 12px; border-radius: 6px; overflow: hidden; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 18px 0 0; }
.card { padding: 12px 14px; background: var(--raised); border-radius: 8px; border-top: 3px solid var(--line); }
.card dt { font-size: 13px; font-weight: 600; }
.card dd { margin: 0; }
.card .number {
  font-size: 26px; font-weight: 650; line-height: 1.3; letter-spacing: -0.01em; font-variant-numeric: tabular-nums;
}
.card .meaning { color: var(--muted); font-size: 12.5px; line-height: 1.4; }
.card.none .number { color: var(--muted); font-weight: 500; }
.finished { --ink: var(--finished); --soft: var(--finished-soft); --fill: var(--finished-fill); }
.accepted { --ink: var(--accepted); --soft: var(--accepted-soft); --fill: var(--accepted-fill); }
.unchanged { --ink: var(--unchanged); --soft: var(--unchanged-soft); --fill: var(--unchanged-fill); }
.failed { --ink: var(--failed); --soft: var(--failed-soft); --fill: var(--failed-fill); }
.refused { --ink: var(--refused); --soft: var(--refused-soft); --fill: var(--refused-fill); }
.unknown { --ink: var(--unknown); --soft: var(--unknown-soft); --fill: var(--unknown-fill); }
.not_sent { --ink: var(--not_sent); --soft: var(--not_sent-soft); --fill: var(--not_sent-fill); }
.card.finished, .card.accepted, .card.unchanged, .card.failed, .card.refused, .card.unknown, .card.not_sent {
  border-top-color: var(--fill);
}
.badge {
  display: inline-block; padding: 1px 9px; border-radius: 999px; background: var(--soft); color: var(--ink);
  font-size: 13px; font-weight: 600; white-space: nowrap;
}
.notice { margin: 0 0 20px; padding: 12px 16px; border-radius: 8px; background: var(--refused-soft); }
.notice p { margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0; padding: 0; list-style: none; font-size: 13px; }
.legend li { display: flex; align-items: center; gap: 7px; }
.legend svg { width: 12px; height: 12px; border-radius: 3px; }
.chart { padding: 16px 18px 34px 62px; }
.chart > svg { display: block; width: 100%; height: 260px; overflow: visible; }
.chart text { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; }
.chart .rule { stroke: var(--line); stroke-width: 1; }
.chart .base { stroke: var(--muted); stroke-width: 1; }
.chart .cursor { stroke: var(--text); stroke-width: 1; stroke-dasharray: 3 3; }
.area { fill: var(--fill); }
.readout { min-height: 1.5em; margin: 0; color: var(--muted); font-size: 13px; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 9px 12px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-size: 13px; font-weight: 600; white-space: nowrap; }
td { overflow-wrap: anywhere; }
th.amount, td.amount { text-align: right; white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
button, input { font: inherit; color: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.reasons td:first-child { width: 100%; }
.scripted .reasons button, .scripted .reasons button:hover {
  padding: 0; border: 0; background: none; text-align: left; color: var(--accent); overflow-wrap: anywhere;
}
.scripted .reasons button:hover { text-decoration: underline; }
.reasons button:disabled { padding: 0; border: 0; background: none; text-align: left; color: inherit; }
.reasons tr.chosen td { background: var(--mark); }
.plain {
  padding: 6px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 7px; font-weight: 550;
}
.plain:hover { background: var(--raised); }
.more { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; margin: 16px 0 0; }
.toolbar { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; margin: 0 0 12px; }
.search { flex: 1 1 260px; max-width: 420px; }
.search input {
  width: 100%; padding: 7px 12px; background: var(--raised); border: 1px solid var(--line); border-radius: 7px;
}
.search input::placeholder { color: var(--muted); opacity: 1; }
.chips { display: flex; flex-wrap: wrap; gap: 8px; }
.chips button {
  padding: 3px 12px; border: 1px solid transparent; border-radius: 999px; background: var(--soft, var(--raised));
  color: var(--ink, inherit); font-size: 13px; font-weight: 600;
}
.chips button:hover { border-color: var(--ink, var(--line)); }
.chips button[aria-pressed="true"] { border-color: currentColor; box-shadow: inset 0 0 0 1px currentColor; }
.found { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; min-height: 34px; margin: 0 0 8px; }
.found p { margin: 0; color: var(--muted); overflow-wrap: anywhere; }
.accounts th { padding: 0; background: var(--surface); }
.accounts th button {
  width: 100%; padding: 9px 12px; border: 0; background: none; color: inherit; font-weight: 600; text-align: inherit;
}
.accounts th button:hover { color: var(--text); }
.accounts th button::after { content: ""; display: inline-block; width: 1.1em; text-align: right; font-size: 10px; }
.accounts th.amount button::after { width: 0; text-align: left; }
.accounts th[aria-sort="ascending"] button::after { content: "\\25B2"; }
.accounts th[aria-sort="descending"] button::after { content: "\\25BC"; }
.accounts th[aria-sort] { color: var(--text); }
.accounts tbody tr:hover td { background: var(--raised); }
.second { display: block; color: var(--muted); font-size: 13px; }
.code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12.5px; }
.nothing { padding: 28px 12px; text-align: center; color: var(--muted); }
summary { cursor: pointer; font-size: 17px; font-weight: 700; }
details[open] summary { margin-bottom: 12px; }
footer { color: var(--muted); font-size: 13px; }
@media screen {
  /* Of ten thousand rows only those in sight are laid out. A row of a table can't do that, one of a grid can. */
  .accounts tbody tr { content-visibility: auto; contain-intrinsic-size: auto 72px; }
}
@media screen and (min-width: 1001px) {
  .accounts, .accounts tbody { display: block; }
  .accounts thead { display: block; position: sticky; top: 0; z-index: 1; }
  .accounts tr {
    display: grid;
    grid-template-columns: minmax(0, 2.2fr) minmax(0, 1.6fr) 116px minmax(0, 2.8fr) minmax(0, 1.5fr) 124px 100px;
  }
  .accounts .c-sent_at { white-space: nowrap; }
}
@media screen and (max-width: 1000px) {
  main { padding: 20px 14px 32px; }
  h1 { font-size: 23px; }
  .panel { padding: 16px; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .chart { padding: 14px 6px 32px 46px; }
  .chart > svg { height: 200px; }
  .chart .optional { display: none; }
  .facts { display: grid; gap: 6px; }
  .search { max-width: none; flex-basis: 100%; }
  .reasons thead { display: none; }
  .reasons, .reasons tbody, .reasons td { display: block; }
  .reasons tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--line); }
  .reasons tr:last-child { border-bottom: 0; }
  .reasons td { padding: 0 4px 8px; border: 0; }
  .reasons td:first-child { grid-column: 1 / 3; padding-top: 8px; }
  .reasons td.amount::after { content: " affected"; color: var(--muted); }
  .accounts, .accounts tbody, .accounts td { display: block; width: 100%; }
  .accounts thead tr { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 10px; }
  .accounts thead th { width: auto; border: 1px solid var(--line); border-radius: 7px; }
  .accounts th button { padding: 3px 10px; }
  .accounts tbody tr { display: block; padding: 10px 0; border-top: 1px solid var(--line); }
  .accounts td, .accounts td.amount { display: flex; gap: 10px; padding: 2px 0; border: 0; text-align: left; }
  .accounts td[data-label]::before { content: attr(data-label); flex: 0 0 84px; color: var(--muted); font-size: 13px; }
  .accounts td.empty { display: none; }
  .accounts td.c-name { font-weight: 600; }
  .accounts td.c-name .second { font-weight: 400; }
  .runs { overflow-x: auto; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --raised: #fff; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .panel { padding: 0 0 12px; border: 0; break-inside: avoid; }
  .panel.long { break-inside: auto; }
  .card { border: 1px solid var(--line); border-top-width: 3px; }
  .toolbar, .more, .readout, .found .plain { display: none; }
  .cards { grid-template-columns: repeat(3, 1fr); }
  .scripted .reasons button { color: inherit; }
  th, td, .accounts th button { padding: 4px 8px 4px 0; }
  .accounts { table-layout: fixed; font-size: 8.5pt; }
  .accounts th, .accounts .second, .accounts .code, .accounts .badge { font-size: 7.5pt; }
  .accounts .c-source_name { width: 12%; }
  .accounts .c-request_id { width: 14%; }
  .accounts .c-outcome { width: 11%; }
  .accounts .c-sent_at { width: 12%; }
  .accounts .c-reason { width: 25%; }
  .accounts .c-duration { width: 9%; }
  .accounts th button::after { display: none; }
  tr { break-inside: avoid; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""
