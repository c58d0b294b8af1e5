// Answers of many listeners: files are read in the page, checked as Python checks them, and shown as a spread.

function earParse(name, text, data, truth, seen) {
  const need = ["listener", "clip", "condition", "truth", "answer", "seconds"];
  const source = text.replace(/^\uFEFF/, ""), head = source.split("\n", 1)[0];
  const [first, ...lines] = earCells(source, head.includes(";") && !head.includes(",") ? ";" : ",");
  const columns = first ? first.cells.map((cell) => cell.trim()) : [];
  const missing = need.find((column) => !columns.includes(column));
  if (missing) throw new Error(`${name}, line 1: no column “${missing}”. The first line must name ${need.join(", ")}.`);
  return lines.filter(({ cells }) => cells.some((cell) => cell)).map(({ line, cells }) => {
    const row = Object.fromEntries(need.map((column) => [column, (cells[columns.indexOf(column)] ?? "").trim()]));
    const place = `${name}, line ${line}`, fail = (text) => { throw new Error(`${place}: ${text}`); };
    if (!row.listener) fail("nobody is named as listener. Write a name, the same for all lines of one person.");
    const conditions = data.conditions.map(([name]) => name);
    if (!conditions.includes(row.condition)) fail(`no clip is heard in “${row.condition}”. Write one of ${conditions.join(", ")}.`);
    if (!truth.has(row.clip)) fail(`the clip “${row.clip}” is not in this test. Take answers to the same test.`);
    for (const column of ["truth", "answer"]) {
      if (!data.genres.includes(row[column])) fail(`“${row[column]}” is no genre of this test. Write one of ${data.genres.join(", ")}.`);
    }
    if (row.truth !== truth.get(row.clip)) fail(`the clip “${row.clip}” is ${truth.get(row.clip)}, not ${row.truth}. Take the file as it was.`);
    if (!/^[0-9]+(\.[0-9]*)?$/.test(row.seconds)) fail(`“${row.seconds}” is no number of seconds. Write one such as 4.5.`);
    const key = `${row.listener}\n${row.clip}`;
    if (seen.has(key)) fail(`${row.listener} has answered the clip “${row.clip}” before (${seen.get(key)}). Keep one of them, or give two people two names.`);
    seen.set(key, place);
    return row;
  });
}

// Lines of a CSV with their numbers; a cell in quotes may hold commas and doubled quotes.
function earCells(text, comma) {
  return text.split(/\r?\n/).map((whole, at) => {
    const cells = [""];
    let quoted = false;
    for (let i = 0; i < whole.length; i++) {
      const sign = whole[i];
      if (sign === '"' && quoted && whole[i + 1] === '"') cells[cells.length - 1] += whole[i++];
      else if (sign === '"') quoted = !quoted;
      else if (sign === comma && !quoted) cells.push("");
      else cells[cells.length - 1] += sign;
    }
    return { line: at + 1, cells };
  });
}

// A small generator of chance with a seed, so that the same files give the same interval
function earChance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function earSummary(rows, data, draws = 2000) {
  const tally = (column) => {
    const found = new Map();
    for (const row of rows) {
      const one = found.get(row[column]) ?? { label: row[column], right: 0, n: 0 };
      one.n += 1;
      one.right += row.truth === row.answer ? 1 : 0;
      found.set(row[column], one);
    }
    return [...found.values()];
  };
  const people = tally("listener"), clips = tally("clip").map((one) => one.label), chance = earChance(1);
  const who = rows.map((row) => people.findIndex((one) => one.label === row.listener)), what = rows.map((row) => clips.indexOf(row.clip));
  const times = (n) => {
    const count = new Float64Array(n);
    for (let k = 0; k < n; k++) count[Math.floor(chance() * n)] += 1;
    return count;
  };
  const shares = [];
  for (let draw = 0; draw < draws; draw++) {
    const a = times(people.length), b = times(clips.length);
    let right = 0, all = 0;
    rows.forEach((row, k) => {
      const weight = a[who[k]] * b[what[k]];
      all += weight;
      if (row.truth === row.answer) right += weight;
    });
    if (all) shares.push(right / all);
  }
  shares.sort((a, b) => a - b);
  const at = (q) => shares[Math.round(q * (shares.length - 1))];
  const place = (genre) => data.genres.indexOf(genre);
  return {
    listeners: people.sort((a, b) => b.right / b.n - a.right / a.n),
    conditions: tally("condition").map(({ label, right, n }) => [label, right, n]),
    mean: [rows.filter((row) => row.truth === row.answer).length / rows.length, at(0.025), at(0.975)],
    counts: earCount(rows.map((row) => place(row.truth)), rows.map((row) => place(row.answer)), data.genres.length),
    clips: clips.length,
  };
}

function earRoomView(place, room, data) {
  const key = earKey(data), all = data.clips.map((_, k) => k), [mean, low, high] = room.mean;
  const shares = room.listeners.map((one) => one.right / one.n);
  const people = room.listeners.map((one) => {
    const [from, to] = earWilson(one.right, one.n);
    return { label: one.label, value: one.right / one.n, low: from, high: to, kind: "part" };
  });
  const systems = earSystems(data, key, all);
  const answers = room.listeners.reduce((sum, one) => sum + one.n, 0);
  const spread = people.length > 1 ? `, from ${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)}` : "";
  place.replaceChildren(
    earMake("p", {}, earMake("strong", {}, `${people.length} listener${people.length > 1 ? "s" : ""}, ${room.clips} clips, ${answers} answers: ${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] right${spread}.`),
      " The room's interval draws listeners and clips anew."),
    earDots([{ label: "the room", value: mean, low, high, kind: "you" }, ...people, ...systems.map((one) => {
      const [from, to] = one.known ? earWilson(one.right, one.known) : [0, 1];
      return { label: `${one.name}, whole tracks`, value: one.known ? one.right / one.known : 0, low: from, high: to, kind: "system" };
    })], 1 / data.genres.length, "share of right answers"),
    earTable("By what was heard", ["heard", "right", "share"], room.conditions.map(([label, right, n]) => [label, `${right} of ${n}`, (right / n).toFixed(2)])),
    earMake("div", { class: "genrelab-side" }, earMatrix(`The room: ${Math.round(mean * answers)} of ${answers} right`, room.counts, data.genres),
      ...systems.map((one) => earMatrix(`${one.name}: ${one.right} of ${one.known} right`, earCount(one.truth, one.said, data.genres.length), data.genres))),
  );
}

function earRoom(root, data) {
  const part = (role) => root.querySelector(`[data-role="${role}"]`);
  part("room").querySelector("input").addEventListener("change", async (event) => {
    const files = [...event.target.files], said = part("room-said"), view = part("room-view");
    const key = earKey(data), truth = new Map(data.clips.map(([id], k) => [id, data.genres[key.truth[k]]])), seen = new Map();
    event.target.value = ""; // so that the same file can be loaded again once it is mended
    try {
      const rows = [];
      for (const file of files) rows.push(...earParse(file.name, await file.text(), data, truth, seen));
      if (!rows.length) throw new Error("No line of answers. Download the files anew, at the end of the test.");
      earRoomView(view, earSummary(rows, data), data);
      said.textContent = `${files.length} file${files.length > 1 ? "s" : ""} loaded.`;
    } catch (error) {
      view.replaceChildren();
      said.textContent = error.message;
    }
  });
}

function earShowRoom(root, data) {
  earRoomView(root.querySelector("[data-role=view]"), data.room, data);
}
