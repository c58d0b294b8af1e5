// One clip at a time, and each answer is met at once.
function earBlind(root, data) {
  const part = (role) => root.querySelector(`[data-role="${role}"]`);
  const said = part("said"), next = part("next"), audio = root.querySelector("audio");
  if (!audio) return;
  const buttons = [...root.querySelectorAll("[data-answer]")], key = earKey(data), n = data.sounds.length;
  let now = 0, right = 0, played = false, answered = false;
  oneVoice();
  const ask = () => {
    played = answered = false;
    next.hidden = true;
    buttons.forEach((button) => button.removeAttribute("data-state"));
    said.textContent = `Clip ${now + 1} of ${n}: play it, then press a genre.`;
  };
  const answer = (k) => {
    if (!played) return void (said.textContent = "Press Play first.");
    if (answered) return;
    const truth = key.truth[now], last = now === n - 1;
    answered = true;
    right += k === truth;
    buttons[k].dataset.state = "wrong";
    buttons[truth].dataset.state = "right";
    const met = k === truth ? `Yes, ${data.genres[truth]}.` : `You say ${data.genres[k]}, the label says ${data.genres[truth]}.`;
    const score = last ? ` ${right} of ${n} agree with the labels; guessing would give ${(n / data.genres.length).toFixed(1)}.` : "";
    said.textContent = `${met} It was ${key.track[now]}.${score}`;
    next.textContent = last ? "From the beginning" : "Next clip";
    next.hidden = false;
  };
  part("play").addEventListener("click", () => { played = true; earPlay(audio, said, data.sounds[now]); });
  next.addEventListener("click", () => {
    audio.pause();
    if (now === n - 1) right = 0;
    now = (now + 1) % n;
    ask();
    part("play").focus();
  });
  for (const button of buttons) button.addEventListener("click", () => answer(Number(button.dataset.answer)));
  ask();
  root.dataset.ready = "1";
}
