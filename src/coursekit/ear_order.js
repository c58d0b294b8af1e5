// Versions under letters, moved up and down by buttons; what they are is told after “Compare”.
function earOrder(root, data) {
  root.dataset.answers = data.guess; // the bet covers what follows to the end of this section, no further
  const list = root.querySelector("ol"), audio = root.querySelector("audio");
  if (!list) return;
  const said = root.querySelector("[data-role=said]"), result = root.querySelector("[data-role=result]");
  const does = (what) => root.querySelector(`[data-do=${what}]`);
  const letters = [...data.letters], store = earStore(`genrelab-order:${data.id}`);
  const order = () => [...list.children].map((item) => item.dataset.letter);
  const kept = store.read() ?? {}, heard = new Set(kept.heard ?? []);
  let compared = Boolean(kept.compared);
  if (Array.isArray(kept.order) && [...kept.order].sort().join("") === data.letters) {
    list.append(...kept.order.map((letter) => list.querySelector(`[data-letter=${letter}]`)));
  }
  oneVoice();
  const keep = () => store.write({ order: order(), heard: [...heard], compared });
  const ends = () => {
    for (const item of list.children) {
      item.querySelector("[data-do=up]").disabled = compared || item === list.firstElementChild;
      item.querySelector("[data-do=down]").disabled = compared || item === list.lastElementChild;
    }
    does("compare").disabled = compared;
    does("again").hidden = !compared;
  };
  const play = (address) => earPlay(audio, said, address);
  const move = (item, up, button) => {
    if (up) item.previousElementSibling.before(item);
    else item.nextElementSibling.after(item);
    ends();
    (button.disabled ? item.querySelector(`[data-do=${up ? "down" : "up"}]`) : button).focus();
    said.textContent = `${item.dataset.letter} is now number ${order().indexOf(item.dataset.letter) + 1} of ${letters.length}.`;
    keep();
  };

  // ranks, equal values sharing theirs; Spearman's is the correlation of ranks, Kendall's counts pairs (tau-b)
  const ranks = (values) => values.map((v) => values.filter((w) => w < v).length + (values.filter((w) => w === v).length + 1) / 2);
  const spearman = (x, y) => {
    const [a, b] = [ranks(x), ranks(y)], mean = (x.length + 1) / 2;
    const sum = (u, v) => u.reduce((all, one, k) => all + (one - mean) * (v[k] - mean), 0);
    return sum(a, b) / Math.sqrt(sum(a, a) * sum(b, b));
  };
  const kendall = (x, y) => {
    let agree = 0, inX = 0, inY = 0;
    for (let i = 0; i < x.length; i++) for (let j = 0; j < i; j++) {
      const [a, b] = [Math.sign(x[i] - x[j]), Math.sign(y[i] - y[j])];
      agree += a * b;
      inX += a * a;
      inY += b * b;
    }
    return agree / Math.sqrt(inX * inY);
  };
  const signed = (x) => (Number.isFinite(x) ? x.toFixed(2).replace("-", "−") : "–");
  const guessed = () => {
    try { return data.guess && localStorage.getItem(`genrelab-guess:${data.guess}`); } catch { return null; }
  };
  const compare = () => {
    const key = earKey(data), own = order(), places = letters.map((letter) => own.indexOf(letter));
    const metrics = key.distances, orders = metrics.map(([, d]) => letters.map((_, k) => k).sort((a, b) => d[a] - d[b]));
    const name = (letter) => `${letter}: ${key.names[letters.indexOf(letter)]}`;
    const { spearman: rho, kendall: tau } = data.chance;
    try { if (data.guess) localStorage.setItem(`genrelab-truth:${data.guess}`, spearman(places, metrics[0][1]).toFixed(2)); } catch { /* no bets are kept here */ }
    result.replaceChildren(
      earTable("From nearest to farthest", ["", "you", ...metrics.map(([metric]) => metric)],
        own.map((letter, place) => [String(place + 1), name(letter), ...orders.map((one) => name(letters[one[place]]))])),
      earTable("Correlation of your order with theirs", ["", ...metrics.map(([metric]) => metric)], [
        ["Spearman's ρ", ...metrics.map(([, d]) => signed(spearman(places, d)))],
        ["Kendall's τ", ...metrics.map(([, d]) => signed(kendall(places, d)))]]),
      ...(guessed() ? [earMake("p", {}, `Your guess for ${metrics[0][0]}: ρ = ${signed(Number(guessed()))}.`)] : []),
      earMake("p", { class: "genrelab-small" }, `1: the same order; −1: the reverse. Of all ${rho.of} orders of ${letters.length} things, ${rho.orders} have a ρ of ${rho.value.toFixed(2)} or more, in either direction, `
        + `and ${tau.orders} a τ of ${tau.value.toFixed(2)} or more. What is less far from 0 is not unlikely by chance (more than one order in twenty). One listener, one track.`),
    );
  };
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button"), item = event.target.closest("li");
    if (!button) return;
    if (button.dataset.do !== "play") return void move(item, button.dataset.do === "up", button);
    heard.add(item.dataset.letter);
    keep();
    play(data.sounds[1 + letters.indexOf(item.dataset.letter)]);
  });
  does("original").addEventListener("click", () => play(data.sounds[0]));
  does("compare").addEventListener("click", () => {
    const missing = letters.filter((letter) => !heard.has(letter));
    if (missing.length) return void (said.textContent = `Play them all first; not heard yet: ${missing.join(", ")}.`);
    compared = true;
    keep();
    ends();
    compare();
    said.textContent = "Compared.";
    does("again").focus();
  });
  does("again").addEventListener("click", () => {
    compared = false;
    heard.clear();
    list.append(...letters.map((letter) => list.querySelector(`[data-letter=${letter}]`)));
    result.replaceChildren();
    ends();
    keep();
    said.textContent = "Started again; you know now what the letters are.";
    does("original").focus();
  });
  ends();
  if (compared) compare();
  root.dataset.ready = "1";
}
