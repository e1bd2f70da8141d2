// The list answers without loading the whole page: htmx fetches the same page and takes its list. Without scripts, links and forms do the same.
"use strict";

// The site's policy lets in no inline style and evaluates nothing; of pages nothing is kept in the browser.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
});

(() => {
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  document.getElementById("content").append(said);

  let open = [];
  let focused = null;

  // What has the focus is found again by what it is, since all of the list is new.
  function selector(element) {
    if (!element || !element.closest("#listing")) return null;
    if (element.id) return `#${CSS.escape(element.id)}`;
    const name = element.getAttribute("name");
    if (name) return `#listing [name="${CSS.escape(name)}"][value="${CSS.escape(element.value)}"]`;
    const list = element.closest(".drawings");
    return list && element.getAttribute("href") ? `.drawings [href="${CSS.escape(element.getAttribute("href"))}"], .drawings [aria-current]` : null;
  }

  // From a chosen row or card to what can be done with it, which stands above all of them.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("td.pick input, .board li > input")) return;
    event.preventDefault();
    document.querySelector(".bulk :is(select, button)").focus();
  });

  document.addEventListener("htmx:configRequest", (event) => {
    // Fields without a value ask nothing: the address stays short.
    for (const [name, value] of [...event.detail.formData.entries()]) {
      if (!value) event.detail.formData.delete(name);
    }
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status !== 200 || !xhr.responseText.includes('id="listing"')) {
      // Something else than the list: an error, a way to sign in. The browser shows it as it is.
      event.detail.shouldSwap = false;
      window.location.assign(xhr.responseURL || event.detail.pathInfo.finalRequestPath);
      return;
    }
    open = [...document.querySelectorAll("#listing details[open][id]")].map((details) => details.id);
    focused = selector(document.activeElement);
  });

  document.addEventListener("htmx:sendError", (event) => {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  });

  document.addEventListener("htmx:afterSettle", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    const count = document.getElementById("count");
    const again = focused && document.querySelector(focused);
    (again || count).focus({ preventScroll: Boolean(again) });
    said.textContent = count.textContent.trim();
    // Who changes the language, or comes back from a form, comes back to this list.
    for (const next of document.querySelectorAll(".languages [name=next]")) {
      next.value = window.location.pathname + window.location.search;
    }
  });
})();
