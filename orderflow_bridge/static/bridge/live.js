// Rows that wait keep themselves up to date. Asked for is only what waits, in the window of a tab that is
// shown; the longer nothing happens, the seldomer. What has settled is told with a link.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const ADDRESS = "/admin/live/";
  const FIRST = 3_000;
  const LONGEST = 30_000;
  const MOST_TOLD = 3;
  let pause = FIRST;
  let timer = 0;

  function isSeen(cell) {
    const box = cell.getBoundingClientRect();
    return cell.offsetParent !== null && box.bottom > 0 && box.top < window.innerHeight;
  }

  const waiting = () => [...document.querySelectorAll("[data-live][data-waits]")].filter(isSeen);

  function plan() {
    clearTimeout(timer);
    if (!document.hidden && document.querySelector("[data-live][data-waits]")) { timer = setTimeout(ask, pause); }
  }

  async function ask() {
    const cells = waiting();
    if (document.hidden || !cells.length) { plan(); return; }
    const keys = [...new Set(cells.map((cell) => cell.dataset.live))];
    const query = keys.map((key) => `key=${encodeURIComponent(key)}`).join("&");
    try {
      const answer = await fetch(`${ADDRESS}?${query}`, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { throw new Error(`status ${answer.status}`); }
      const found = await answer.json();
      const changed = cells.filter((cell) => found[cell.dataset.live] && found[cell.dataset.live].state !== cell.dataset.state);
      pause = changed.length ? FIRST : Math.min(pause * 1.5, LONGEST);
      if (changed.length) { await renew(changed); }
      tell(keys.filter((key) => found[key] && found[key].text && changed.some((cell) => cell.dataset.live === key)).map((key) => found[key]));
    } catch (error) {
      pause = LONGEST;
    }
    plan();
  }

  // The page is asked for once; of it only the rows that have changed are taken, cell by cell.
  async function renew(cells) {
    const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) { return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    cells.forEach((cell) => {
      const made = fresh.querySelector(`[data-live="${CSS.escape(cell.dataset.live)}"]`);
      if (!made) { cell.removeAttribute("data-waits"); return; }
      const row = cell.closest("[data-row]");
      const freshRow = made.closest("[data-row]");
      if (!row || !freshRow || row.cells.length !== freshRow.cells.length) { cell.replaceWith(made); return; }
      [...row.cells].forEach((each, place) => {
        const one = freshRow.cells[place];
        if (!each.querySelector("input") && each.innerHTML !== one.innerHTML) { each.innerHTML = one.innerHTML; }
      });
    });
  }

  function tell(outcomes) {
    if (!outcomes.length) { return; }
    const place = document.querySelector(".bridge-news") || make();
    outcomes.slice(0, MOST_TOLD).forEach((one) => add(place, one.text, one.url));
    if (outcomes.length > MOST_TOLD) { add(place, window.bridgeText("%(count)s more of this list have settled", { count: outcomes.length - MOST_TOLD }), ""); }
    while (place.children.length > MOST_TOLD + 1) { place.firstElementChild.remove(); }
  }

  function make() {
    const place = document.createElement("div");
    place.className = "bridge-news";
    place.setAttribute("role", "status");
    document.querySelector("main").append(place);
    return place;
  }

  function add(place, text, url) {
    const line = document.createElement("p");
    const what = document.createElement(url ? "a" : "span");
    what.textContent = text;
    if (url) { what.href = url; }
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", window.bridgeText("Put away: %(text)s", { text }));
    close.addEventListener("click", () => line.remove());
    line.append(what, close);
    place.append(line);
  }

  document.addEventListener("visibilitychange", () => { pause = FIRST; plan(); });
  // A list that was filtered or turned over in place (bridge/grid_live.js) has other rows.
  document.addEventListener("bridge:list", () => { pause = FIRST; plan(); });
  window.addEventListener("scroll", () => { if (pause > FIRST) { pause = FIRST; plan(); } }, { passive: true });
  plan();
});
