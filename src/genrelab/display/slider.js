// Precomputed frames behind a range input: picture, numbers and sound of one step at a time, no kernel.
const PACE = { silent: 900, sounding: 2600 }; // milliseconds for which a step stays when all are played

function still(root) {
  holes(root);
  players(root);
}

function frames(root, data) {
  holes(root);
  const range = root.querySelector("input[type=range]");
  const button = root.querySelector(".genrelab-control button");
  const shown = root.querySelector("output");
  const slides = [...root.querySelectorAll(".genrelab-slide")];
  const sound = player(root.querySelector(".genrelab-player") || document.createElement("div"));
  const missing = root.querySelector(".genrelab-mute");
  range.value = range.defaultValue; // some browsers bring back where a page was left
  let current = Number(range.value), turn = 0, pending = null, timer = null;
  const change = () => {
    const step = Number(range.value);
    if (step === current) return;
    current = step;
    shown.textContent = data.labels[step];
    range.setAttribute("aria-valuetext", data.labels[step]);
    slides.forEach((slide) => slide.classList.toggle("genrelab-on", Number(slide.dataset.step) === step));
    if (sound) exchange(step);
  };
  // the sound goes on at the same place; only the last of several quick moves counts
  const exchange = async (step) => {
    const { audio } = sound;
    const mine = ++turn;
    const clip = data.sounds[step];
    sound.name(data.labels[step]);
    if (missing) missing.hidden = Boolean(clip);
    pending ||= { at: audio.currentTime, was: !audio.paused || timer !== null };
    if (!clip) {
      audio.pause();
      return;
    }
    swap(audio, clip);
    if (pending.was) await whole(audio);
    if (mine !== turn) return;
    const { at, was } = pending;
    pending = null;
    audio.currentTime = at < data.seconds[step] - 0.05 ? at : 0;
    if (was) sound.start();
  };

  // the button plays all steps, from the first one when it stands at the last
  const draw = () => {
    button.setAttribute("aria-label", timer === null ? "Play all steps" : "Stop");
    button.innerHTML =
      `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${timer === null ? ICONS.play : ICONS.pause}"/></svg>`;
  };
  const stop = () => {
    clearTimeout(timer);
    timer = null;
    sound?.audio.pause();
    draw();
  };
  const next = () => {
    if (current === data.labels.length - 1 || !root.isConnected) return stop();
    wait();
    range.value = current + 1;
    change();
  };
  const wait = () => {
    timer = setTimeout(next, sound ? PACE.sounding : PACE.silent);
  };
  const play = () => {
    if (timer !== null) return stop();
    wait();
    draw();
    if (current === data.labels.length - 1) range.value = 0;
    if (sound && data.sounds[Number(range.value)] && Number(range.value) === current) sound.start();
    change();
  };
  button.addEventListener("click", play);
  range.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    play();
  });
  range.addEventListener("input", () => {
    clearTimeout(timer); // a hand on the slider ends the play; what sounds goes on
    timer = null;
    draw();
    change();
  });
  sound?.audio.addEventListener("pause", () => {
    // paused by its own button, or because another sound began; not when its clip is exchanged or has ended
    if (timer !== null && !pending && !sound.audio.ended) stop();
  });
  draw();
}
