// The guess is kept in localStorage, so a page opened from disk remembers it, too.
function predict(root, told) {
  const [range, shown, button, said] = ["input", "output", "button", "[role=status]"].map(tag => root.querySelector(tag));
  const key = `genrelab-guess:${told.number}`;
  let kept = null;
  try { kept = localStorage.getItem(key); } catch { said.textContent = "This browser keeps no guesses."; }
  if (kept !== null) { range.value = kept; said.textContent = "Kept."; }
  const show = () => {
    shown.textContent = `${range.value} ${told.unit}`;
    range.setAttribute("aria-valuetext", shown.textContent);
  };
  range.oninput = () => { show(); said.textContent = ""; };
  button.onclick = () => {
    try { localStorage.setItem(key, range.value); said.textContent = "Kept."; }
    catch { said.textContent = "This browser keeps no guesses."; }
    window.dispatchEvent(new CustomEvent("genrelab-guess", { detail: told.number }));
  };
  show();
}
