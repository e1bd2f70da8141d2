// Passkeys: ties allauth's script to the button with data-passkey, and says on the page what stands in the way.
"use strict";

const button = document.querySelector("[data-passkey]");
const { passkey, credential, passwordless } = button.dataset;
const data = document.getElementById("js_data")?.id;
allauth.webauthn.forms[`${passkey}Form`]({ ids: { [passkey]: button.id, credential, passwordless, data } });

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const notes = [...document.querySelectorAll("[data-trouble]")];
  const fitting = notes.find((note) => note.dataset.trouble === event.detail.exception.name) ?? notes.at(-1);
  for (const note of notes) note.hidden = note !== fitting;
});
