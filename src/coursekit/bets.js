// What became of all bets that this browser has kept, and those of a class, from files: read here, sent nowhere.
function bets(root) {
  const part = (role) => root.querySelector(`[data-role="${role}"]`);
  const read = () => {
    const all = {};
    try {
      for (let at = 0; at < localStorage.length; at++) {
        const [, kind, number] = localStorage.key(at).match(/^genrelab-(guess|asked|truth):(.+)$/) ?? [];
        if (kind) (all[number] ??= {})[kind] = localStorage.getItem(localStorage.key(at));
      }
    } catch { /* a browser that keeps nothing */ }
    return Object.entries(all).filter(([, one]) => one.asked && one.truth !== undefined)
      .map(([number, one]) => ({ number, ...JSON.parse(one.asked), truth: Number(one.truth), guess: one.guess }))
      .sort((a, b) => (a.number < b.number ? -1 : 1));
  };
  const made = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  const times = (n) => (n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);
  const draw = () => {
    const mine = read().filter((one) => one.guess !== undefined);
    part("room").hidden = !read().length;
    if (!mine.length) return;
    const off = mine.map((one) => (Number(one.guess) - one.truth) / (one.high - one.low));
    const mean = off.reduce((sum, one) => sum + Math.abs(one), 0) / off.length;
    const [high, low] = [off.filter((one) => one > 0).length, off.filter((one) => one < 0).length];
    part("said").textContent = `You have bet ${times(mine.length)}. On average you were off by ` +
      `${Math.round(100 * mean)} % of the slider: ${times(high)} too high, ${times(low)} too low.`;
    const strip = part("strip");
    strip.hidden = false;
    strip.querySelectorAll("i").forEach((mark) => mark.remove());
    off.forEach((one, at) => {
      const mark = made("i", { style: `left:${50 + 50 * Math.max(-1, Math.min(1, one))}%` });
      mark.title = `${mine[at].number}: you said ${mine[at].guess}, it is ${mine[at].truth}`;
      strip.append(mark);
    });
  };

  // ten bars over the slider's range, and the truth as a line
  const histogram = (one, guesses) => {
    const share = (value) => Math.max(0, Math.min(1, (value - one.low) / (one.high - one.low)));
    const counts = Array(10).fill(0);
    for (const guess of guesses) counts[Math.min(9, Math.floor(10 * share(guess)))] += 1;
    const middle = [...guesses].sort((a, b) => a - b)[Math.floor(guesses.length / 2)];
    const bars = counts.map((n) => made("b", { style: `height:${(100 * n) / Math.max(...counts)}%` }));
    return made("figure", {}, made("figcaption", {}, `${one.question} ${guesses.length} bets, the middle one ${middle}; it is ${one.truth} ${one.unit}`.trim() + "."),
      made("div", { class: "genrelab-histogram", "aria-hidden": "true" }, ...bars, made("i", { style: `left:${100 * share(one.truth)}%` })),
      made("p", { class: "genrelab-small" }, made("span", {}, `${one.low}`), made("span", {}, `${one.high} ${one.unit}`)));
  };
  const load = async (files) => {
    const found = {};
    for (const file of files) {
      for (const line of (await file.text()).split(/\r?\n/).slice(1)) {
        const [number, guess] = line.split(/[,;]/);
        if (guess?.trim() && Number.isFinite(Number(guess))) (found[number.trim()] ??= []).push(Number(guess));
      }
    }
    const shown = read().filter((one) => found[one.number]).map((one) => histogram(one, found[one.number]));
    part("view").replaceChildren(...shown);
    part("room-said").textContent = shown.length
      ? `${files.length} file${files.length > 1 ? "s" : ""} loaded.`
      : "These files hold no bets on questions that this browser has seen. Open the lessons once, and take the files that the button makes.";
  };
  part("download").onclick = () => {
    const lines = read().filter((one) => one.guess !== undefined).map((one) => `${one.number},${one.guess}`);
    const address = URL.createObjectURL(new Blob([["bet,guess", ...lines, ""].join("\n")], { type: "text/csv" }));
    made("a", { href: address, download: "bets.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };
  root.querySelector("input[type=file]").onchange = (event) => {
    load([...event.target.files]);
    event.target.value = "";
  };
  window.addEventListener("genrelab-guess", draw);
  for (const wait of [0, 1500]) setTimeout(draw, wait); // answers may come a moment later
}
