// What the other scripts say, in the reader's language: the frame brings the texts that are not English
// (console/script_texts.py). "%(count)s found" takes its values by name; numbers are written as the language has them.
"use strict";

window.bridgeText = (() => {
  const place = document.getElementById("bridge-texts");
  const texts = place ? JSON.parse(place.textContent) : {};
  const written = (value) => (typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : value);
  return (english, values = {}) => (Object.hasOwn(texts, english) ? texts[english] : english)
    .replace(/%\((\w+)\)s/g, (whole, name) => (Object.hasOwn(values, name) ? written(values[name]) : whole));
})();
