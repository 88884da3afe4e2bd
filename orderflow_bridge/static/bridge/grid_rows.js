// Rows of a list: their menu by mouse and key, and how dense they stand.
//
// A row is [data-row] and may have the focus. Enter opens it, "." or the menu key what one can do with it. The
// menus open without this file, too: in the middle of the window.
(() => {
  const acts = (row) => row && row.querySelector("[data-acts]");
  const isTyping = (target) => target.matches("textarea, select, input:not([type=checkbox])");

  // Beside its button, and above it where there is no room below.
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (event.newState !== "open" || !menu.matches(".bridge-row-actions")) return;
    const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`).getBoundingClientRect();
    const box = menu.getBoundingClientRect();
    const below = button.bottom + box.height < window.innerHeight;
    menu.style.margin = "0";
    menu.style.left = `${Math.max(8, button.right - box.width)}px`;
    menu.style.top = `${below ? button.bottom : Math.max(8, button.top - box.height)}px`;
  }, true);

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const menu = target.closest(".bridge-row-actions");
    if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const links = [...menu.querySelectorAll("a")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      links[(links.indexOf(target) + step + links.length) % links.length].focus();
      event.preventDefault();
      return;
    }
    const row = target.closest("[data-row]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
    if (event.key === "Enter" && target === row) {
      const link = row.querySelector(".bridge-row-link");
      if (link) link.click();
    } else if ((event.key === "." || event.key === "ContextMenu") && acts(row) && !menu) {
      acts(row).popoverTargetElement.showPopover();
      acts(row).popoverTargetElement.querySelector("a").focus();
      event.preventDefault();
    }
  });

  // A menu that is opened by its button has the focus at its first link.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-acts]");
    const menu = button && button.popoverTargetElement;
    if (menu && menu.matches(":popover-open")) menu.querySelector("a").focus();
  });

  // The density is the screen's, not the user's: it is kept in this browser, for all lists.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-density]");
    if (!button) return;
    document.cookie = `bridge_density=${button.dataset.setDensity}; path=/; max-age=31536000; samesite=lax`;
    document.querySelectorAll(".bridge-grid").forEach((grid) => { grid.dataset.density = button.dataset.setDensity; });
    document.querySelectorAll("[data-set-density]").forEach((each) => {
      each.setAttribute("aria-pressed", String(each === button));
    });
  });
})();
