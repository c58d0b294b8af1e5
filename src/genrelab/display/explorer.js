// Corners of a regular polygon, or of a star with that many rays, as an SVG path around 0 of radius 1.
function polygon(corners, turn = 0, inner = 0) {
  const count = inner ? 2 * corners : corners;
  const at = (i) => {
    const angle = 2 * Math.PI * (turn + i / count), far = inner && i % 2 ? inner : 1;
    return `${(far * Math.cos(angle)).toFixed(3)} ${(far * Math.sin(angle)).toFixed(3)}`;
  };
  return `M${Array.from({ length: count }, (_, i) => at(i)).join("L")}Z`;
}
const PLUS = "M-.35 -1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z";
const SHAPES = {
  circle: "M-.85 0A.85 .85 0 1 0 .85 0A.85 .85 0 1 0 -.85 0Z", square: polygon(4, 1 / 8), diamond: polygon(4),
  "triangle-up": polygon(3, -1 / 4), "triangle-down": polygon(3, 1 / 4), "triangle-left": polygon(3, 1 / 2),
  "triangle-right": polygon(3), pentagon: polygon(5, -1 / 4), hexagon: polygon(6, -1 / 4), hexagon2: polygon(6),
  octagon: polygon(8, 1 / 16), star: polygon(5, -1 / 4, 0.45), cross: PLUS, "diamond-tall": "M0 -1L.55 0L0 1L-.55 0Z",
  x: "M-.5 -1L0 -.5L.5 -1L1 -.5L.5 0L1 .5L.5 1L0 .5L-.5 1L-1 .5L-.5 0L-1 -.5Z",
};
const OWN = { colour: "#1b1b1f", symbol: "star" };
const GREY = "#b9b9c2";
const NOWHERE = 65535;

function unpack(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  if (Kind === Uint8Array) return bytes;
  const view = new DataView(bytes.buffer);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
}

