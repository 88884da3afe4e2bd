// The figures refresh themselves: not while the page is hidden, nor while somebody is reading a part
// of them by keyboard or has unfolded a table.
"use strict";

(() => {
  const EVERY = 30_000;
  const place = document.getElementById("dashboard-statistics");
  const wanted = document.getElementById("dashboard-refreshes");
  const told = document.getElementById("dashboard-refreshed");
  if (!place) { return; }
  wanted.checked = localStorage.getItem("dashboardRefreshes") !== "no";
  wanted.addEventListener("change", () => {
    localStorage.setItem("dashboardRefreshes", wanted.checked ? "yes" : "no");
    if (wanted.checked) { refresh(); }
  });

  const isBusy = () => document.hidden || !wanted.checked
    || place.contains(document.activeElement) || place.querySelector("details[open]");

  async function refresh() {
    if (isBusy()) { return; }
    try {
      const answer = await fetch(place.dataset.address, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { throw new Error(`status ${answer.status}`); }
      const text = await answer.text();
      if (isBusy()) { return; }
      place.innerHTML = text;
      told.textContent = "";
    } catch (error) {
      told.textContent = "The figures could not be refreshed: reload the page.";
    }
  }

  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
})();
