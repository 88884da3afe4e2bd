// Nothing typed is lost. A changed form asks before it is left, and what was typed is kept in this tab
// until the bridge has taken it (the cookie of console/taken_forms.py says so): it comes back after the
// session's end, a refused token, a page that was left. Secrets and files are never kept.
"use strict";

(() => {
  const FORMS = "#content-main > form[id$='_form'], form.configuration-form, form.bridge-form";
  const REFUSED = "#content [data-refused], #content .errornote, #content .bridge-error, .bridge-form [role=alert]";
  const PREFIX = "typed:";
  const say = window.bridgeText;
  const here = location.pathname + location.search;
  let isLeaving = false;

  const read = (name) => {
    try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; }
  };
  const write = (name, kept) => {
    try {
      if (kept) sessionStorage.setItem(name, JSON.stringify(kept));
      else sessionStorage.removeItem(name);
    } catch { /* a full or forbidden store: the form still asks before it is left */ }
  };
  const kept = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));

  // The form at this address was taken: what was typed there is stored now.
  function forgetTaken() {
    const taken = document.cookie.match(/(?:^|; )bridge_taken=([^;]*)/);
    if (!taken) return;
    document.cookie = "bridge_taken=; Max-Age=0; Path=/; SameSite=Lax";
    kept().filter((name) => name.startsWith(`${PREFIX}${decodeURIComponent(taken[1])}#`)).forEach((name) => write(name, null));
  }

  const isSecret = (field) => field.type === "password" || field.autocomplete === "new-password"
    || field.type === "file" || Boolean(field.parentElement.querySelector(":scope > .bridge-eye"));
  const isTyped = (field) => field.name && !field.disabled
    && !["hidden", "submit", "button", "image", "reset"].includes(field.type);
  const key = (field) => (["checkbox", "radio"].includes(field.type) ? `${field.name}=${field.value}` : field.name);

  function value(field) {
    if (["checkbox", "radio"].includes(field.type)) return field.checked;
    if (!field.options) return field.value;
    return [...field.selectedOptions].map((each) => [each.value, each.text]);
  }

  function put(field, wanted) {
    if (field.options) {
      [...field.options].forEach((each) => { each.selected = false; });
      wanted.forEach(([chosen, text]) => {
        const option = [...field.options].find((each) => each.value === chosen);
        if (option) option.selected = true; else field.add(new Option(text, chosen, true, true));
      });
    } else if (typeof wanted === "boolean") field.checked = wanted;
    else field.value = wanted;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function guard(form, place) {
    const name = `${PREFIX}${here}#${place}`;
    const version = form.elements._read;
    const fields = () => [...form.elements].filter((field) => isTyped(field) && !isSecret(field));
    const hasSecrets = () => [...form.elements].some((field) => isTyped(field) && isSecret(field) && field.value);
    const snapshot = () => Object.fromEntries(fields().map((field) => [key(field), value(field)]));
    const first = snapshot();
    const openedWith = version && version.value;
    const earlier = read(name);
    // What the bridge shows with its errors is what was typed.
    const isRefused = Boolean(document.querySelector(REFUSED));
    const carried = isRefused && earlier ? earlier.typed : {};

    function typed() {
      const now = snapshot();
      const names = Object.keys(now).filter((each) => JSON.stringify(now[each]) !== JSON.stringify(first[each]) || each in carried);
      return Object.fromEntries(names.map((each) => [each, now[each]]));
    }
    const isDirty = () => isRefused || hasSecrets() || Object.keys(typed()).length > 0;
    function keep() {
      const found = typed();
      const is_any = Object.keys(found).length > 0 || hasSecrets();
      write(name, is_any ? { typed: found, hadSecrets: hasSecrets(), version: openedWith, isSent: isLeaving } : null);
    }

    function openRows(names) {
      names.forEach((each) => {
        const row = each.match(/^(.+)-(\d+)-/);
        const total = row && form.elements[`${row[1]}-TOTAL_FORMS`];
        const add = total && document.querySelector(`#${CSS.escape(row[1])}-group .add-row`);
        for (let tries = 0; add && tries < 100 && Number(total.value) <= Number(row[2]); tries += 1) add.click();
      });
    }

    function bringBack() {
      openRows(Object.keys(earlier.typed));
      const there = new Map(fields().map((field) => [key(field), field]));
      const lost = Object.entries(earlier.typed).filter(([each, wanted]) => {
        const field = there.get(each);
        if (field) put(field, wanted);
        return !field;
      });
      // The bridge compares with what was there when it was typed.
      if (version && earlier.version) version.value = earlier.version;
      const told = document.createElement("div");
      const text = document.createElement("p");
      const button = document.createElement("button");
      told.className = "form-restored";
      told.setAttribute("role", "status");
      text.textContent = [
        say("What you had typed here is back. It is not saved yet."),
        earlier.hadSecrets ? say("Passwords and files were not kept: enter them again.") : "",
        lost.length ? say("%(count)s value(s) have no field here any more.", { count: lost.length }) : "",
      ].filter(Boolean).join(" ");
      button.type = "button";
      button.className = "bridge-button";
      button.textContent = say("Drop It");
      button.addEventListener("click", () => { write(name, null); isLeaving = true; location.reload(); });
      told.append(text, button);
      form.before(told);
    }

    // When whatever waits for the page, too, is there: unfold's buttons for rows do.
    if (earlier && !isRefused && fields().length) setTimeout(bringBack);
    let waiting;
    const later = () => { clearTimeout(waiting); waiting = setTimeout(keep, 200); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", (event) => {
      clearTimeout(waiting);
      if (event.defaultPrevented) return;
      isLeaving = true;
      keep();
    });
    window.addEventListener("beforeunload", (event) => {
      clearTimeout(waiting);
      if (isLeaving || !isDirty()) return;
      keep();
      event.preventDefault();
    });
    form.querySelectorAll("[data-drops-typed]").forEach((link) => link.addEventListener("click", () => {
      isLeaving = true;
      write(name, null);
    }));
    if (!isRefused) return;
    const wrong = form.querySelector("[data-refused]") || form.querySelector("[aria-invalid=true]:not([type=hidden])")
      || document.querySelector(REFUSED);
    if (wrong && wrong.checkVisibility()) wrong.focus();
    else document.querySelector("#content .errornote")?.focus();
  }

  function tellAtSignIn() {
    const form = document.querySelector("form#login-form");
    if (!form || !kept().some((name) => (read(name) || {}).isSent)) return;
    const told = document.createElement("p");
    told.className = "form-restored";
    told.setAttribute("role", "status");
    told.textContent = say("Your session has ended, and what you sent was not saved. Sign in: it comes back into its form.");
    form.before(told);
  }

  forgetTaken();
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("load", () => {
    document.querySelectorAll("#content .errornote").forEach((each) => { each.tabIndex = -1; });
    [...document.querySelectorAll(FORMS)].filter((form) => form.method === "post").forEach(guard);
    tellAtSignIn();
  });
})();

// A browser that draws a page late passes over its autofocus, and the code would be typed into nothing.
window.addEventListener("load", () => {
  if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus({ preventScroll: true });
});
