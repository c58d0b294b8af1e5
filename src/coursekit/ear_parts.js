// What the listening test, its strip and its room share.

// An element; text from files only ever becomes text, never markup.
function earMake(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

// 95 % interval of a share by Wilson's score
function earWilson(right, n) {
  const z = 1.959963984540054, share = right / n;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const reach = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
}

function earShare(right, n) {
  const [low, high] = earWilson(right, n);
  return `${(right / n).toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

// What the browser keeps under a name; where it keeps nothing, the page remembers until it is left.
function earStore(name) {
  const rooms = (window.genrelabEars ||= {});
  return {
    read() {
      try { return JSON.parse(localStorage.getItem(name)) ?? rooms[name] ?? null; } catch { return rooms[name] ?? null; }
    },
    write(value) {
      rooms[name] = value;
      try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, JSON.stringify(value));
      } catch { return false; }
      return true;
    },
  };
}

// The answers behind the mask: it keeps them from a glance, not from those who want to cheat.
function earKey(data) {
  const masked = atob(data.key);
  let plain = "";
  for (let i = 0; i < masked.length; i++) plain += String.fromCharCode(masked.charCodeAt(i) ^ data.mask.charCodeAt(i % data.mask.length));
  return JSON.parse(plain);
}

// Rows on one axis from 0 to 1: a dot, its interval, its numbers.
function earDots(rows, chance, what) {
  const percent = (x) => `${(100 * x).toFixed(2)}%`;
  const list = earMake("div", { class: "genrelab-dots", role: "list", "aria-label": what });
  for (const { label, value, low, high, kind } of rows) {
    const track = earMake("span", { class: "genrelab-axis", "aria-hidden": "true" }, earMake("i", { class: "genrelab-chance", style: `left:${percent(chance)}` }));
    if (low !== undefined) track.append(earMake("i", { class: "genrelab-reach", style: `left:${percent(low)};width:${percent(high - low)}` }));
    track.append(earMake("b", { style: `left:${percent(value)}` }));
    const told = low === undefined ? value.toFixed(2) : `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
    list.append(earMake("div", { class: `genrelab-dot genrelab-${kind}`, role: "listitem", "data-value": value }, earMake("span", {}, label), track, earMake("span", {}, told)));
  }
  const ticks = earMake("span", { class: "genrelab-ticks", "aria-hidden": "true" });
  for (const at of [0, 0.25, 0.5, 0.75, 1]) ticks.append(earMake("i", { style: `left:${percent(at)}` }, String(at)));
  return earMake("div", {}, list, earMake("div", { class: "genrelab-dot", "aria-hidden": "true" }, earMake("span"), ticks, earMake("span")),
    earMake("p", { class: "genrelab-small" }, `${what}; bar: 95 % interval; dotted: chance (${chance.toFixed(2)})`));
}

// A confusion matrix with numbers, shaded by their share of the row; rows are the truth.
function earMatrix(title, counts, genres) {
  const head = earMake("tr", {}, earMake("td", {}, "is ↓ said →"), ...genres.map((genre) => earMake("th", { scope: "col" }, earMake("span", {}, genre))));
  const rows = counts.map((row, i) => earMake("tr", {}, earMake("th", { scope: "row" }, genres[i]), ...row.map((n, j) => {
    const shade = n ? `background:rgba(${i === j ? "0,137,123" : "217,130,43"},${(0.15 + (0.35 * n) / row.reduce((a, b) => a + b)).toFixed(2)})` : "";
    return earMake("td", { style: shade, ...(i === j ? { class: "genrelab-diagonal" } : {}) }, n ? String(n) : "");
  })));
  const table = earMake("table", { class: "genrelab-matrix" }, earMake("caption", {}, title), earMake("thead", {}, head), earMake("tbody", {}, ...rows));
  return earMake("div", { class: "genrelab-wide", role: "region", tabindex: "0", "aria-label": title }, table);
}

function earCount(truth, said, n) {
  const counts = Array.from({ length: n }, () => Array(n).fill(0));
  truth.forEach((genre, k) => { if (said[k] >= 0) counts[genre][said[k]] += 1; });
  return counts;
}

// What each system says to the clips that were answered, from whole tracks
function earSystems(data, key, clips) {
  return data.systems.map((name, s) => {
    const truth = clips.map((k) => key.truth[k]), said = clips.map((k) => key.said[s][k]);
    const known = said.filter((answer) => answer >= 0).length, right = said.filter((answer, k) => answer === truth[k]).length;
    return { name, truth, said, known, right };
  });
}

function earTable(caption, head, rows) {
  const table = earMake("table", { class: "genrelab-plain" }, earMake("caption", {}, caption),
    earMake("thead", {}, earMake("tr", {}, ...head.map((text) => earMake("th", { scope: "col" }, text)))),
    earMake("tbody", {}, ...rows.map(([first, ...rest]) => earMake("tr", {}, earMake("th", { scope: "row" }, first), ...rest.map((cell) => earMake("td", {}, cell))))));
  return earMake("div", { class: "genrelab-wide", role: "region", tabindex: "0", "aria-label": caption }, table);
}

// Plays a sound from its beginning in the one player of a test; `said` tells where it cannot be played.
async function earPlay(audio, said, address) {
  if (audio.dataset.now !== address) {
    audio.pause();
    swap(audio, address);
    audio.dataset.now = address;
  }
  audio.currentTime = 0;
  await whole(audio);
  try { await audio.play(); } catch (error) { if (error.name !== "AbortError") said.textContent = "This sound could not be played."; }
}
