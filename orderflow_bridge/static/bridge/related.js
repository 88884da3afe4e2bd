// The windows in which a related record is added, changed or looked up, and what they hand back. The names
// are Django's: its popup_response.js calls them, and a window's name says of which field it is.
"use strict";

(() => {
  if (window.showRelatedObjectPopup) return;  // a page of a plugin may bring Django's own
  const opened = [];
  const isPopup = document.getElementsByName("_popup").length > 0;
  const depth = 1 + (isPopup ? Number(window.name.split("__").pop()) || 0 : 0);
  const fieldOf = (win) => document.getElementById(win.name.replace(new RegExp(`__${depth}$`), ""));
  const tell = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  function close(win) {
    if (opened.includes(win)) opened.splice(opened.indexOf(win), 1);
    win.close();
  }

  function show(link) {
    const name = `${link.id.replace(/^(change|add|delete)_/, "")}__${depth}`;
    const win = window.open(link.href, name, "height=768,width=1024,resizable=yes,scrollbars=yes");
    if (!win) return;  // the browser forbids windows, and says so
    opened.push(win);
    win.focus();
  }

  // The other fields that choose among these records know of it, too.
  function tellOthers(field, win, oldId, text, id) {
    const model = win.location.pathname.split("/").at(oldId ? -4 : -3);
    document.querySelectorAll(`[data-model-ref="${CSS.escape(model)}"] [data-context="available-source"]`).forEach((select) => {
      if (select === field) return;
      const option = [...select.options].find((each) => oldId && each.value === oldId);
      if (option) Object.assign(option, { textContent: text, value: id });
      else select.add(new Option(text, id));
      if (option && option.selected) tell(select);
    });
  }

  function showLinks(select) {
    const wrapper = select.closest(".related-widget-wrapper");
    const menu = wrapper && document.getElementById(wrapper.dataset.id);
    menu?.querySelectorAll("[data-href-template]").forEach((link) => {
      if (select.value) {
        link.href = link.dataset.hrefTemplate.replace("__fk__", encodeURIComponent(select.value));
        link.removeAttribute("aria-disabled");
      } else {
        link.removeAttribute("href");
        link.setAttribute("aria-disabled", "true");
      }
    });
  }
  const showAllLinks = (place) => place.querySelectorAll(".related-widget-wrapper select").forEach(showLinks);

  window.showRelatedObjectPopup = show;
  window.dismissChildPopups = () => opened.splice(0).forEach((win) => {
    if (win.closed) return;
    win.dismissChildPopups?.();
    win.close();
  });
  window.dismissAddRelatedObjectPopup = (win, id, text) => {
    const field = fieldOf(win);
    if (field.options) {
      field.add(new Option(text, id, true, true));
      tellOthers(field, win, null, text, id);
    } else field.value = id;
    tell(field);
    close(win);
  };
  window.dismissChangeRelatedObjectPopup = (win, oldId, text, id) => {
    const field = fieldOf(win);
    const option = [...field.options].find((each) => each.value === oldId);
    if (option) Object.assign(option, { textContent: text, value: id });
    tellOthers(field, win, oldId, text, id);
    tell(field);
    close(win);
  };
  window.dismissDeleteRelatedObjectPopup = (win, oldId) => {
    const field = fieldOf(win);
    [...field.options].filter((each) => each.value === oldId).forEach((each) => each.remove());
    tell(field);
    close(win);
  };
  window.dismissRelatedLookupPopup = (win, id) => {
    fieldOf(win).value = id;
    tell(fieldOf(win));
    close(win);
  };

  window.addEventListener("pagehide", () => window.dismissChildPopups());
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".related-widget-wrapper-link[data-popup=yes]");
    const row = event.target.closest("a[data-popup-opener]");
    if (!link && !row) return;
    event.preventDefault();
    if (row) window.opener.dismissRelatedLookupPopup(window, row.dataset.popupOpener);
    else if (link.href) show(link);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".related-widget-wrapper select")) showLinks(event.target);
  });
  document.addEventListener("formset:added", (event) => showAllLinks(event.target));
  showAllLinks(document);
})();
