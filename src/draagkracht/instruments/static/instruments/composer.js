"use strict";
// Small comforts of the composer; every page works without them.
// Whoever leaves a page with something typed in it is asked first.
for (const form of document.querySelectorAll("form[data-keep]")) {
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}
// A tap on a code copies it.
for (const code of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mini";
  code.before(button);
  button.append(code);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.dataset.done = "✓";
    setTimeout(() => delete button.dataset.done, 2000);
  });
}
