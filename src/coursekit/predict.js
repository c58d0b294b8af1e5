// The bet is kept in localStorage, so a page opened from disk remembers it, too. Until the reader bets or skips, what
// follows is covered: on a page everything up to the end of the section with the answer, in JupyterLab the outputs.
function predict(root, told) {
  const part = (role) => root.querySelector(`[data-role="${role}"]`);
  const [range, shown, said] = ["input", "output", "[role=status]"].map((tag) => root.querySelector(tag));
  const kept = (kind, value) => {
    const key = `genrelab-${kind}:${told.number}`;
    try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); }
    catch { said.textContent = "This browser keeps no bets."; return null; }
  };
  kept("asked", JSON.stringify({ low: told.low, high: told.high, unit: told.unit, question: told.question }));
  if (kept("guess") !== null) { range.value = kept("guess"); said.textContent = "Kept."; }
  const show = () => {
    shown.textContent = `${range.value} ${told.unit}`;
    range.setAttribute("aria-valuetext", shown.textContent);
  };
  range.oninput = () => { show(); said.textContent = ""; };
  part("keep").onclick = () => {
    said.textContent = "Kept.";
    kept("guess", range.value);
    uncover();
    window.dispatchEvent(new CustomEvent("genrelab-guess", { detail: told.number }));
  };
  part("skip").onclick = () => { kept("skip", "1"); uncover(); };
  show();

  let open = kept("guess") !== null || kept("skip") !== null || Boolean(root.closest(".reveal"));
  let mine = [];
  // what is covered: whole cells in JupyterLab, on a page what stands directly in a section
  const behind = () => {
    const lab = root.closest(".jp-Notebook"), page = root.closest("article");
    const all = lab ? [...lab.querySelectorAll(".jp-Cell")] : [...(page?.querySelectorAll("section > :not(section)") ?? [])];
    const heads = (block) => block.matches("h1, h2, h3, h4") || (lab && block.querySelector(".jp-RenderedMarkdown :is(h1, h2, h3)"));
    const from = all.findIndex((block) => block.contains(root)) + 1;
    const answer = all.findIndex((block, at) => at >= from && block.querySelector(`[data-answers="${told.number}"]`));
    const end = all.findIndex((block, at) => at > answer && heads(block));
    return !from ? [] : all.slice(from, answer < 0 || end < 0 ? undefined : end);
  };
  const cover = () => {
    if (open) return;
    const now = behind(), free = mine.filter((block) => !now.includes(block));
    mine = now;
    part("covered").hidden = !mine.length;
    free.forEach((block) => block.classList.remove("genrelab-covered"));
    mine.forEach((block) => block.classList.add("genrelab-covered"));
    if (free.length) window.dispatchEvent(new Event("genrelab-uncovered"));
    leadThere();
  };
  const uncover = () => {
    open = true;
    mine.forEach((block) => block.classList.remove("genrelab-covered"));
    part("covered").hidden = true;
    window.dispatchEvent(new Event("genrelab-uncovered")); // another bet may cover some of it still
    window.dispatchEvent(new Event("resize")); // plots that were drawn without room
  };
  // a link to something that is covered shows it
  const leadThere = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const place = target?.matches("section") ? target.querySelector("h1, h2, h3, h4") : target;
    if (open || !place || !mine.some((block) => block.contains(place))) return;
    uncover();
    target.scrollIntoView();
  };
  window.addEventListener("genrelab-uncovered", cover);
  window.addEventListener("hashchange", leadThere);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", cover);
  // JupyterLab runs this before the output stands in the notebook, and other outputs come later
  let watched = null;
  const watch = () => {
    cover();
    const lab = root.closest(".jp-Notebook");
    if (open || !lab || watched) return;
    let waiting = false;
    watched = new MutationObserver(() => {
      if (!root.isConnected || open) return watched.disconnect();
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; cover(); });
    });
    watched.observe(lab, { childList: true, subtree: true });
  };
  for (const wait of [0, 300, 1500]) setTimeout(watch, wait);
}
