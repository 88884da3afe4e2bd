// Finding from anywhere: a dialog with a field and what was found. The first hit is chosen; Enter opens
// it, also when it is pressed before the answer has come.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("palette");
  if (!dialog) { return; }
  const field = document.getElementById("palette-text");
  const place = document.getElementById("palette-found");
  const told = document.getElementById("palette-told");
  let asked = "";      // what was asked for last
  let shown = "";      // what the list is the answer to
  let opens = false;   // Enter waits for the answer
  let timer = 0;

  const options = () => [...place.querySelectorAll("[role=option]")];
  const chosen = () => place.querySelector("[aria-selected=true]");

  function choose(option) {
    options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function go(option, isNewTab) {
    if (!option) { return; }
    if (isNewTab) { window.open(option.dataset.url, "_blank", "noopener"); return; }
    dialog.close();
    location.assign(option.dataset.url);
  }

  async function ask() {
    const text = field.value.trim();
    asked = text;
    if (!text) {
      place.replaceChildren();
      shown = "";
      field.setAttribute("aria-expanded", "false");
      return;
    }
    try {
      const answer = await fetch(`${dialog.dataset.address}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { throw new Error(`status ${answer.status}`); }
      const found = await answer.text();
      if (text !== asked) { return; }
      place.innerHTML = found;
    } catch (error) {
      if (text !== asked) { return; }
      const said = document.createElement("p");
      said.className = "bridge-palette-none";
      said.textContent = window.bridgeText("The bridge did not answer: try again.");
      place.replaceChildren(said);
    }
    shown = text;
    const every = options();
    field.setAttribute("aria-expanded", String(every.length > 0));
    told.textContent = every.length ? window.bridgeText("%(count)s found", { count: every.length }) : place.textContent.trim();
    choose(every[0]);
    if (opens) { opens = false; go(every[0]); }
  }

  function open() {
    if (dialog.open) { return; }
    dialog.showModal();
    field.select();
  }

  field.addEventListener("input", () => {
    opens = false;
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) { return; }
    const every = options();
    const at = every.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const to = event.key === "ArrowDown" ? Math.min(at + 1, every.length - 1) : Math.max(at - 1, 0);
      choose(every[to]);
    } else if (event.key === "Escape") {
      event.preventDefault();  // a field for searching would only be emptied
      dialog.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (field.value.trim() === shown) { go(chosen(), event.ctrlKey || event.metaKey); } else { opens = true; clearTimeout(timer); ask(); }
    }
  });
  place.addEventListener("click", (event) => go(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close(); } });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) { open(); } });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("bridge:find", open);
});
