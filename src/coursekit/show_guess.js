// Says what was bet, what it is, and how far off; lays a dashed line over the figure before it, where the bet is on its scale.
function showGuess(root, at) {
  root.dataset.answers = at.number;
  const keep = (kind, value) => {
    try { return value === undefined ? localStorage.getItem(`genrelab-${kind}:${at.number}`) : localStorage.setItem(`genrelab-${kind}:${at.number}`, value); }
    catch { return null; }
  };
  keep("truth", at.truth);
  const said = root.querySelector("[role=status]");
  const draw = () => {
    const kept = keep("guess");
    const slide = root.closest(".reveal"); // there the room has bet aloud, and the figure before may be of another slide
    if (slide) said.textContent = `The answer to the bet: ${at.truth}.`;
    if (kept === null) return;
    said.textContent = `You said ${kept}, it is ${at.truth}: ${offBy(kept, at.truth)}.`;
    if (at.left === undefined || slide) return;
    const before = [...document.querySelectorAll("figure.genrelab-figure img.dark-light")]
      .filter(image => root.compareDocumentPosition(image) & Node.DOCUMENT_POSITION_PRECEDING);
    const image = before.pop();
    if (!image) return;
    let frame = image.closest(".genrelab-guess-frame");
    if (!frame) {
      frame = document.createElement("span");
      frame.className = "genrelab-guess-frame";
      frame.style.cssText = "display:inline-block;position:relative;max-width:100%";
      image.replaceWith(frame);
      frame.append(image, document.createElement("span"));
    }
    const share = (Number(kept) - at.low) / (at.high - at.low), across = at.axis === "y";
    const place = across
      ? { left: at.left, top: at.top + at.height * (1 - share), width: at.width, height: 0 }
      : { left: at.left + at.width * share, top: at.top, width: 0, height: at.height };
    const line = frame.querySelector("span");
    line.setAttribute("aria-hidden", "true");
    line.style.cssText = "position:absolute;border:1.5px dashed #d0453c;" +
      Object.entries(place).map(([side, value]) => `${side}:${100 * value}%`).join(";");
  };
  // JupyterLab runs the script before the output stands in the page, so the figure may come a moment later.
  for (const wait of [0, 300, 1500]) setTimeout(draw, wait);
  window.addEventListener("genrelab-guess", event => { if (event.detail === at.number) draw(); });
}

// With as many decimals as the more exact of the two
function offBy(kept, truth) {
  const decimals = Math.max(...[kept, truth].map((number) => (String(number).split(".")[1] ?? "").length));
  const off = Math.abs(Number(kept) - Number(truth)).toFixed(decimals);
  return Number(off) ? `off by ${off}` : "exactly right";
}
