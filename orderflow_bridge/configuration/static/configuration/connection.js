// "Test Connection": each step is ticked as the bridge reports it.
"use strict";

document.querySelectorAll("[data-tests]").forEach((button) => {
  const say = window.bridgeText;
  const list = document.getElementById(button.dataset.tests);
  const verdict = document.getElementById("connection-verdict");
  const steps = [...list.querySelectorAll("li")];

  const show = (item, state, tone, text) => {
    const badge = item.querySelector(".bridge-badge");
    badge.textContent = state;
    badge.dataset.tone = tone;
    item.querySelector(".configuration-finding").textContent = text;
  };

  const hear = (line) => {
    const told = JSON.parse(line);
    if (told.verdict) { verdict.textContent = told.verdict; return; }
    const place = steps.findIndex((item) => item.dataset.step === told.step);
    show(steps[place], told.state, told.tone, told.text);
    if (told.tone !== "danger" && steps[place + 1]) { show(steps[place + 1], say("Trying…"), "info", ""); }
  };

  const listen = async (answer) => {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      const lines = (rest + (value || "")).split("\n");
      rest = lines.pop();
      lines.filter(Boolean).forEach(hear);
      if (done) { return; }
    }
  };

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") { return; }
    button.setAttribute("aria-disabled", "true");
    list.hidden = false;
    verdict.textContent = say("Testing…");
    steps.forEach((item, place) => show(item, say(place ? "Not tried" : "Trying…"), place ? "" : "info", ""));
    try {
      const answer = await fetch(button.formAction, {
        method: "POST",
        body: new FormData(button.form),
        headers: { Accept: "application/x-ndjson" },
        credentials: "same-origin",
      });
      if (!answer.ok || answer.redirected) { throw new Error(`status ${answer.status}`); }
      await listen(answer);
    } catch (error) {
      verdict.textContent = say("The bridge did not answer. Reload the page, sign in if asked to, and test again.");
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
});
