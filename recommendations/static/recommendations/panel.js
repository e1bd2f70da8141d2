// The form behind a link with data-panel, in a dialog on this page. Without scripts, or when anything is in the way, the link leads to the form's own page.
"use strict";

(() => {
  let dialog = null;

  function shown(link, form) {
    dialog?.remove();
    dialog = document.createElement("dialog");
    dialog.className = "panel";
    dialog.setAttribute("aria-labelledby", "panel-title");
    const title = document.createElement("h2");
    title.id = "panel-title";
    title.textContent = link.textContent;
    const away = document.createElement("button");
    away.type = "button";
    away.className = "secondary panel-close";
    away.textContent = form.querySelector("[data-panel-close]")?.textContent ?? "×";
    away.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => link.focus());
    dialog.append(away, title, form);
    document.body.append(dialog);
    form.querySelector("[data-panel-close]")?.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    drafts.bind(dialog);
    dialog.showModal();
  }

  async function open(link) {
    try {
      const answer = await fetch(link.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const form = page.getElementById("update");
      if (!answer.ok || !form) throw new Error(answer.statusText);
      shown(link, document.adoptNode(form));
    } catch {
      window.location.assign(link.href);
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-panel]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });
})();
