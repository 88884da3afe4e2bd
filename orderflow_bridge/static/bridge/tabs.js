// Turns the sections of a detail page into tabs. Without scripts they simply stand below one another.
// The address keeps the open tab (#lines), so it can be sent to a colleague. Every tab is reached
// with Tab; the arrow keys, Home and End move between them.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-tabs]");
  if (!page) return;
  const bar = page.querySelector(".bridge-tabs");
  const links = [...bar.querySelectorAll("a")];
  const sections = [...page.querySelectorAll(".bridge-section")];
  if (sections.length < 2) return;

  function open(slug) {
    const known = sections.some((section) => section.id === slug);
    const chosen = known ? slug : page.dataset.firstTab || sections[0].id;
    sections.forEach((section) => { section.hidden = section.id !== chosen; });
    links.forEach((link) => link.setAttribute("aria-selected", String(link.hash === "#" + chosen)));
  }

  function choose(link) {
    history.replaceState(null, "", link.hash);
    open(link.hash.slice(1));
  }

  function moved(event) {
    const at = links.indexOf(document.activeElement);
    const last = links.length - 1;
    const places = {
      ArrowRight: at < last ? at + 1 : 0,
      ArrowLeft: at > 0 ? at - 1 : last,
      Home: 0,
      End: last,
    };
    if (at < 0 || !(event.key in places)) return;
    event.preventDefault();
    links[places[event.key]].focus();
    choose(links[places[event.key]]);
  }

  page.classList.add("bridge-tabbed");
  bar.setAttribute("role", "tablist");
  links.forEach((link) => {
    const slug = link.hash.slice(1);
    link.id = "tab-" + slug;
    link.setAttribute("role", "tab");
    link.setAttribute("aria-controls", slug);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      choose(link);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); choose(link); }
    });
  });
  sections.forEach((section) => {
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", "tab-" + section.id);
    section.removeAttribute("aria-label");
  });
  bar.addEventListener("keydown", moved);
  window.addEventListener("hashchange", () => open(location.hash.slice(1)));
  open(location.hash.slice(1));
});
