// Terms of the glossary (docs/glossary.md) are explained where they stand: when the pointer rests on them, and
// when they have the focus. Escape puts the explanation away.
"use strict";

document.addEventListener("DOMContentLoaded", async () => {
  const WHERE = "main :is(th, dt, label, .bridge-statistic-title)";
  const places = [...document.querySelectorAll(WHERE)];
  const help = document.querySelector("[data-glossary]");
  if (!places.length || !help) { return; }
  let terms;
  try {
    const answer = await fetch(help.dataset.glossary, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) { return; }
    terms = await answer.json();
  } catch (error) {
    return;
  }
  const tip = document.createElement("div");
  tip.id = "bridge-term";
  tip.className = "bridge-term-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);

  function show(place, text) {
    tip.textContent = text;
    tip.hidden = false;
    const box = place.getBoundingClientRect();
    const top = box.bottom + 6 + tip.offsetHeight > window.innerHeight ? box.top - tip.offsetHeight - 6 : box.bottom + 6;
    tip.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${Math.max(8, top)}px`;
  }
  const hide = () => { tip.hidden = true; };

  places.forEach((place) => {
    const text = terms[place.textContent.trim().replace(/\s+/g, " ").replace(/[:*]$/, "").trim().toLowerCase()];
    if (!text) { return; }
    const inner = place.querySelector("a, button");
    const goal = inner || place;
    place.classList.add("bridge-term");
    if (!inner && !place.matches("label")) { place.tabIndex = 0; }
    goal.setAttribute("aria-describedby", tip.id);
    place.addEventListener("pointerenter", () => show(place, text));
    place.addEventListener("pointerleave", hide);
    place.addEventListener("focusin", () => show(place, text));
    place.addEventListener("focusout", hide);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { hide(); } });
});
