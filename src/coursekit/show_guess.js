// Says what was guessed and what it is; lays a dashed line over the figure before it, where the guess is on its scale.
function showGuess(root, at) {
  const draw = () => {
    let kept = null;
    try { kept = localStorage.getItem(`genrelab-guess:${at.number}`); } catch { return; }
    const slide = root.closest(".reveal"); // there the room has guessed aloud, and the figure before may be of another slide
    if (slide) root.querySelector("[role=status]").textContent = `The answer to the guess: ${at.truth}.`;
    if (kept === null) return;
    root.querySelector("[role=status]").textContent = `Your guess: ${kept}. It is ${at.truth}.`;
    if (at.left === undefined || slide) return;
    const before = [...document.querySelectorAll("figure.genrelab-figure img")]
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
    line.style.cssText = "position:absolute;border:1.5px dashed #b3261e;" +
      Object.entries(place).map(([side, value]) => `${side}:${100 * value}%`).join(";");
  };
  // JupyterLab runs the script before the output stands in the page, so the figure may come a moment later.
  for (const wait of [0, 300, 1500]) setTimeout(draw, wait);
  window.addEventListener("genrelab-guess", event => { if (event.detail === at.number) draw(); });
}
