// Turns the sections of a detail page into tabs. Without scripts they simply stand below one another.
// The address keeps the open tab (#lines), so it can be sent to a colleague.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-tabs]");
  if (!page) return;
  const links = [...page.querySelectorAll(".bridge-tabs a")];
  const sections = [...page.querySelectorAll(".bridge-section")];
  if (sections.length < 2) return;

  function open(slug) {
    const known = sections.some((section) => section.id === slug);
    const chosen = known ? slug : page.dataset.firstTab || sections[0].id;
    sections.forEach((section) => { section.hidden = section.id !== chosen; });
    links.forEach((link) => {
      if (link.hash === "#" + chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }

  page.classList.add("bridge-tabbed");
  links.forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    open(link.hash.slice(1));
  }));
  window.addEventListener("hashchange", () => open(location.hash.slice(1)));
  open(location.hash.slice(1));
});
