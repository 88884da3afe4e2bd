// A list that is filtered, sorted, turned over and searched in place: the page is asked for as always, and its
// parts [data-live] take the place of those that stand here. Without this file links and forms do the same.
(() => {
  const frame = document.getElementById("changelist");
  if (!frame || document.querySelectorAll("#changelist").length > 1) return;
  let asked = null;

  const parts = (root) => new Map([...root.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part]));

  // What has the focus is found again by its id, or by its column.
  const focusOf = () => {
    const active = document.activeElement;
    const column = active && active.closest("th[data-column]");
    if (column) return `th[data-column="${column.dataset.column}"] a`;
    return active && active.id ? `#${CSS.escape(active.id)}` : "";
  };

  const show = async (url, { isTyped = false, isBack = false } = {}) => {
    if (asked) asked.abort();
    asked = new AbortController();
    frame.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: asked.signal });
      if (!answer.ok || new URL(answer.url).pathname !== location.pathname) return location.assign(url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const news = parts(page);
      if (!news.size) return location.assign(url);
      const focus = focusOf();
      parts(document).forEach((part, name) => {
        if (name === "fields" && isTyped) return;
        if (news.has(name)) part.replaceWith(document.adoptNode(news.get(name)));
      });
      if (!isBack) history[isTyped ? "replaceState" : "pushState"](null, "", answer.url);
      const again = focus && document.activeElement === document.body && document.querySelector(focus);
      if (again) again.focus();
      const boxes = frame.querySelectorAll("tr input.action-select");
      if (boxes.length && window.Actions) window.Actions(boxes, { parent: frame });
      document.dispatchEvent(new CustomEvent("bridge:list"));
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
    } finally {
      frame.removeAttribute("aria-busy");
    }
  };
  document.addEventListener("bridge:show", (event) => show(event.detail));

  const addressOf = (form) => {
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    return `?${new URLSearchParams(given)}`;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="?"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (!frame.contains(link) && !link.closest("[data-live]")) return;
    event.preventDefault();
    show(link.getAttribute("href"));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!frame.contains(form) || form.method !== "get" || form.getAttribute("action")) return;
    event.preventDefault();
    show(addressOf(form), { isTyped: form.id === "filter-form" });
  });

  // The filters apply while one fills them in.
  const form = () => document.getElementById("filter-form");
  let waiting = 0;
  const apply = (delay) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show(addressOf(form()), { isTyped: true }), delay);
  };
  document.addEventListener("input", (event) => {
    if (form() && form().contains(event.target)) apply(event.target.type === "text" ? 400 : 0);
  });
  document.addEventListener("click", (event) => {
    const preset = event.target.closest("[data-from]");
    if (preset) {
      const ends = preset.closest("fieldset").querySelectorAll("input");
      ends[0].value = preset.dataset.from;
      ends[1].value = preset.dataset.to;
      apply(0);
    } else if (event.target.closest("[data-close-filters]")) {
      const filters = document.getElementById("bridge-filters");
      filters.open = false;
      filters.querySelector("summary").focus();
    }
  });
  // The browser's own calendar, whose days come as ISO's: the field beside it stays a text.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-calendar]");
    if (!button) return;
    const text = document.getElementById(button.dataset.calendar);
    const days = button.parentElement.querySelector("input[type=date]") || document.createElement("input");
    if (!days.isConnected) {
      Object.assign(days, { type: "date", tabIndex: -1, ariaHidden: "true" });
      days.addEventListener("change", () => { text.value = days.value; apply(0); text.focus(); });
      button.before(days);
    }
    days.value = text.value.slice(0, 10);
    days.showPicker();
  });
  window.addEventListener("popstate", () => show(location.href, { isBack: true }));
})();
