// A ticked "Use system value" or "Use Default" greys out the value that it overrides.
"use strict";

document.querySelectorAll("input[data-inherits]").forEach((tick) => {
  const value = document.getElementById(tick.dataset.inherits);
  const show = () => { value.disabled = tick.checked; };
  tick.addEventListener("change", show);
  show();
});
