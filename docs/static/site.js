/*
Copyright (c) 2026, The community.sailpoint authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
*/

/* On a telephone a table of many columns is shown as a list, in which each cell needs the heading of its column. */
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll(".rst-content table.docutils")) {
    const headings = [...table.querySelectorAll("thead th")].map((one) => one.textContent.trim());
    if (headings.length < 4) {
      continue;
    }
    table.classList.add("many-columns");
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, number) => {
        cell.dataset.heading = headings[number];
      });
    }
  }
});
