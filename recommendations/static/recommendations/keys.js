// Single keys: / to search, ? to list them. Never while somebody types, and they can be turned off (WCAG 2.1.4); the page /keys/ has the switch.
// Escape folds what is open around the focus, as it closes what lies over the page.
"use strict";

(() => {
  const KEPT = "relations.keys";
  const TYPED = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
  const link = document.querySelector("[data-keys]");

  // A browser may refuse to keep anything; then the keys are on.
  function areOff() {
    try {
      return localStorage.getItem(KEPT) === "off";
    } catch {
      return false;
    }
  }

  function turn(on) {
    try {
      if (on) localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, "off");
    } catch {
      // Nothing is kept; the box shows it at the next visit.
    }
  }

  function bind(place) {
    const field = place.querySelector("[data-keys-switch]");
    if (!field) return;
    const box = field.querySelector("input");
    field.hidden = false;
    box.checked = !areOff();
    box.addEventListener("change", () => turn(box.checked));
  }

  function search() {
    const field = document.getElementById("q");
    if (field) {
      field.focus();
      field.select();
    } else {
      window.location.assign(link.dataset.search);
    }
  }

  let dialog = null;

  async function list() {
    if (dialog) {
      if (!dialog.open) dialog.showModal();
      return;
    }
    try {
      const answer = await fetch(link.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const content = page.getElementById("keys");
      dialog = document.createElement("dialog");
      dialog.className = "keys";
      dialog.setAttribute("aria-labelledby", "keys-title");
      dialog.append(content);
      document.body.append(dialog);
      bind(dialog);
      dialog.showModal();
    } catch {
      window.location.assign(link.href);
    }
  }

  const acts = { "/": search, "?": list };

  document.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    const isTyping = event.target.closest?.(TYPED);
    if (!act || isTyping || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || areOff()) return;
    if (dialog?.open && act === search) dialog.close();
    event.preventDefault();
    act();
  });

  document.addEventListener("keydown", (event) => {
    const folded = event.target.closest?.("details[open]");
    if (event.key !== "Escape" || !folded || event.target.closest(TYPED) || event.isComposing) return;
    event.preventDefault();
    folded.open = false;
    folded.querySelector("summary").focus();
  });

  bind(document);
  if (window.location.hash === "#q") document.getElementById("q")?.focus();
})();
