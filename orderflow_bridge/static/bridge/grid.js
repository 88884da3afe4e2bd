// The menus above a list: one open at a time, closed by Escape or a click beside it; and the order
// of its columns. Everything works without this file, save moving columns.
(() => {
  const menus = [...document.querySelectorAll("[data-menu]")];

  menus.forEach((menu) => menu.addEventListener("toggle", () => {
    if (menu.open) menus.forEach((other) => { if (other !== menu) other.open = false; });
  }));
  document.addEventListener("click", (event) => {
    menus.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = [...menus, document.getElementById("bridge-filters")].filter((menu) => menu && menu.open);
    open.forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  document.querySelectorAll("[data-columns]").forEach((list) => list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    const other = button.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(item); else other.after(item);
    button.focus();
  }));

  // Empty fields would only lengthen the address.
  document.querySelectorAll("#filter-form, #changelist-search").forEach((form) => form.addEventListener("submit", () => {
    form.querySelectorAll("input").forEach((input) => { if (!input.value) input.disabled = true; });
  }));
})();
