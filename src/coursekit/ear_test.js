// One clip at a time; answers are kept as they come, and nothing is told before the last.
function earTest(root, data) {
  const part = (role) => root.querySelector(`[data-role="${role}"]`);
  const stage = part("stage"), result = part("result"), said = part("said"), audio = root.querySelector("audio");
  earRoom(root, data);
  if (!stage) return;
  const store = earStore(`genrelab-ear:${data.id}`);
  const fresh = () => ({ answers: [], listener: `listener-${Math.floor(Math.random() * 36 ** 4).toString(36).padStart(4, "0")}` });
  let kept = store.read(), begun = 0;
  const fits = kept && Array.isArray(kept.answers) && kept.answers.length <= data.clips.length && kept.answers.every(([answer]) => answer in data.genres);
  if (!fits) kept = fresh();
  oneVoice();

  const play = (address) => earPlay(audio, said, address);
  const done = () => kept.answers.length === data.clips.length;
  const ask = (before = "") => {
    const n = kept.answers.length;
    begun = 0;
    audio.pause();
    stage.hidden = done();
    result.hidden = !done();
    part("back").disabled = n === 0;
    if (done()) return void finish();
    said.textContent = `${before}Clip ${n + 1} of ${data.clips.length}: ${data.conditions[data.clips[n][1]][1]}`;
  };
  const keep = (before) => {
    if (!store.write(kept)) before = "This browser keeps no answers: do not leave the page. ";
    ask(before);
    if (done()) result.querySelector("[tabindex]").focus();
    else part("play").focus();
  };
  const answer = (k) => {
    if (!begun) return void (said.textContent = `Play clip ${kept.answers.length + 1} first.`);
    kept.answers.push([k, Math.round((performance.now() - begun) / 100) / 10]);
    keep("");
  };
  const listen = () => {
    begun ||= performance.now();
    play(data.sounds[kept.answers.length]);
  };
  const takeBack = () => {
    if (kept.answers.length && !done()) { kept.answers.pop(); keep("Taken back. "); }
  };
  part("play").addEventListener("click", listen);
  part("back").addEventListener("click", takeBack);
  for (const button of stage.querySelectorAll("[data-answer]")) button.addEventListener("click", () => answer(Number(button.dataset.answer)));
  // Space on a button presses that button, as everywhere; the focus is on “Play” at first and after each answer.
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const digit = "1234567890".indexOf(event.key);
    if (event.key.length === 1 && digit >= 0 && digit < data.genres.length) answer(digit);
    else if (event.key === "Backspace") takeBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // --- the end
  const finish = () => {
    const key = earKey(data), all = data.clips.map((_, k) => k), answers = kept.answers.map(([k]) => k);
    const hits = (clips) => clips.filter((k) => answers[k] === key.truth[k]).length;
    const groups = [...data.conditions.map(([, label], c) => [label, all.filter((k) => data.clips[k][1] === c)]).filter(([, clips]) => clips.length), ["all", all]];
    const right = hits(all), n = all.length;
    store.write({ ...kept, result: groups.map(([label, clips]) => [data.conditions.find(([, long]) => long === label)?.[0] ?? label, hits(clips), clips.length]) });
    window.dispatchEvent(new CustomEvent("genrelab-ear", { detail: data.id }));
    const systems = earSystems(data, key, all);
    const rows = groups.map(([label, clips]) => [label, `${hits(clips)} of ${clips.length}`, earShare(hits(clips), clips.length),
      ...earSystems(data, key, clips).map((one) => `${one.right} of ${one.known}`)]);
    const name = earMake("input", { type: "text", value: kept.listener, maxlength: "40", "data-lm-suppress-shortcuts": "true" });
    name.addEventListener("input", () => { kept.listener = name.value.trim() || "listener"; store.write({ ...store.read(), listener: kept.listener }); });
    const button = (text, then) => {
      const made = earMake("button", { type: "button", "data-lm-suppress-shortcuts": "true" }, text);
      made.addEventListener("click", then);
      return made;
    };
    const again = all.map((k) => [String(k + 1), data.conditions[data.clips[k][1]][0], data.genres[answers[k]], data.genres[key.truth[k]],
      ...systems.map((one) => data.genres[one.said[k]] ?? "–"), button(`▶ ${key.track[k]}`, () => play(data.sounds[k]))]);
    result.replaceChildren(
      earMake("p", { class: "genrelab-outcome", tabindex: "-1" }, `You: ${right} of ${n} right, ${earShare(right, n)}`),
      earMake("p", {}, `In brackets: 95 % interval by Wilson's score. By chance ${(n / data.genres.length).toFixed(1)} would be right. The systems have heard the whole of the same tracks; you have not.`),
      earTable("Right answers by what was heard", ["heard", "you", "share", ...data.systems], rows),
      earMake("div", { class: "genrelab-side" }, earMatrix(`You: ${right} of ${n} right`, earCount(key.truth, answers, data.genres.length), data.genres),
        ...systems.map((one) => earMatrix(`${one.name}: ${one.right} of ${one.known} right`, earCount(one.truth, one.said, data.genres.length), data.genres))),
      earMake("details", {}, earMake("summary", { "data-lm-suppress-shortcuts": "true" }, "Hear them again, with the answers"),
        earTable("All clips", ["clip", "heard", "you", "is", ...data.systems, "sound"], again)),
      earMake("p", {}, earMake("label", {}, "name in the file ", name)),
      earMake("p", {}, button("Download my answers (CSV)", () => download(key, answers)), " ", button("Start again", restart)),
    );
  };
  const download = (key, answers) => {
    const cell = (text) => (/[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = data.clips.map(([id, condition], k) =>
      [kept.listener, id, data.conditions[condition][0], data.genres[key.truth[k]], data.genres[answers[k]], String(kept.answers[k][1])].map(cell).join(","));
    const file = new Blob([["listener,clip,condition,truth,answer,seconds", ...lines, ""].join("\n")], { type: "text/csv" });
    const link = earMake("a", { href: URL.createObjectURL(file), download: `answers-${kept.listener.replace(/[^A-Za-z0-9_-]+/g, "-")}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const restart = () => {
    if (!window.confirm("Forget your answers and start again? The clips will be the same, so it will not be a first hearing any more.")) return;
    kept = fresh();
    store.write(null);
    window.dispatchEvent(new CustomEvent("genrelab-ear", { detail: data.id }));
    ask("Started again. ");
    part("play").focus();
  };
  ask();
  root.dataset.ready = "1";
}
