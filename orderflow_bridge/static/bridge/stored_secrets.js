// A stored secret is said, not shown: its field opens for a new one, or the scope goes without.
"use strict";

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-secret]").forEach((place) => {
  const input = document.getElementById(place.dataset.secret);
  // Beside a field may stand the button that shows what is typed.
  const field = input && (input.parentElement.querySelector(":scope > .bridge-eye") ? input.parentElement : input);
  const change = place.querySelector("[data-secret-change]");
  const remove = place.querySelector("[data-secret-remove]");
  const tick = remove && document.getElementById(remove.dataset.secretRemove);
  if (!field || input.disabled || input.getAttribute("aria-invalid") === "true") return;

  field.classList.add("form-secret-closed");
  change.hidden = false;
  change.addEventListener("click", () => {
    field.classList.remove("form-secret-closed");
    place.hidden = true;
    input.focus();
  });
  if (!tick) return;
  remove.hidden = false;
  remove.addEventListener("click", () => tick.click());
  tick.addEventListener("change", () => place.classList.toggle("form-secret-gone", tick.checked));
}));
