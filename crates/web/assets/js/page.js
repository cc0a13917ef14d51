// What the page can do better with script. Everything here also works, more plainly, without it.
"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

// Controls that only script can serve show themselves.
const enhance = (root) => all("[data-js]", root).forEach((element) => { element.hidden = false; });
enhance(document);

// Says something to everyone, including those who do not see it appear.
function say(text, mean = "neutral") {
  const toast = Object.assign(document.createElement("div"), { className: `toast ${mean}`, role: "status" });
  toast.append(Object.assign(document.createElement("p"), { textContent: text }));
  document.querySelector(".toasts")?.replaceChildren(toast);
  return toast;
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.classList.add("done");
    say("Copied");
    setTimeout(() => { copy.classList.remove("done"); document.querySelector(".toasts")?.replaceChildren(); }, 1500);
  }
  event.target.closest("[data-close]")?.closest(".toast").remove();
  // A panel closes when something else is clicked.
  all("details.drop[open]").forEach((drop) => { if (!drop.contains(event.target)) drop.open = false; });
});

// Select all: the box at the head of a table ticks its rows.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-pick-all]")) return;
  all("tbody .pick input", event.target.closest("table")).forEach((box) => { box.checked = event.target.checked; });
});

// Browsers that do not know commands yet open dialogs this way.
if (!("command" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[command='show-modal']");
    if (button) document.getElementById(button.getAttribute("commandfor")).showModal();
  });
}

// What was typed to confirm is compared here first; the server compares it again.
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.name !== "confirm" || !field.pattern) return;
  field.setCustomValidity(field.validity.patternMismatch ? field.title : "");
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method !== "post") return;
  if (button.getAttribute("aria-busy")) return event.preventDefault();
  button.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => all("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy")));