function explorer(root, data) {
  const part = (role) => root.querySelector(`[data-role=${role}]`);
  const canvas = root.querySelector("canvas"), pen = canvas.getContext("2d");
  const status = root.querySelector(".genrelab-status"), legend = root.querySelector(".genrelab-legend");
  const seeds = [...root.querySelectorAll("[data-seed]")];
  const sound = player(root.querySelector(".genrelab-player") || document.createElement("div"));
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const count = data.ids.length, theirs = count - data.own;
  const spaces = data.spaces.map((space) => ({
    ...space,
    maps: Object.fromEntries(Object.entries(space.maps).map(([name, text]) => [name, unpack(text)])),
    near: unpack(space.near), said: unpack(space.said, Uint8Array), sure: unpack(space.sure, Uint8Array), hubs: unpack(space.hubs),
  }));
  const state = {
    space: spaces[0], other: spaces[0], colour: "genre", chosen: -1, sounding: -1, list: [], hidden: new Set(), lasso: null,
    zoom: 1, x: 0.5, y: 0.5, places: new Float32Array(2 * count), extent: [1, 1], from: null, begun: 0, frames: 0,
  };
  const projections = [...part("map").options].map((option) => option.textContent);

  // --- what is told of a track
  const isOwn = (i) => i >= theirs;
  const credit = (i) => [data.artists[data.artist[i]], data.titles[i]].filter(Boolean).join(" – ");
  const label = (i) => isOwn(i) ? `yours · ${data.titles[i]}` : [data.genres[data.genre[i]][0], credit(i), data.ids[i]].filter(Boolean).join(" · ");
  const taken = (i, space = state.space) => space.said[i] === 255 ? "" :
    `taken for ${data.genres[space.said[i]][0]} (${space.sure[i]} %)`;
  const wrong = (i) => !isOwn(i) && state.space.said[i] !== 255 && state.space.said[i] !== data.genre[i];
  const hub = (i) => state.space.hubs[i] === NOWHERE ? "" : `among the ${state.space.k} nearest of ${state.space.hubs[i]}`;
  const neighbours = (i, space) => i < 0 ? [] : [...space.near.subarray(i * space.k, (i + 1) * space.k)].filter((j) => j !== NOWHERE);

  // --- colours: for each point a colour, a shape, and the entry of the legend that it belongs to (or none)
  const ramp = (share) => data.scale[Math.round(Math.max(0, Math.min(1, share)) * (data.scale.length - 1))];
  const splitShapes = ["circle", "square", "diamond", "x"];
  const looks = {
    genre: (i) => [data.genres[data.genre[i]][1], data.genres[data.genre[i]][2], data.genre[i]],
    artist: (i) => {
      if (data.artist[i] >= 0 && data.artist[i] === data.artist[state.chosen]) return [OWN.colour, "circle", "chosen"];
      const place = data.leading.findIndex(([artist]) => artist === data.artist[i]);
      return place < 0 ? [GREY, "circle", data.leading.length] : [data.leading[place][1], data.genres[place % data.genres.length][2], place];
    },
    split: (i) => [data.splits[data.split[i]][1], splitShapes[data.split[i]], data.split[i]],
    prediction: (i) => {
      const genre = data.genres[state.space.said[i]];
      return genre ? [genre[1], genre[2], state.space.said[i]] : [GREY, "circle", data.genres.length];
    },
    confidence: (i) => [state.space.sure[i] === 255 ? null : ramp(state.space.sure[i] / 100), data.genres[data.genre[i]][2], null],
    hubness: (i) => [ramp(Math.log1p(state.space.hubs[i]) / Math.log1p(largestHub())), data.genres[data.genre[i]][2], null],
  };
  const largestHub = () => state.space.hubs.reduce((most, n) => (n !== NOWHERE && n > most ? n : most), 1);
  let look = [];
  const recolour = () => {
    const of = looks[state.colour];
    look = data.ids.map((_, i) => isOwn(i) ? [OWN.colour, OWN.symbol, "own"] : there(i) ? of(i) : [GREY, "circle", null]);
  };
  const target = () => state.space.maps[projections[part("map").value]] || Object.values(state.space.maps)[0];
  const there = (i) => target()[2 * i] !== NOWHERE;
  const visible = (i) => there(i) && !state.hidden.has(look[i][2]);

  const shape = (symbol, colour) => `<svg class="genrelab-shape" viewBox="-1.15 -1.15 2.3 2.3" aria-hidden="true"><path d="${SHAPES[symbol] || SHAPES.circle}" fill="${colour}"/></svg>`;
  const text = (words) => words.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const showLegend = () => {
    const entries = {
      genre: () => data.genres.map(([name, colour, symbol], key) => [key, name, colour, symbol]),
      artist: () => [...data.leading.map(([artist, colour], key) => [key, data.artists[artist], colour, data.genres[key % data.genres.length][2]]),
        [data.leading.length, "others", GREY, "circle"], ["chosen", "artist of the chosen track", OWN.colour, "circle"]],
      split: () => data.splits.map(([name, colour], key) => [key, name, colour, splitShapes[key]]),
      prediction: () => [...data.genres.map(([name, colour, symbol], key) => [key, name, colour, symbol]), [data.genres.length, "no prediction", GREY, "circle"]],
    }[state.colour];
    const used = new Set(look.map(([, , key], i) => (there(i) ? key : null)));
    const rows = (entries ? entries() : []).filter(([key]) => used.has(key));
    if (data.own) rows.push(["own", "your own", OWN.colour, OWN.symbol]);
    legend.innerHTML = rows.map(([key, name, colour, symbol]) =>
      `<button type="button" data-key="${key}" aria-pressed="${!state.hidden.has(key)}">${shape(symbol, colour)}${text(String(name))}</button>`).join("");
    if (!entries) {
      const [low, high] = state.colour === "confidence" ? ["0 %", "100 %"] : ["0", String(largestHub())];
      legend.insertAdjacentHTML("afterbegin", `<span>${low}</span><span class="genrelab-ramp" style="background:linear-gradient(to right, ${data.scale.join(",")})"></span>` +
        `<span>${high}${state.colour === "confidence" ? "; hollow: no prediction" : ` times a neighbour (steps of the logarithm)`}</span>`);
    }
    if (state.colour === "prediction") legend.insertAdjacentHTML("beforeend", "<span>dark rim: not the label</span>");
  };
  legend.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const key = /\d/.test(button.dataset.key) ? Number(button.dataset.key) : button.dataset.key;
    if (!state.hidden.delete(key)) state.hidden.add(key);
    button.setAttribute("aria-pressed", String(!state.hidden.has(key)));
    draw();
  });

  // --- drawing
  const size = { width: 1, height: 1 };
  let density = devicePixelRatio;
  // the widest and the highest that the points of a map reach, so that a long map fills a long stage
  const extent = (map) => {
    const [low, high] = [[65000, 65000], [0, 0]];
    map.forEach((value, at) => {
      if (value === NOWHERE) return;
      low[at % 2] = Math.min(low[at % 2], value);
      high[at % 2] = Math.max(high[at % 2], value);
    });
    return [0, 1].map((axis) => Math.max(2 * Math.abs(low[axis] / 65000 - 0.5), 2 * Math.abs(high[axis] / 65000 - 0.5), 0.05));
  };
  const scale = () => Math.min((size.width - 40) / state.extent[0], (size.height - 40) / state.extent[1]) * state.zoom;
  const pixel = (i) => [
    (state.places[2 * i] / 65000 - state.x) * scale() + size.width / 2,
    (state.y - state.places[2 * i + 1] / 65000) * scale() + size.height / 2,
  ];
  const paths = Object.fromEntries(Object.entries(SHAPES).map(([name, d]) => [name, new Path2D(d)]));
  const stamps = new Map(); // each look is drawn once and copied for every point
  const stamp = (colour, symbol, radius, rim) => {
    const key = `${colour} ${symbol} ${radius} ${rim} ${density}`;
    if (!stamps.has(key)) {
      const side = Math.ceil((2 * radius + 6) * density);
      const mould = Object.assign(document.createElement("canvas"), { width: side, height: side }), ink = mould.getContext("2d");
      ink.translate(side / 2, side / 2);
      ink.scale(radius * density, radius * density);
      ink.lineWidth = (rim === "white" ? 0.7 : 1.2) / radius;
      ink.strokeStyle = rim;
      ink.fillStyle = colour || "white";
      const path = paths[symbol] || paths.circle;
      ink.fill(path);
      ink.stroke(path);
      stamps.set(key, mould);
    }
    return stamps.get(key);
  };
  const ring = (i, radius, colour, dash = [], thin = false) => {
    const [x, y] = pixel(i);
    pen.setLineDash(dash);
    for (const [width, ink] of thin ? [[1.2, colour]] : [[6, "white"], [3, colour]]) {
      Object.assign(pen, { lineWidth: width, strokeStyle: ink });
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.stroke();
    }
    pen.setLineDash([]);
  };
  const paint = () => {
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, size.width, size.height);
    const near = neighbours(state.chosen, state.space);
    if (state.chosen >= 0 && there(state.chosen)) {
      pen.lineWidth = 1.2;
      pen.strokeStyle = "#55555f";
      pen.beginPath();
      for (const j of near) if (visible(j)) { pen.moveTo(...pixel(state.chosen)); pen.lineTo(...pixel(j)); }
      pen.stroke();
    }
    const radius = (theirs > 300 ? 5 : 6) * Math.min(1.6, 0.8 + 0.2 * state.zoom);
    for (let i = 0; i < count; i++) {
      if (!visible(i)) continue;
      const [x, y] = pixel(i);
      if (x < -20 || y < -20 || x > size.width + 20 || y > size.height + 20) continue;
      const [colour, symbol] = look[i];
      const rim = !colour ? "#8a8a94" : isOwn(i) ? "white" : (state.colour === "prediction" && wrong(i)) ? "#1b1b1f" : "white";
      const mark = stamp(colour, symbol, isOwn(i) ? radius * 1.7 : symbol === "star" ? radius * 1.25 : radius, rim);
      const side = mark.width / density;
      pen.drawImage(mark, x - side / 2, y - side / 2, side, side);
    }
    for (const i of state.list) if (visible(i)) ring(i, 8, "#b5651d", [], state.list.length > 40); // many thick ones would hide the points
    if (state.chosen >= 0 && there(state.chosen)) ring(state.chosen, 11, "#1b1b1f");
    if (state.sounding >= 0 && state.sounding !== state.chosen && there(state.sounding)) ring(state.sounding, 11, "#1b1b1f", [4, 3]);
    if (state.lasso) {
      Object.assign(pen, { lineWidth: 2, strokeStyle: "#b5651d", fillStyle: "rgba(181,101,29,.1)" });
      pen.beginPath();
      state.lasso.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.closePath();
      pen.fill();
      pen.stroke();
    }
    state.frames += 1;
  };
  let waiting = false;
  const draw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame((now) => {
      waiting = false;
      if (state.from) move(now);
      paint();
      if (state.from) draw();
    });
  };
  // points go to their places on another map within half a second
  const move = (now) => {
    state.begun ||= now;
    const share = Math.min(1, (now - state.begun) / 500), eased = share * share * (3 - 2 * share), to = target();
    for (let i = 0; i < 2 * count; i++) {
      state.places[i] = to[i] === NOWHERE || state.from[i] === NOWHERE ? to[i] : state.from[i] + (to[i] - state.from[i]) * eased;
    }
    state.extent = state.reach.map((wide, axis) => state.extentFrom[axis] + (wide - state.extentFrom[axis]) * eased);
    if (share === 1) state.from = null;
  };
  const go = () => {
    Object.assign(state, { reach: extent(target()), extentFrom: state.extent, from: Float32Array.from(state.places), begun: 0 });
    if (still.matches || !root.dataset.ready) {
      state.places.set(target());
      Object.assign(state, { extent: state.reach, from: null });
    }
    draw();
  };

  // --- choosing and hearing
  const playing = () => sound && state.sounding >= 0 && !sound.audio.paused;
  const describe = () => {
    const i = state.chosen, heard = state.sounding;
    const chosen = i < 0 ? [] : [label(i), isOwn(i) ? "" : taken(i), hub(i), there(i) ? "" : "not in this representation"];
    const other = playing() && heard !== i ? [`playing: ${label(heard)}`] : [];
    if (i >= 0 || other.length) status.textContent = [...chosen, ...other].filter(Boolean).join(" · ");
    for (const button of root.querySelectorAll("[data-play]")) {
      const on = playing() && Number(button.dataset.play) === heard;
      button.textContent = on ? "❚❚" : "▶";
      button.setAttribute("aria-label", `${on ? "Pause" : "Play"} ${label(Number(button.dataset.play))}`);
    }
  };
  const choose = (i) => {
    state.chosen = i;
    if (state.colour === "artist") { recolour(); showLegend(); }
    follow(i);
    showNeighbours();
    describe();
    draw();
  };
  const hear = (i) => {
    if (!sound || !data.clips[i]) return;
    if (i === state.sounding && !sound.audio.paused) return void sound.audio.pause();
    state.sounding = i;
    sound.audio.dataset.first = seeds[isOwn(i) ? 1 : 0].src;
    swap(sound.audio, data.clips[i]);
    sound.audio.dataset.first = seeds[isOwn(i) ? 1 : 0].src;
    sound.name(label(i));
    sound.start();
    draw();
  };
  const follow = (i) => { // a chosen point outside the view brings the view along
    if (!there(i)) return;
    const [x, y] = pixel(i);
    if (x > 10 && y > 10 && x < size.width - 10 && y < size.height - 10) return;
    state.x = state.places[2 * i] / 65000;
    state.y = state.places[2 * i + 1] / 65000;
  };
  const nearestTo = (x, y, reach) => {
    let best = -1, least = reach * reach;
    for (let i = 0; i < count; i++) {
      if (!visible(i)) continue;
      const [px, py] = pixel(i), far = (px - x) ** 2 + (py - y) ** 2;
      if (far <= least) [best, least] = [i, far];
    }
    return best;
  };
  // the nearest point on that side: distance along the arrow counts once, beside it twice
  const beside = (dx, dy) => {
    const [fx, fy] = pixel(state.chosen);
    let best = -1, least = Infinity;
    for (let i = 0; i < count; i++) {
      if (!visible(i)) continue;
      const [x, y] = pixel(i), along = (x - fx) * dx + (y - fy) * dy, aside = Math.abs((x - fx) * dy) + Math.abs((y - fy) * dx);
      if (along < 0.5 || aside > 2.5 * along + 1) continue;
      if (along + 2 * aside < least) [best, least] = [i, along + 2 * aside];
    }
    return best;
  };

  // --- lists
  const row = (i, notes = []) => {
    const [, colour, symbol] = isOwn(i) ? ["", OWN.colour, OWN.symbol] : data.genres[data.genre[i]];
    const play = sound && data.clips[i] ? `<button type="button" data-play="${i}" aria-label="Play ${text(label(i))}">▶</button>` : "";
    const small = notes.filter(Boolean).join(" · ");
    return `<li${i === state.chosen ? ' class="genrelab-now"' : ""}>${play}<button type="button" class="genrelab-name" data-go="${i}">${shape(symbol, colour)}` +
      `<span>${text(label(i))}${small ? `<small>${text(small)}</small>` : ""}</span></button></li>`;
  };
  const fill = (role, head, rows) => {
    const section = part(role);
    if (!section) return;
    section.querySelector(".genrelab-head").textContent = head;
    section.querySelector("ol").innerHTML = rows.join("");
  };
  const showNeighbours = () => {
    const i = state.chosen, here = neighbours(i, state.space), beyond = neighbours(i, state.other);
    const lists = [["near", state.space, here, beyond], ["far", state.other, beyond, here]];
    for (const [role, space, list, others] of lists) {
      const both = list.filter((j) => others.includes(j)).length;
      const held = list.length ? `: ${both} of ${list.length} are in both lists` : i < 0 ? ": choose a track" : ": it does not hold this track";
      fill(role, `nearest by ${space.label}${held}`, list.map((j) => row(j, [
        others.includes(j) && "in both", data.artist[j] >= 0 && data.artist[j] === data.artist[i] && "same artist"])));
    }
    showOwn();
  };
  const showList = () => {
    const parts = new Map();
    state.list.forEach((i) => { const name = isOwn(i) ? "yours" : data.genres[data.genre[i]][0]; parts.set(name, (parts.get(name) || 0) + 1); });
    const told = [...parts].sort((a, b) => b[1] - a[1]).map(([name, n]) => `${n} ${name}`).join(", ");
    const rest = state.list.length > 100 ? [`<li><span></span><span>and ${state.list.length - 100} more</span></li>`] : [];
    fill("chosen", state.list.length ? `your list, ${state.list.length}: ${told}` : "your list: draw around points, or press X",
      [...state.list.slice(0, 100).map((i) => row(i, [taken(i)])), ...rest]);
  };
  const showOdd = () => fill("odd", `odd ones out: surest errors of a probe on ${state.space.label}`,
    state.space.odd.map((i) => row(i, [taken(i)])));
  const showOwn = () => fill("own", `your own music, and whose neighbours it has by ${state.space.label}`,
    Array.from({ length: data.own }, (_, at) => {
      const i = theirs + at, genres = neighbours(i, state.space).map((j) => data.genres[data.genre[j]][0]);
      const tally = [...new Set(genres)].map((g) => [genres.filter((other) => other === g).length, g]).sort((a, b) => b[0] - a[0]);
      return row(i, [tally.map(([n, g]) => `${n} ${g}`).join(", ") || "not in this representation"]);
    }));
  root.querySelector(".genrelab-lists").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.play) hear(Number(button.dataset.play));
    if (button?.dataset.go) choose(Number(button.dataset.go));
  });
  const setList = (list) => {
    state.list = list;
    showList();
    status.textContent = `${list.length} tracks on your list`;
    draw();
  };

  // --- the hands: a click hears, a drag draws around points (with Shift it moves the map), keys do the same
  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * size.width / box.width, (event.clientY - box.top) * size.height / box.height];
  };
  const inside = ([x, y], line) => {
    let within = false;
    for (let a = 0, b = line.length - 1; a < line.length; b = a++) {
      const [ax, ay] = line[a], [bx, by] = line[b];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
    }
    return within;
  };
  let down = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    down = { at: spot(event), x: state.x, y: state.y, moves: event.shiftKey, draws: event.pointerType !== "touch" || canvas.style.touchAction === "none" };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const at = spot(event);
    if (!down) {
      canvas.style.cursor = nearestTo(...at, 12) >= 0 ? "pointer" : "crosshair";
      return;
    }
    if (down.moves) {
      state.x = down.x - (at[0] - down.at[0]) / scale();
      state.y = down.y + (at[1] - down.at[1]) / scale();
    } else if (down.draws && (state.lasso || Math.hypot(at[0] - down.at[0], at[1] - down.at[1]) > 5)) {
      state.lasso ||= [down.at];
      state.lasso.push(at);
    } else return;
    draw();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!down) return;
    const { at, moves } = down, line = state.lasso;
    down = state.lasso = null;
    if (line) setList(data.ids.map((_, i) => i).filter((i) => visible(i) && inside(pixel(i), line)));
    else if (!moves) {
      const i = nearestTo(...at, event.pointerType === "touch" ? 22 : 12);
      canvas.focus({ preventScroll: true });
      if (i >= 0) { choose(i); hear(i); }
    }
    draw();
  });
  canvas.addEventListener("pointercancel", () => { down = state.lasso = null; draw(); });
  const zoom = (factor) => {
    if (factor && state.chosen >= 0 && there(state.chosen)) [state.x, state.y] = [0, 1].map((axis) => state.places[2 * state.chosen + axis] / 65000);
    state.zoom = factor ? Math.max(1, Math.min(30, state.zoom * factor)) : 1;
    if (state.zoom === 1) state.x = state.y = 0.5;
    draw();
  };
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const middle = () => nearestTo(size.width / 2, size.height / 2, 1e6);
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const now = state.chosen >= 0 && visible(state.chosen) ? state.chosen : -1, { key } = event;
    if (key in ARROWS) {
      const next = now < 0 ? middle() : beside(...ARROWS[key]);
      if (next >= 0) choose(next);
    } else if (key === "Enter" || key === " ") {
      const i = now < 0 ? middle() : now;
      if (i >= 0) { if (now < 0) choose(i); hear(i); }
    } else if (key === "x" || key === "X") {
      if (now >= 0) setList(state.list.includes(now) ? state.list.filter((i) => i !== now) : [...state.list, now]);
    } else if (key === "+" || key === "=") zoom(1.5);
    else if (key === "-") zoom(1 / 1.5);
    else if (key === "0") zoom(0);
    else if (key === "Escape") { sound?.audio.pause(); if (state.list.length) setList([]); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  for (const [role, factor] of [["in", 1.5], ["out", 1 / 1.5], ["all", 0]]) part(role).addEventListener("click", () => zoom(factor));
  part("finger").addEventListener("click", (event) => {
    const on = canvas.style.touchAction !== "none";
    canvas.style.touchAction = on ? "none" : "";
    event.currentTarget.setAttribute("aria-pressed", String(on));
  });
  let lastFind = "";
  part("find").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const wanted = event.target.value.trim().toLowerCase();
    const hits = wanted ? data.ids.map((_, i) => i).filter((i) => label(i).toLowerCase().includes(wanted)) : [];
    if (!hits.length) return void (status.textContent = `nothing is called “${event.target.value}”`);
    const i = wanted === lastFind ? hits[(hits.indexOf(state.chosen) + 1) % hits.length] : hits[0];
    lastFind = wanted;
    choose(i);
    status.textContent += ` · ${hits.indexOf(i) + 1} of ${hits.length} found, Enter for the next`;
  });

  // --- menus
  const change = () => {
    state.space = spaces[part("space").value];
    state.other = spaces[part("other").value];
    const colour = data.colours[part("colour").value];
    if (colour !== state.colour) state.hidden.clear();
    state.colour = colour;
    root.querySelector(".genrelab-about").textContent = state.space.about;
    recolour();
    showLegend();
    showNeighbours();
    showOdd();
    showList();
    describe();
    go();
  };
  for (const role of ["space", "map", "colour", "other"]) part(role).addEventListener("change", change);
  new ResizeObserver(() => {
    Object.assign(size, { width: canvas.clientWidth, height: canvas.clientHeight });
    const enlarged = size.width ? canvas.getBoundingClientRect().width / size.width : 1; // by CSS; hidden, it has no size
    density = devicePixelRatio * enlarged;
    canvas.width = Math.round(size.width * density);
    canvas.height = Math.round(size.height * density);
    draw();
  }).observe(canvas);
  sound?.audio.addEventListener("ended", () => { state.sounding = -1; draw(); });
  for (const event of ["play", "pause", "ended"]) sound?.audio.addEventListener(event, describe);
  Object.assign(root, { explorer: { state, pixel: (track) => pixel(data.ids.indexOf(track)), chosen: () => data.ids[state.chosen], clips: () => data.clips } });
  change();
  root.dataset.ready = "1";
}
