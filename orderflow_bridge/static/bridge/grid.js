// The menus above a list: one open at a time, closed by Escape or a click beside it; and the order of its
// columns, by arrows, by dragging, and in the table's head. Everything works without this file, save that order.
(() => {
  const menus = () => [...document.querySelectorAll("[data-menu]")];

  document.addEventListener("toggle", (event) => {
    if (!event.target.matches("[data-menu]") || !event.target.open) return;
    menus().forEach((other) => { if (other !== event.target) other.open = false; });
  }, true);
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector(":popover-open")) return;
    const open = [...menus(), document.getElementById("bridge-filters")].filter((menu) => menu && menu.open);
    open.forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-columns] [data-move]");
    if (!button) return;
    const item = button.closest("li");
    const other = button.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(item); else other.after(item);
    button.focus();
  });

  // The order of the columns in the head: dragged, or moved by Shift and an arrow while a heading has the focus.
  const heads = () => [...document.querySelectorAll("#result_list thead th[data-column]")];
  const put = (name, place) => {
    const names = heads().map((head) => head.dataset.column);
    const from = names.indexOf(name);
    if (place < 0 || place >= names.length || place === from) return;
    names.splice(place, 0, ...names.splice(from, 1));
    const kept = document.querySelector("[data-columns]").closest("form");
    const given = [...new FormData(kept)].filter(([key, value]) => key !== "cols" && value !== "");
    const url = `?${new URLSearchParams([...given, ...names.map((each) => ["cols", each])])}`;
    document.dispatchEvent(new CustomEvent("bridge:show", { detail: url }));
  };

  document.addEventListener("keydown", (event) => {
    const head = event.target.closest("#result_list thead th[data-column]");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!head || !step || !event.shiftKey || !document.querySelector("[data-columns]")) return;
    event.preventDefault();
    put(head.dataset.column, heads().indexOf(head) + step);
  });

  let dragged = null;
  const target = (event) => event.target.closest("#result_list thead th[data-column], [data-columns] li");
  document.addEventListener("dragstart", (event) => {
    dragged = target(event);
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const over = dragged && target(event);
    if (!over || over.tagName !== dragged.tagName) return;
    event.preventDefault();
    if (over.tagName === "LI" && over !== dragged) {
      const isBelow = event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;
      if (isBelow) over.after(dragged); else over.before(dragged);
    }
  });
  document.addEventListener("drop", (event) => {
    const over = dragged && target(event);
    if (!over || over.tagName !== dragged.tagName) return;
    event.preventDefault();
    if (over.tagName === "TH") put(dragged.dataset.column, heads().indexOf(over));
  });
  document.addEventListener("dragend", () => { dragged = null; });

  // Empty fields would only lengthen the address.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#filter-form, #changelist-search")) return;
    event.target.querySelectorAll("input").forEach((input) => { if (!input.value) input.disabled = true; });
    setTimeout(() => event.target.querySelectorAll("input").forEach((input) => { input.disabled = false; }));
  });
})();
