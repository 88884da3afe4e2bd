// The figures refresh themselves: not while the page is hidden, nor while somebody is reading a part
// of them by keyboard or has unfolded a table.
"use strict";

(() => {
  const EVERY = 30_000;
  const parts = [...document.querySelectorAll("[data-part]")];
  const wanted = document.getElementById("dashboard-refreshes");
  const told = document.getElementById("dashboard-refreshed");
  if (!wanted) { return; }
  wanted.checked = localStorage.getItem("dashboardRefreshes") !== "no";
  wanted.addEventListener("change", () => {
    localStorage.setItem("dashboardRefreshes", wanted.checked ? "yes" : "no");
    if (wanted.checked) { refresh(); }
  });

  const isBusy = () => document.hidden || !wanted.checked
    || parts.some((part) => part.contains(document.activeElement) || part.querySelector("details[open]"));

  async function refresh() {
    if (isBusy()) { return; }
    try {
      const answer = await fetch(wanted.dataset.address, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { throw new Error(`status ${answer.status}`); }
      const text = await answer.text();
      if (isBusy()) { return; }
      const fresh = new DOMParser().parseFromString(text, "text/html");
      parts.forEach((part) => {
        const made = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
        if (made && made.innerHTML !== part.innerHTML) { part.innerHTML = made.innerHTML; }
      });
      told.textContent = "";
    } catch (error) {
      told.textContent = window.bridgeText("The figures could not be refreshed: reload the page.");
    }
  }

  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
})();
