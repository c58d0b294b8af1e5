// On a dark page figures are turned from light to dark (base.css); spectrograms and the like, dark as they are, are laid
// over them unturned.
function holes(root) {
  if (root.closest(".reveal")) return; // slides are light
  for (const image of root.querySelectorAll("img[data-dark]")) {
    const unturned = Object.assign(image.cloneNode(), { className: "genrelab-unturned", alt: "" });
    unturned.style.clipPath = `polygon(${image.dataset.dark})`;
    image.after(unturned);
  }
}
