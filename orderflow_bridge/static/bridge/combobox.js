// A choice among many records: a field that searches while one types, with what was found below it. The
// select stays what the form sends; whatever else changes it says so by its "change" event.
"use strict";

(() => {
  const CHOICES = "select.bridge-searched:not([name*=__prefix__])";
  const WAIT_MS = 250;
  const say = window.bridgeText;
  const alive = new WeakSet();
  let number = 0;

  function made(tag, className, attributes = {}) {
    const element = document.createElement(tag);
    element.className = className;
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  }

  // The attribute, too: what is rewritten as text, as the rows below a removed one are, keeps its choice.
  function mark(option, isChosen) {
    option.toggleAttribute("selected", isChosen);
    option.selected = isChosen;
  }

  function build(select) {
    number += 1;
    const isMany = select.multiple;
    const id = `${select.id}-search`;
    const box = made("div", "bridge-combobox");
    const chosen = made("ul", "bridge-combobox-chosen");
    const input = made("input", "bridge-combobox-field", {
      id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `found-${number}`,
    });
    const clear = made("button", "bridge-combobox-clear", { type: "button", "aria-label": say("Clear") });
    const popup = made("div", "bridge-combobox-found");
    const list = made("ul", "", { id: `found-${number}`, role: "listbox" });
    const told = made("p", "", { role: "status" });
    const label = select.labels[0];
    const name = select.getAttribute("aria-label") || (label ? label.textContent.replace("*", "").trim() : "");
    const canBeEmpty = !isMany && !select.required && [...select.options].some((each) => !each.value);
    let active = null;
    let isOpen = false;
    let isTyping = false;
    let hasMore = false;
    let page = 1;
    let asked = 0;
    let timer = 0;

    const picked = () => [...select.selectedOptions].filter((each) => each.value);
    const shownText = () => (isMany ? "" : picked().map((each) => each.textContent.trim()).join());

    function draw() {
      isTyping = false;
      input.value = shownText();
      input.title = input.value;
      clear.hidden = !canBeEmpty || !input.value;
      chosen.replaceChildren(...(isMany ? picked() : []).map((option) => {
        const item = made("li", "");
        const button = made("button", "", { type: "button", "aria-label": say("Remove %(text)s", { text: option.textContent.trim() }) });
        button.textContent = option.textContent.trim();
        button.addEventListener("click", () => { choose(option.value, "", false); input.focus(); });
        item.append(button);
        return item;
      }));
      chosen.hidden = !chosen.childElementCount;
    }

    function choose(value, text, isWanted = true) {
      let option = [...select.options].find((each) => each.value === value);
      if (!option) {
        option = new Option(text, value);
        select.add(option);
      }
      if (!isMany) [...select.options].forEach((each) => mark(each, false));
      mark(option, isWanted);
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function activate(item) {
      if (active) active.classList.remove("is-active");
      if (active && !isMany) active.setAttribute("aria-selected", "false");
      active = item || null;
      input.removeAttribute("aria-activedescendant");
      if (!active) return;
      active.classList.add("is-active");
      if (!isMany) active.setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    }

    function place() {
      const at = input.getBoundingClientRect();
      const below = window.innerHeight - at.bottom - 12;
      const isAbove = below < 200 && at.top > below;
      const room = Math.min(320, isAbove ? at.top - 12 : below);
      popup.style.cssText = `left:${at.left}px;width:${at.width}px;max-height:${room}px;`
        + (isAbove ? `bottom:${window.innerHeight - at.top + 4}px` : `top:${at.bottom + 4}px`);
    }

    function itemOf({ id: value, text }) {
      const item = made("li", "", { role: "option", id: `found-${number}-${list.childElementCount}` });
      item.dataset.value = value;
      item.textContent = text;
      const isPicked = picked().some((each) => each.value === String(value));
      item.classList.toggle("is-chosen", isPicked);
      item.setAttribute("aria-selected", String(isMany && isPicked));
      list.append(item);
      return item;
    }

    async function ask(isNext = false) {
      clearTimeout(timer);
      asked += 1;
      const mine = asked;
      page = isNext ? page + 1 : 1;
      const query = new URLSearchParams({
        term: isTyping ? input.value.trim() : "", page,
        app_label: select.dataset.appLabel, model_name: select.dataset.modelName, field_name: select.dataset.fieldName,
      });
      let answer;
      try {
        const response = await fetch(`${select.getAttribute("data-ajax--url")}?${query}`, { credentials: "same-origin" });
        if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
        answer = await response.json();
      } catch {
        if (mine !== asked) return;
        hasMore = false;
        told.textContent = say("The bridge did not answer: try again.");
        return;
      }
      if (mine !== asked || !isOpen) return;
      if (!isNext) {
        activate(null);
        list.replaceChildren();
      }
      const items = answer.results.map(itemOf);
      hasMore = answer.pagination.more;
      const count = list.childElementCount;
      if (hasMore) told.textContent = say("The first %(count)s: type to find others, or scroll on", { count });
      else told.textContent = count ? say("%(count)s found", { count }) : say("Nothing found");
      const wasPicked = !isTyping && !isMany && list.querySelector(".is-chosen");
      activate(isNext ? items[0] : wasPicked || list.firstElementChild);
      place();
    }

    function open() {
      if (isOpen || input.disabled) return;
      isOpen = true;
      document.querySelector("main").append(popup);
      popup.hidden = false;
      input.setAttribute("aria-expanded", "true");
      place();
      ask();
    }

    function close() {
      clearTimeout(timer);
      asked += 1;
      isOpen = false;
      activate(null);
      list.replaceChildren();
      told.textContent = "";
      popup.remove();
      input.setAttribute("aria-expanded", "false");
    }

    function take(item) {
      const { value } = item.dataset;
      const isWanted = !isMany || !picked().some((each) => each.value === value);
      close();
      choose(value, item.textContent, isWanted);
    }

    function move(step) {
      const items = [...list.children];
      const to = items.indexOf(active) + step;
      if (to >= items.length && hasMore) ask(true);
      else activate(items[Math.max(0, Math.min(to, items.length - 1))]);
    }

    function press(event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!isOpen) open();
        else move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (isOpen && active) take(active);
        else open();
      } else if (event.key === "Escape" && (isOpen || isTyping)) {
        event.preventDefault();
        event.stopPropagation();
        close();
        draw();
      } else if (event.key === "Backspace" && isMany && !input.value && picked().length) {
        choose(picked().at(-1).value, "", false);
      }
    }

    input.addEventListener("keydown", press);
    input.addEventListener("click", () => { input.select(); open(); });
    input.addEventListener("input", () => {
      isTyping = true;
      open();
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    });
    input.addEventListener("blur", () => {
      if (isOpen) close();
      if (isTyping && canBeEmpty && !input.value.trim()) choose("", "");
      else draw();
    });
    clear.addEventListener("click", () => { choose("", ""); input.focus(); });
    popup.addEventListener("mousedown", (event) => event.preventDefault());  // the focus stays in the field
    popup.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) take(item);
    });
    popup.addEventListener("scroll", () => {
      const left = popup.scrollHeight - popup.scrollTop - popup.clientHeight;
      if (hasMore && left < 40) { hasMore = false; ask(true); }
    });
    ["scroll", "resize"].forEach((each) => window.addEventListener(each, () => { if (isOpen) place(); }, { capture: true, passive: true }));
    select.addEventListener("change", draw);

    ["aria-invalid", "aria-describedby"].filter((each) => select.hasAttribute(each)).forEach((each) => {
      input.setAttribute(each, select.getAttribute(each));
      select.removeAttribute(each);
    });
    if (select.required) input.setAttribute("aria-required", "true");
    [...select.labels].forEach((each) => { each.htmlFor = id; });
    if (select.hasAttribute("aria-label") || !label) input.setAttribute("aria-label", name);
    list.setAttribute("aria-label", name);
    if (isMany) list.setAttribute("aria-multiselectable", "true");
    input.disabled = select.disabled;
    const hadFocus = document.activeElement === select;
    popup.append(list, told);
    box.append(chosen, input, clear);
    select.hidden = true;
    select.after(box);
    alive.add(box);
    draw();
    if (hadFocus) input.focus();
  }

  function buildAll(place) {
    place.querySelectorAll(CHOICES).forEach((select) => {
      const box = select.nextElementSibling;
      if (box && alive.has(box)) return;
      if (box && box.matches(".bridge-combobox")) box.remove();  // a picture of one, in a row that was rewritten
      build(select);
    });
  }

  document.addEventListener("formset:added", (event) => buildAll(event.target));
  document.addEventListener("formset:removed", () => buildAll(document));
  buildAll(document);
})();
