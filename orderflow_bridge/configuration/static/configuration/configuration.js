"use strict";

// A ticked "Use system value" or "Use Default" greys out the value that it overrides.
document.querySelectorAll("input[data-inherits]").forEach((tick) => {
  const value = document.getElementById(tick.dataset.inherits);
  const show = () => { value.disabled = tick.checked; };
  tick.addEventListener("change", show);
  show();
});

// A cron expression is explained while it is being typed.
document.querySelectorAll("[data-explains]").forEach((place) => {
  const input = document.getElementById(place.dataset.explains);
  let waiting;
  let asked = 0;
  const explain = async () => {
    const mine = ++asked;
    const query = new URLSearchParams({ expression: input.value });
    const answer = await fetch(`${place.dataset.address}?${query}`, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected && mine === asked) { place.innerHTML = await answer.text(); }
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => explain().catch(() => {}), 300);
  });
});

// On a small screen the list of pages is folded, so that the page itself comes first.
if (window.matchMedia("(max-width: 64rem)").matches) {
  document.querySelectorAll(".configuration-sections").forEach((list) => { list.open = false; });
}
