// Choosing an option shows its feedback below the question.
function quiz(root) {
  for (const box of root.querySelectorAll("fieldset")) {
    box.onchange = event => {
      const said = box.querySelector("p");
      said.textContent = event.target.dataset.feedback;
      said.className = event.target.dataset.state;
    };
  }
}
