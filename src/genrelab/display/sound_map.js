// A plotly map whose points sound. The figure is an output of its own (JupyterLab draws it by mime type), found here
// by the mark in its layout and hooked again whenever it is drawn anew.
function soundMap(root, data) {
  const sound = player(root.querySelector(".genrelab-player") || document.createElement("div"));
  const status = root.querySelector(".genrelab-status");
  const sweep = root.querySelector("input[type=checkbox]");
  const ring = Object.assign(document.createElement("div"), { className: "genrelab-ring" });
  const state = { map: null, trace: -1, point: -1 };

  const drawn = () => [...document.querySelectorAll(".js-plotly-plot")].filter((plot) =>
    plot.layout?.meta?.genrelab === data.map &&
    plot.compareDocumentPosition(root) & Node.DOCUMENT_POSITION_FOLLOWING).pop();

  // every point that is shown, in pixels of the drawing
  const points = () => {
    const { xaxis, yaxis } = state.map._fullLayout;
    return state.map._fullData.flatMap((trace, number) => trace.visible !== true || !trace.customdata ? [] :
      Array.from(trace.x, (x, index) => ({
        trace: number, point: index, info: trace.customdata[index],
        x: xaxis._offset + xaxis.l2p(x), y: yaxis._offset + yaxis.l2p(trace.y[index]),
      })));
  };
  const chosen = () => points().find((p) => p.trace === state.trace && p.point === state.point);

  const place = () => {
    const point = state.map?._fullLayout && chosen();
    ring.hidden = !point;
    if (point) Object.assign(ring.style, { left: `${point.x}px`, top: `${point.y}px` });
  };
  const select = (point) => {
    Object.assign(state, { trace: point.trace, point: point.point });
    place();
    status.textContent = point.info[2];
    if (sound) sound.name(point.info[2]);
  };
  const play = (point) => {
    if (!sound || !point.info[1]) return;
    swap(sound.audio, point.info[1]);
    sound.start();
  };

  // the nearest point on that side: distance along the arrow counts once, beside it twice
  const neighbour = (dx, dy) => {
    const from = chosen();
    let best = null, least = Infinity;
    for (const to of points()) {
      const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
      const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
      if (along < 0.5 || aside > 2.5 * along + 1) continue;
      const cost = along + 2 * aside;
      if (cost < least) [best, least] = [to, cost];
    }
    return best;
  };
  const middle = () => {
    const { width, height } = state.map._fullLayout;
    const far = (p) => (p.x - width / 2) ** 2 + (p.y - height / 2) ** 2;
    return points().reduce((a, b) => (!a || far(b) < far(a) ? b : a), null);
  };

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const keys = (event) => {
    if (event.target !== state.map || event.ctrlKey || event.metaKey || event.altKey) return;
    const now = chosen();
    if (event.key in ARROWS) {
      const next = now ? neighbour(...ARROWS[event.key]) : middle();
      if (next) select(next);
    } else if (event.key === "Enter" || event.key === " ") {
      const point = now || middle();
      if (!point) return;
      if (sound && now && !sound.audio.paused && sound.audio.dataset.point === String(now.info[0])) sound.audio.pause();
      else { select(point); heard(point); }
    } else if (event.key === "Escape") {
      sound?.audio.pause();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const heard = (point) => {
    if (sound) sound.audio.dataset.point = String(point.info[0]);
    play(point);
  };
  const under = (event) => {
    const hit = event.points.find((p) => p.customdata);
    if (!hit) return null;
    return points().find((p) => p.trace === hit.curveNumber && p.point === hit.pointIndex);
  };

  const hook = (map) => {
    state.map = map;
    Object.entries({ tabindex: "0", role: "application", "aria-label": data.label, "data-lm-suppress-shortcuts": "true" })
      .forEach((pair) => map.setAttribute(...pair));
    map.classList.add("genrelab-map");
    map.style.position = "relative";
    map.append(ring);
    map.addEventListener("keydown", keys);
    map.addEventListener("focus", () => !chosen() && middle() && select(middle()));
    map.on("plotly_click", (event) => {
      const point = under(event);
      if (!point) return;
      map.focus({ preventScroll: true });
      select(point);
      heard(point);
    });
    map.on("plotly_hover", (event) => {
      const point = sweep?.checked && under(event);
      if (!point || (point.trace === state.trace && point.point === state.point)) return;
      select(point);
      heard(point);
    });
    for (const event of ["plotly_afterplot", "plotly_relayout", "plotly_relayouting"]) map.on(event, place);
    place();
    root.dataset.ready = "1";
  };
  const wake = () => {
    const map = drawn();
    if (map && map !== state.map && map.on && map._fullLayout) hook(map);
    else if (map && !map.contains(ring)) map.append(ring);
  };
  // A notebook that is opened again draws its outputs when it likes: the map is looked for until it has been there and is
  // gone, and at the latest when somebody presses it.
  document.addEventListener("pointerdown", wake, true);
  let seen = false, lonely = 0;
  const watch = () => {
    wake();
    seen ||= root.isConnected;
    lonely = root.isConnected || !seen ? 0 : lonely + 1;
    if (lonely < 60) setTimeout(watch, state.map?.isConnected || !seen ? 1000 : 100);
    else document.removeEventListener("pointerdown", wake, true);
  };
  watch();
}
