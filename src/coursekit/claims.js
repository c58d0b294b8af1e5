(() => {
  const place = document.getElementById("claims");
  const chosen = ["paper", "verdict", "metric"].map((name) =>
    [name, place.querySelector("#claims-" + name)]);
  const rows = [...place.querySelectorAll("tr[data-paper]")];
  const status = place.querySelector("#claims-status");
  const filter = () => {
    let shown = 0;
    for (const row of rows) {
      const fits = chosen.every(([name, select]) =>
        !select.value || row.dataset[name] === select.value);
      row.hidden = !fits;
      shown += fits;
    }
    status.textContent = shown + " of " + rows.length + " rows are shown.";
  };
  for (const [, select] of chosen) select.addEventListener("change", filter);
  filter();
})();
