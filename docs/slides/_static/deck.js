// Slides fill the window and are laid out by CSS: reveal's own scaling would move maps away from under the pointer.
// What has the focus keeps the keys that it uses itself; a presenter's remote (PageUp, PageDown) always turns the slide.
function turns(event) {
  if (event.target.closest(".js-plotly-plot, .genrelab-explorer, input, select, [role=listbox]")) return false
  return event.key !== " " || !event.target.closest("button, a, summary")
}

// Here, and not by reveal, which leaves all keys to an input that has the focus.
addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Page") || event.ctrlKey || event.altKey || event.metaKey) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (event.key === "PageDown") Reveal.next()
  else Reveal.prev()
}, { capture: true })

// The window for speakers takes notes as HTML: paragraphs stay paragraphs.
for (const notes of document.querySelectorAll("aside.notes")) {
  notes.replaceChildren(...notes.textContent.split("\n\n").map((text) => {
    const paragraph = document.createElement("p")
    paragraph.textContent = text
    return paragraph
  }))
}

// What holds the answer comes with the next key.
for (const cell of document.querySelectorAll(".tag_later")) {
  cell.classList.add("fragment")
  cell.dataset.fragmentIndex = 0  // all of a slide at once
}

const still = matchMedia("(prefers-reduced-motion: reduce)").matches
Reveal.initialize({
  plugins: [RevealNotes],
  disableLayout: true,
  keyboardCondition: turns,
  hash: true,
  slideNumber: "c/t",
  transition: still ? "none" : "fade",
  transitionSpeed: "fast",
  backgroundTransition: "none",
})

// A map drawn on a hidden slide has no size: it gets one, and letters that can be read from afar, when its slide comes.
function fit() {
  const slide = Reveal.getCurrentSlide()
  const letters = parseFloat(getComputedStyle(slide).fontSize)
  for (const plot of slide.querySelectorAll(".js-plotly-plot")) {
    if (plot.dataset.fitted || !plot.layout) continue
    plot.dataset.fitted = true
    const room = Math.max(300, innerHeight - plot.getBoundingClientRect().top - 7.8 * letters)  // the player stands below
    const font = 0.8 * letters
    plot.style.height = `${room}px`
    Plotly.relayout(plot, {
      "font.size": font, "title.text": "", "hoverlabel.font.size": font, "legend.font.size": font,
      "xaxis.title.font.size": font, "yaxis.title.font.size": font, "margin.t": 2.5 * font, "legend.x": 0,
      "legend.y": 1.01, "legend.yanchor": "bottom", "annotations[0].font.size": 24,
      height: room, width: plot.parentElement.clientWidth, autosize: false,
    })
  }
}

// A figure fills what is left of the height, as large as all of the slide still fits the window.
function enlarge() {
  const slide = Reveal.getCurrentSlide()
  for (const image of slide.querySelectorAll(".genrelab-still img")) {
    image.style.width = "auto"
    image.style.objectFit = "contain"
    let height = 0.85 * innerHeight
    for (let tries = 0; tries < 4; tries++) {
      image.style.height = `${height}px`
      const over = slide.scrollHeight - slide.clientHeight
      if (over <= 0) break
      height = Math.max(100, height - over - 2)
    }
  }
}

// A slide that is longer than the window can be scrolled by keys.
function scrollable() {
  const slide = Reveal.getCurrentSlide()
  if (slide.scrollHeight > slide.clientHeight + 1) slide.tabIndex = 0
}

// Sound ends with its slide.
function leave() {
  document.querySelectorAll("audio").forEach((player) => player.pause())
}

Reveal.on("ready", () => { fit(); enlarge(); scrollable() })
Reveal.on("slidechanged", () => { leave(); fit(); enlarge(); scrollable() })
addEventListener("resize", () => {
  document.querySelectorAll("[data-fitted]").forEach((plot) => delete plot.dataset.fitted)
  fit()
  enlarge()
})
