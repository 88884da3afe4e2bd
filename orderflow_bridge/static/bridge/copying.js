// "Copy" beside a stored message. What is shown may be cut; the whole text is then fetched first.
"use strict";

// The pages for guests, which are English, have no texts of the frame.
const copyText = window.bridgeText ?? ((english) => english);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.querySelector("[data-label]");
  try {
    const url = button.dataset.copyFrom;
    const text = url
      ? await (await fetch(url)).text()
      : document.getElementById(button.dataset.copy).textContent;
    await navigator.clipboard.writeText(text);
    label.textContent = copyText("Copied");
  } catch {
    label.textContent = copyText("Could not copy");
  }
  setTimeout(() => { label.textContent = copyText("Copy"); }, 2000);
});
