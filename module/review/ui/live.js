// SPDX-License-Identifier: Apache-2.0
// Adds new rows to the table of events as they are recorded. The page works
// without it. Rows come from the server, already escaped.
"use strict";
(function () {
  const place = document.getElementById("live");
  const rows = document.getElementById("rows");
  const state = document.getElementById("live-state");
  if (!place || !rows || !window.EventSource) return;
  const most = 200;
  let source = null;
  let seen = 0;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Follow live";
  button.setAttribute("aria-pressed", "false");
  place.append(button);

  function add(text) {
    const page = new DOMParser().parseFromString("<table><tbody>" + text + "</tbody></table>", "text/html");
    const row = page.querySelector("tr");
    if (!row) return;
    row.classList.add("new");
    rows.prepend(row);
    while (rows.rows.length > most) rows.deleteRow(-1);
    seen += 1;
    state.textContent = "Following: " + seen + (seen === 1 ? " new." : " new.");
  }

  function stop() {
    source.close();
    source = null;
    button.setAttribute("aria-pressed", "false");
    button.textContent = "Follow live";
    state.textContent = "";
  }

  function start() {
    source = new EventSource(place.dataset.live);
    source.onmessage = function (e) { add(e.data); };
    source.onopen = function () { state.textContent = "Following: nothing new yet."; };
    source.onerror = function () { state.textContent = "The connection is lost; trying again."; };
    button.setAttribute("aria-pressed", "true");
    button.textContent = "Stop following";
  }

  button.addEventListener("click", function () { if (source) stop(); else start(); });
})();
