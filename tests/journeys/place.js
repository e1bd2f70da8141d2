// What is wrong with a page wherever it is looked at: its language, its title and heading, its width, things too small to hit, things that move.
({ language, isPhone }) => {
  const faults = [];
  if (document.documentElement.lang !== language) faults.push(`its language is ${document.documentElement.lang}`);
  if (document.querySelectorAll("h1").length !== 1) faults.push("it has not exactly one first heading");
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push("it is wider than the window");
  if (document.getAnimations().length) faults.push("something moves");

  const dialog = document.querySelector("dialog[open]");
  const all = [...(dialog ?? document).querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")];
  const box = (one) => {
    const own = one.getBoundingClientRect();
    const label = ["checkbox", "radio"].includes(one.type) && one.closest("label")?.getBoundingClientRect();
    if (!label) return own;
    const [left, top] = [Math.min(own.left, label.left), Math.min(own.top, label.top)];
    const [right, bottom] = [Math.max(own.right, label.right), Math.max(own.bottom, label.bottom)];
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const targets = all
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".skip-link"))
    .map((one) => ({ one, box: box(one) }))
    .filter(({ box: { width, height } }) => width && height);
  const isInText = (one) => {
    if (!getComputedStyle(one).display.startsWith("inline")) return false;
    const walker = document.createTreeWalker(one.parentElement, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { currentNode: text } = walker;
      if (/[\p{L}\d]/u.test(text.data) && !text.parentElement.closest("a, button, .visually-hidden")) return true;
    }
    return false;
  };
  const distance = (x, y, { left, right, top, bottom }) => Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
  for (const { one, box: own } of targets) {
    if (Math.min(own.width, own.height) > 23.9 || isInText(one)) continue;
    const [x, y] = [(own.left + own.right) / 2, (own.top + own.bottom) / 2];
    const near = targets.find((other) => other.one !== one && !other.one.contains(one) && distance(x, y, other.box) < 12);
    if (near) faults.push(`${Math.round(own.width)}×${Math.round(own.height)} px is small beside another: ${one.outerHTML.slice(0, 120)}`);
  }
  const acts = "main :is(button:not(.plain), a.button, summary.button), dialog :is(button:not(.plain), a.button)";
  for (const { one, box: own } of isPhone ? targets : []) {
    if (own.height < 43.9 && one.matches(acts)) faults.push(`${Math.round(own.height)} px is low for a thumb: ${one.outerHTML.slice(0, 120)}`);
  }
  return faults;
}
