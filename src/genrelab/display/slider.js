// Precomputed frames behind a range input: picture, numbers and sound of one step at a time, no kernel.
function frames(root, data) {
  const range = root.querySelector("input[type=range]");
  const shown = root.querySelector("output");
  const slides = [...root.querySelectorAll(".genrelab-slide")];
  const sound = player(root.querySelector(".genrelab-player") || document.createElement("div"));
  const missing = root.querySelector(".genrelab-mute");
  range.value = range.defaultValue; // some browsers bring back where a page was left
  let current = Number(range.value), turn = 0, pending = null;
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
    pending ||= { at: audio.currentTime, was: !audio.paused };
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
  range.addEventListener("input", change);
}
