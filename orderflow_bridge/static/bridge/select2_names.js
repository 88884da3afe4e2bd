// Gives the parts of select2 the name of the field they stand for: screen readers find none otherwise.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  function nameOf(select) {
    const label = select.labels && select.labels[0];
    return select.getAttribute("aria-label") || (label ? label.textContent.trim() : "");
  }

  function nameAll() {
    document.querySelectorAll(".select2-container").forEach((container) => {
      const select = container.previousElementSibling;
      const name = select && select.tagName === "SELECT" ? nameOf(select) : "";
      if (!name) return;
      const box = container.querySelector(".select2-selection");
      if (box && box.getAttribute("aria-label") !== name) {
        box.removeAttribute("aria-labelledby");
        box.setAttribute("aria-label", name);
      }
      container.querySelectorAll("[role=textbox]").forEach((shown) => {
        shown.removeAttribute("role");
        shown.removeAttribute("aria-readonly");
      });
      container.querySelectorAll("ul").forEach((list) => list.setAttribute("role", "none"));
      container.querySelectorAll(".select2-search__field").forEach((field) => {
        if (!field.hasAttribute("aria-label")) field.setAttribute("aria-label", name);
      });
    });
    document.querySelectorAll(".select2-dropdown .select2-search__field:not([aria-label])").forEach((field) => {
      field.setAttribute("aria-label", window.bridgeText("Search"));
    });
  }

  // select2 comes later than the page, with added rows again, and with every opened list.
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  nameAll();
});
