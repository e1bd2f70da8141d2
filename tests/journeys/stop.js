// Where the focus is now: whether it is where somebody wants to go (or in the same group of radio buttons), and what is wrong with
// it: it cannot be seen, something lies over it, or it has gone back up the page.
(target) => {
  const here = document.activeElement;
  const before = window.stoppedAt;
  window.stoppedAt = here;
  if (!here || here === document.body) return { is: false, nowhere: true, faults: [] };
  const faults = [];

  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) =>
    channels(colour)
      .slice(0, 3)
      .map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let around = element; around; around = around.parentElement) {
      const colour = getComputedStyle(around).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0.5) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const style = getComputedStyle(here);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("its focus cannot be seen");
  else if (contrast(style.outlineColor, behind(here.parentElement ?? here)) < 3) faults.push("its focus is too pale");

  const boxes = [...here.getClientRects()].filter((box) => box.width && box.height);
  const points = boxes.flatMap((box) =>
    [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.15, 0.85].map((y) => [box.left + box.width * x, box.top + box.height * y])),
  );
  const isOurs = (found) => found && (here.contains(found) || found.closest("label")?.control === here);
  const inside = points.filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
  if (!inside.length) faults.push("it is out of sight");
  else if (!inside.some(([x, y]) => isOurs(document.elementFromPoint(x, y)))) faults.push("something lies over it");

  if (target === null) return { is: false, faults, what: here.outerHTML.slice(0, 150) };
  if (before?.isConnected && before !== document.body) {
    const [was, is] = [before.getBoundingClientRect(), here.getBoundingClientRect()];
    const isForward = before.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING;
    const isAbove = is.bottom <= was.top && is.left < was.right && was.left < is.right; // or else it is another column
    if (isForward && isAbove) faults.push(`it stands above the stop before it: ${before.outerHTML.slice(0, 100)}`);
  }
  const isSame = here.type === "radio" && target.type === "radio" && here.name === target.name && here.form === target.form;
  const isBehind = Boolean(here.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
  return { is: here === target || isSame, isBehind, faults, what: here.outerHTML.slice(0, 150) };
}
