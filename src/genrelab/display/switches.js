// Checkboxes whose state names a column of precomputed numbers; a bar for each run moves there.
function switches(root, data) {
  const boxes = [...root.querySelectorAll("input")];
  const bars = [...root.querySelectorAll(".genrelab-run")];
  const said = root.querySelector("[role=status]");
  const percent = (x) => (100 * x).toFixed(2) + "%";
  const show = () => {
    const state = boxes.map((box) => (box.checked ? "1" : "0")).join("");
    const off = "0".repeat(boxes.length);
    const told = bars.map((bar, n) => {
      const [value, low, high] = data.runs[n][state];
      bar.querySelector(".genrelab-value").style.width = percent(value);
      const span = bar.querySelector(".genrelab-span");
      span.style.left = percent(low);
      span.style.width = percent(high - low);
      bar.querySelector("b").textContent = value.toFixed(3);
      const gained = value - data.runs[n][off][0];
      const sign = gained < 0 ? "−" : "+";
      return `${data.names[n]}: ${value.toFixed(3)} (${sign}${Math.abs(gained).toFixed(3)})`;
    });
    said.textContent = `${data.what}, ${told.join("; ")}`;
  };
  for (const box of boxes) {
    box.checked = false; // some browsers bring back how a page was left
    box.addEventListener("change", show);
  }
  show();
}
