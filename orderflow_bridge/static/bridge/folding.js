// Formatted XML and JSON fold: each line whose next ones are indented deeper has a button. Long texts are left
// as they are.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const MOST_LINES = 2_000;
  const indent = (line) => line.length - line.trimStart().length;

  document.querySelectorAll("pre[data-folds]").forEach((pre) => {
    const lines = pre.textContent.split("\n");
    if (lines.length < 3 || lines.length > MOST_LINES) { return; }
    pre.textContent = "";
    const open = [{ depth: -1, place: pre }];
    lines.forEach((line, at) => {
      const depth = indent(line);
      while (open.length > 1 && open.at(-1).depth >= depth) { open.pop(); }
      const row = document.createElement("span");
      row.className = "bridge-fold-line";
      row.textContent = at + 1 < lines.length ? `${line}\n` : line;
      open.at(-1).place.append(row);
      if (at + 1 < lines.length && lines[at + 1].trim() && indent(lines[at + 1]) > depth) {
        const inner = document.createElement("span");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "bridge-fold";
        button.setAttribute("aria-expanded", "true");
        button.setAttribute("aria-label", window.bridgeText("Fold %(line)s", { line: line.trim().slice(0, 40) }));
        button.addEventListener("click", () => {
          inner.hidden = !inner.hidden;
          button.setAttribute("aria-expanded", String(!inner.hidden));
        });
        row.prepend(button);
        row.after(inner);
        open.push({ depth, place: inner });
      }
    });
  });
});
