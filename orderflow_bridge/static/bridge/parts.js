// Parts of a page that come by themselves: when they are seen (data-reads) or at once (data-at-once), when what is older is asked for
// (data-older), and again every few seconds while something is at work (data-every, in the tab that is shown).
"use strict";

(() => {
  async function read(address) {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(`status ${answer.status}`);
    return answer.text();
  }

  function made(text) {
    const place = document.createElement("template");
    place.innerHTML = text;
    return place.content;
  }

  async function fill(part) {
    try {
      part.replaceChildren(made(await read(part.dataset.reads)));
    } catch { /* the link that stands there leads to it */ }
  }

  const seen = new IntersectionObserver((entries) => entries.filter((each) => each.isIntersecting).forEach(({ target }) => {
    seen.unobserve(target);
    fill(target);
  }));
  document.querySelectorAll("[data-reads]:not([data-at-once])").forEach((each) => seen.observe(each));

  // The rest of a long text: an address may lead into it.
  document.querySelectorAll("[data-at-once]").forEach(async (part) => {
    await fill(part);
    const goal = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (goal && part.contains(goal)) goal.scrollIntoView();
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-older]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      link.closest(".bridge-more").replaceWith(made(await read(link.href)));
    } catch {
      location.assign(link.href);
    }
  });

  function again(part) {
    setTimeout(async () => {
      try {
        const fresh = document.hidden ? null : made(await read(part.dataset.url)).getElementById(part.id);
        if (fresh) part.replaceWith(fresh);
        part = fresh || part;
      } catch { /* at the next turn */ }
      if (part.dataset.every) again(part);
    }, 1000 * Number(part.dataset.every));
  }
  document.querySelectorAll("[data-every]").forEach(again);
})();
