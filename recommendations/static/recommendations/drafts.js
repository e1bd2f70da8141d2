// Drafts: what is typed in a form with data-draft is kept in this browser, by person, until it was sent, thrown away, or the person signs out.
"use strict";

const drafts = (() => {
  const PREFIX = "relations.draft.";
  const FORM = "form[data-draft]";
  const way = document.querySelector("form[data-person]");
  const own = `${PREFIX}${way?.dataset.person}.`;

  // A browser may refuse to keep anything; then a refused form still has it all, by the server.
  function attempt(act) {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  }

  const drop = (name) => attempt((kept) => kept.removeItem(own + name));

  // What is typed or chosen; neither files, nor what the server wrote into the form.
  function fields(form) {
    return [...form.elements].filter((field) => field.name && !["hidden", "file", "submit", "button", "fieldset"].includes(field.type));
  }

  function typed(form) {
    return fields(form)
      .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
      .map((field) => [field.name, field.value]);
  }

  function keep(form) {
    attempt((kept) => kept.setItem(own + form.dataset.draft, JSON.stringify(typed(form))));
  }

  function fill(form, said) {
    for (const field of fields(form)) {
      const values = said.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) [field.value] = values;
      if (field.value && values.length) field.closest("details")?.setAttribute("open", "");
    }
  }

  function read(form) {
    const said = attempt((kept) => JSON.parse(kept.getItem(own + form.dataset.draft)));
    return Array.isArray(said) ? said : null;
  }

  function bind(place) {
    if (way) place.querySelectorAll(FORM).forEach(look);
  }

  function look(form) {
    const note = form.querySelector("[data-draft-note]");
    const said = read(form);
    if ("refused" in form.dataset) {
      keep(form);
    } else if (said) {
      fill(form, said);
      note.hidden = false;
    }
    form.addEventListener("input", () => keep(form));
    note.querySelector("button").addEventListener("click", () => {
      drop(form.dataset.draft);
      form.reset();
      note.hidden = true;
      fields(form)[0].focus();
    });
  }

  for (const message of document.querySelectorAll("[data-sent]")) drop(message.dataset.sent);
  bind(document);
  way?.addEventListener("submit", () => {
    attempt((kept) => {
      for (const name of Object.keys(kept)) if (name.startsWith(PREFIX)) kept.removeItem(name);
    });
  });
  return { bind };
})();
