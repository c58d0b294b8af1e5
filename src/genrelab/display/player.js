// One sound at a time on the whole page, whoever starts it.
function oneVoice() {
  if (window.genrelabVoice) return;
  window.genrelabVoice = { sounding: null };
  document.addEventListener("play", (event) => {
    const voice = window.genrelabVoice;
    for (const other of [voice.sounding, ...document.querySelectorAll("audio")]) {
      if (other && other !== event.target && !other.paused) other.pause();
    }
    voice.sounding = event.target;
  }, true);
}

// Jupyter's server cannot send parts of a file, so nothing in it could be sought: over http the small file is taken
// whole before it plays. From disk, and embedded, sound can be sought as it is.
const taken = new WeakMap();
function whole(audio) {
  const address = audio.src;
  if (!/^https?:/.test(address)) return Promise.resolve();
  if (taken.get(audio)?.address !== address) taken.set(audio, { address, done: take(audio, address) });
  return taken.get(audio).done;
}
async function take(audio, address) {
  try {
    const reply = await fetch(address, { credentials: "same-origin" });
    if (!reply.ok) return;
    const sound = await reply.blob();
    if (audio.src !== address) return;
    const at = audio.currentTime;
    audio.dataset.first ||= address;
    audio.dataset.address = address;
    audio.src = URL.createObjectURL(sound);
    if (at) audio.currentTime = at;
  } catch {
    // played from its address then
  }
}

// Put another file of the same folder into an <audio>. JupyterLab rewrites the address of the first one after the
// script has run, so it is read as late as possible and only its last part is exchanged.
function swap(audio, clip) {
  if (audio.src.startsWith("blob:")) URL.revokeObjectURL(audio.src);
  else audio.dataset.first ||= audio.src;
  delete audio.dataset.address;
  if (clip.startsWith("data:")) {
    audio.src = clip;
    return;
  }
  const address = new URL(audio.dataset.first, location.href);
  address.pathname = address.pathname.replace(/[^/]*$/, encodeURIComponent(clip.split("/").pop()));
  audio.src = address.href;
}

const ICONS = { play: "M5 3.2v9.6l8-4.8z", pause: "M4 3h3v10H4zM9 3h3v10H9z" };

// Own controls around a native <audio>: a button, a place to seek (the spectrogram, or a thin bar), the time.
function player(root) {
  const audio = root.querySelector("audio");
  if (!audio) return null;
  oneVoice();
  const state = { seconds: Number(root.dataset.seconds) || 0, label: root.dataset.label || "sound" };
  const picture = root.querySelector(".genrelab-picture");
  const make = (tag, name) => Object.assign(document.createElement(tag), { className: name });
  const button = make("button", "genrelab-button");
  button.type = "button";
  const place = picture || make("div", "genrelab-bar");
  const cursor = make("span", "genrelab-cursor");
  const time = make("span", "genrelab-time");
  const row = make("div", "genrelab-row");
  place.append(cursor);
  row.append(button, ...(picture ? [] : [place]), time);
  audio.after(row);
  audio.removeAttribute("controls");
  Object.entries({ tabindex: "0", role: "slider", "aria-valuemin": "0" }).forEach((pair) => place.setAttribute(...pair));
  // JupyterLab takes keys away from whatever has the focus unless that very element says otherwise
  for (const one of [button, place]) one.setAttribute("data-lm-suppress-shortcuts", "true");

  const length = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : state.seconds);
  const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  const shown = (s) => `${s.toFixed(1)} of ${length().toFixed(1)} seconds`;
  const draw = () => {
    const part = length() ? Math.min(1, audio.currentTime / length()) : 0;
    cursor.style.left = `${100 * part}%`;
    place.style.setProperty("--genrelab-part", `${100 * part}%`);
    root.classList.toggle("genrelab-begun", audio.currentTime > 0);
    time.textContent = state.missing ? "sound not found" : `${clock(audio.currentTime)} / ${clock(Math.round(length()))}`;
    place.setAttribute("aria-valuenow", audio.currentTime.toFixed(1));
    place.setAttribute("aria-valuemax", length().toFixed(1));
    place.setAttribute("aria-valuetext", shown(audio.currentTime));
  };
  const name = () => {
    const verb = audio.paused ? "Play" : "Pause";
    button.setAttribute("aria-label", `${verb} ${state.label}`);
    button.innerHTML =
      `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${audio.paused ? ICONS.play : ICONS.pause}"/></svg>`;
    place.setAttribute("aria-label", `Position in ${state.label}`);
    root.classList.toggle("genrelab-sounding", !audio.paused);
  };
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const follow = () => {
    draw();
    if (!audio.paused && !still.matches) requestAnimationFrame(follow);
  };
  const complain = () => {
    state.missing = true;
    draw();
    name();
  };
  const start = async () => {
    const sounding = window.genrelabVoice.sounding;
    if (sounding && !sounding.isConnected) sounding.pause();
    await whole(audio);
    return audio.play().catch((error) => { if (error.name !== "AbortError") complain(); });
  };
  const seek = async (seconds) => {
    audio.currentTime = Math.max(0, Math.min(length() - 0.05, seconds));
    const wanted = audio.currentTime;
    draw();
    await whole(audio);
    if (Math.abs(audio.currentTime - wanted) > 0.3) audio.currentTime = wanted;
    draw();
  };
  const seekTo = (event) => {
    const box = place.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * length());
  };
  let dragging = false;
  place.addEventListener("pointerdown", (event) => {
    dragging = true;
    place.setPointerCapture(event.pointerId);
    seekTo(event);
    start();
  });
  place.addEventListener("pointermove", (event) => dragging && seekTo(event));
  for (const end of ["pointerup", "pointercancel"]) place.addEventListener(end, () => { dragging = false; });
  place.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -0.5, ArrowDown: -0.5, ArrowRight: 0.5, ArrowUp: 0.5, Home: -1e6, End: 1e6 };
    if (event.key in steps) seek(audio.currentTime + steps[event.key]);
    else if (event.key === " " || event.key === "Enter") toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const toggle = () => (audio.paused ? start() : audio.pause());
  button.addEventListener("click", toggle);
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, () => { name(); follow(); });
  for (const event of ["timeupdate", "seeked", "loadedmetadata", "emptied"]) audio.addEventListener(event, draw);
  audio.addEventListener("loadstart", () => { state.missing = false; }); // another file, or the same once more
  audio.addEventListener("error", () => audio.getAttribute("src") && complain());
  name();
  draw();
  return {
    audio,
    start,
    toggle,
    name(label) {
      state.label = label;
      name();
    },
  };
}

function players(root) {
  root.querySelectorAll(".genrelab-player").forEach(player);
}
