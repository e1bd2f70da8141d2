// Selecting words of a source leads to tracking them. Without this script each paragraph has a link of its own.
"use strict";

(() => {
  const text = document.querySelector("[data-track]");
  if (!text) return;

  const link = document.createElement("a");
  link.className = "button track-selection";
  link.textContent = text.dataset.label;
  link.hidden = true;
  // A press would take the selection away before the click.
  link.addEventListener("mousedown", (event) => event.preventDefault());

  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  text.append(said);

  // The register counts characters, scripts count halves of the rarer ones.
  const characters = (string) => Array.from(string).length;

  // Where the selection stands in the whole text: tags of passages inside of it are no part of the text.
  function place(range) {
    let start = null;
    let end = null;
    let last = null;
    for (const words of text.querySelectorAll(".reading-words[data-start]")) {
      if (!range.intersectsNode(words)) continue;
      const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
      let at = Number(words.dataset.start);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.parentElement.closest(".passage-tag")) continue;
        const from = node === range.startContainer ? range.startOffset : 0;
        const to = node === range.endContainer ? range.endOffset : node.length;
        if (from < to && range.intersectsNode(node)) {
          start ??= at + characters(node.data.slice(0, from));
          end = at + characters(node.data.slice(0, to));
          last = words;
        }
        at += characters(node.data);
      }
    }
    return start === null || !range.toString().trim() ? null : { start, end, last };
  }

  function show() {
    const selection = document.getSelection();
    const found = selection.isCollapsed || !selection.rangeCount ? null : place(selection.getRangeAt(0));
    if (!found) {
      if (document.activeElement !== link) link.hidden = true;
      said.textContent = "";
      return;
    }
    const query = new URLSearchParams({ snapshot: text.dataset.snapshot, start: found.start, end: found.end });
    link.href = `${text.dataset.track}?${query}`;
    // Right after the paragraph, so that the next press of Tab leads to it.
    const paragraph = found.last.closest(".reading-paragraph");
    if (paragraph.nextElementSibling !== link) paragraph.after(link);
    link.hidden = false;
    const box = selection.getRangeAt(0).getBoundingClientRect();
    const around = text.getBoundingClientRect();
    link.style.top = `${box.bottom - around.top + 6}px`;
    link.style.left = `max(0px, min(${box.right - around.left - link.offsetWidth}px, 100% - ${link.offsetWidth}px))`;
    said.textContent = text.dataset.hint;
  }

  let waiting = 0;
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  }
  document.addEventListener("selectionchange", soon);
  window.addEventListener("resize", soon);
})();
