// The reader's dot on the axis of the systems, as soon as the test is finished; its place is read from localStorage.
function earStrip(root, data) {
  const place = root.querySelector("[data-role=strip]");
  const own = () => earStore(`genrelab-ear:${data.id}`).read()?.result ?? null;
  const guess = () => {
    try { return data.guess && localStorage.getItem(`genrelab-guess:${data.guess}`); } catch { return null; }
  };
  const draw = () => {
    const found = own(), rows = [], guessed = guess();
    for (const [label, right, n] of [...(found ?? [])].reverse()) {
      const [low, high] = earWilson(right, n), whole = label === "all";
      rows.push({ label: whole ? `you, ${n} clips` : `you, ${label}`, value: right / n, low, high, kind: whole ? "you" : "part" });
    }
    if (guessed) rows.push({ label: "your guess", value: Number(guessed), kind: "guess" });
    rows.push(...data.systems.map((one) => ({ ...one, kind: "system" })));
    const note = earMake("p", { class: "genrelab-note" });
    if (!found) {
      note.append("You are not on this axis yet: ");
      const link = earMake("a", { href: `#genrelab-ear-test-${data.id}`, "data-lm-suppress-shortcuts": "true" }, "take the listening test");
      link.addEventListener("click", (event) => {
        const test = document.getElementById(`genrelab-ear-test-${data.id}`);
        if (!test) return;
        event.preventDefault();
        test.scrollIntoView({ block: "center" });
        test.querySelector("button:not([disabled])")?.focus({ preventScroll: true });
      });
      note.append(link, ".");
    }
    place.replaceChildren(note, earDots(rows, data.chance, "accuracy by track"));
  };
  draw();
  window.addEventListener("genrelab-ear", (event) => { if (event.detail === data.id) draw(); });
  window.addEventListener("genrelab-guess", (event) => { if (event.detail === data.guess) draw(); });
}
