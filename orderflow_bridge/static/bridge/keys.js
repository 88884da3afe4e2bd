// Single keys: "/" finds, "?" shows the keys, j and k walk through the rows of a list (grid_rows.js has what is done with one).
// Not while somebody types or a dialog is open; and whoever dictates can switch them off (WCAG 2.1.4).
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("keys");
  if (!dialog) { return; }
  const wanted = document.getElementById("keys-single");
  wanted.checked = localStorage.getItem("bridgeSingleKeys") !== "no";
  wanted.addEventListener("change", () => localStorage.setItem("bridgeSingleKeys", wanted.checked ? "yes" : "no"));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close(); } });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys]")) { dialog.showModal(); } });

  const rows = () => [...document.querySelectorAll("main [data-row]")].filter((row) => row.offsetParent);

  function walk(step) {
    const every = rows();
    if (!every.length) { return; }
    const at = every.findIndex((row) => row.contains(document.activeElement));
    const to = at < 0 ? 0 : Math.max(0, Math.min(every.length - 1, at + step));
    if (!every[to].hasAttribute("tabindex")) { every[to].tabIndex = -1; }
    every[to].focus();
    every[to].scrollIntoView({ block: "nearest" });
  }

  function isTyping(target) {
    return target.isContentEditable || target.closest("select, textarea, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) { return; }
    if (document.querySelector("dialog[open]")) { return; }
    if (!wanted.checked) { return; }
    const actions = {
      "/": () => document.dispatchEvent(new CustomEvent("bridge:find")),
      "?": () => dialog.showModal(),
      j: () => walk(1),
      k: () => walk(-1),
    };
    if (Object.hasOwn(actions, event.key)) { event.preventDefault(); actions[event.key](); }
  });

  // A setting that was found by its name has the focus; the page is hidden until Alpine has begun.
  window.addEventListener("load", () => setTimeout(() => {
    const goal = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!goal || !goal.matches(".configuration-value")) { return; }
    const row = goal.closest(".configuration-row");
    row.classList.add("bridge-goal");
    const control = row.querySelector(".configuration-value :is(input, select, textarea):not([type=hidden], :disabled)") || row.querySelector(".configuration-tick input");
    if (control) { control.focus({ preventScroll: true }); }
    row.scrollIntoView({ block: "center" });
  }));
});
