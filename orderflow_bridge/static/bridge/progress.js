// A long action takes one step per request: the page asks for the next one by itself.
(() => {
  const form = document.querySelector("form[data-continue]");
  if (!form) return;
  const timer = setTimeout(() => form.requestSubmit(form.querySelector("button")), 150);
  form.addEventListener("submit", () => clearTimeout(timer));
})();
