"""The decks, opened from disk with the network blocked: legible from the last row, moved by keys,
and heard."""

import pytest
from browsing import SOUNDING, click_point, heard, opened, serious_violations

from coursekit.slides import build_slides, plans

pytestmark = pytest.mark.browser
NAMES = [plan.name for plan in plans()]

# Sizes of all letters on the slide in px, smaller than 18 pt; widgets are enlarged by `zoom`.
SMALL = """(() => {
  const small = [], walk = document.createTreeWalker(Reveal.getCurrentSlide(), NodeFilter.SHOW_TEXT)
  for (let text; (text = walk.nextNode());) {
    const at = text.parentElement
    if (!text.textContent.trim() || !at.checkVisibility() ||
        at.closest("aside, style, script, svg")) continue
    let size = parseFloat(getComputedStyle(at).fontSize)
    for (let up = at; up; up = up.parentElement) size *= parseFloat(getComputedStyle(up).zoom) || 1
    if (size < 23.9) small.push([Math.round(size), text.textContent.trim().slice(0, 40)])
  }
  return small
})()"""


@pytest.fixture(scope="session")
def decks(site):
    """The decks, made from the pages of the site."""
    return build_slides(site.parent, say=lambda line: None).index.parent


@pytest.fixture
def turn_to(chromium, decks):
    def turn_to(name, slide=0):
        return opened(
            chromium,
            (decks / f"{name}.html").as_uri() + f"#/{slide}",
            ["file:"],
            width=1920,
            height=1080,
        )

    return turn_to


def slide_with(name, kind):
    """Return the place of the first slide that shows an output; the title comes first."""
    plan = next(plan for plan in plans() if plan.name == name)
    return 1 + next(place for place, slide in enumerate(plan.slides) if kind in slide.show)


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_is_legible_and_accessible(turn_to, name):
    plan = next(plan for plan in plans() if plan.name == name)
    with turn_to(name) as page:
        page.wait_for_function("Reveal.isReady()")
        assert page.evaluate("Reveal.getTotalSlides()") == len(plan.slides) + 1
        for place, slide in enumerate(["title", *plan.slides]):
            page.evaluate(f"Reveal.slide({place}, 0, 99)")  # with all that comes by a later key
            page.wait_for_timeout(250)
            assert page.evaluate(SMALL) == [], slide
            for side in ("Width", "Height"):  # nothing has to be scrolled
                over = f"(s => s.scroll{side} - s.client{side})(Reveal.getCurrentSlide())"
                assert page.evaluate(over) <= 1, (slide, side)
            pictures = page.evaluate(
                "[...Reveal.getCurrentSlide().querySelectorAll('.genrelab-still img')]"
                ".map(i => [i.alt.length, i.getBoundingClientRect().width / (i.naturalWidth / "
                "150)])"
            )
            # 12 pt: 20 px or more
            assert all(alt > 20 and scale >= 120 for alt, scale in pictures), (slide, pictures)
            assert serious_violations(page) == [], slide
        assert page.evaluate("Reveal.isLastSlide()")


NUMBERS = {"finding", "guess", "print", "still", "switches", "table"}


@pytest.mark.parametrize("name", NAMES)
def test_every_number_names_its_music(turn_to, name):
    plan = next(plan for plan in plans() if plan.name == name)
    silent = []
    with turn_to(name) as page:
        page.wait_for_function("Reveal.isReady()")
        for place, slide in enumerate(plan.slides, 1):
            if NUMBERS & set(slide.kinds):
                words = page.evaluate(f"Reveal.getSlide({place}).innerText")
                if not any(name in words for name in ("GTZAN", "music that you hear", "no music")):
                    silent.append((place, slide.section))
    assert silent == []


def test_keys_turn_slides_and_leave_widgets_their_own(turn_to):
    name = "1_distances"
    slides = next(plan for plan in plans() if plan.name == name).slides
    # the next one must not keep its answer for a key of its own
    place = 1 + next(place for place, slide in enumerate(slides)
                     if "listen" in slide.show and not slides[place + 1].hide)
    with turn_to(name, place) as page:
        page.wait_for_function("Reveal.isReady()")
        at = "Reveal.getIndices().h"
        page.evaluate("Reveal.getCurrentSlide().querySelector('button').focus()")
        page.keyboard.press("Space")
        heard(page)
        assert page.evaluate(at) == place
        page.keyboard.press("PageDown")
        page.wait_for_function(f"{at} === {place + 1}")
        page.wait_for_function(f"{SOUNDING}.length === 0")  # sound ends with its slide
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"{at} === {place + 2}")


def test_a_slider_keeps_its_arrows(turn_to):
    place = slide_with("1_distances", "slider:1")
    with turn_to("1_distances", place) as page:
        page.wait_for_function("Reveal.isReady()")
        page.evaluate("Reveal.getCurrentSlide().querySelector('input[type=range]').focus()")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("Reveal.getIndices().h") == place
        assert page.evaluate("document.activeElement.value") == "1"
        page.keyboard.press("PageDown")  # a presenter's remote turns the slide all the same
        page.wait_for_function(f"Reveal.getIndices().h === {place + 1}")
        page.keyboard.press("PageUp")
        page.wait_for_function(f"Reveal.getIndices().h === {place}")
        assert page.evaluate("document.querySelector('.present input[type=range]').value") == "1"


def test_the_map_on_a_slide_is_clicked_and_heard(turn_to):
    with turn_to("1_distances", slide_with("1_distances", "sound_map")) as page:
        page.wait_for_selector(".genrelab-sound_map[data-ready]", state="attached")
        page.wait_for_selector(".js-plotly-plot[data-fitted]")
        click_point(page, 0, 3)
        heard(page)


def test_a_point_of_the_explorer_is_where_it_is_clicked(turn_to):
    with turn_to("5_equal_ground", slide_with("5_equal_ground", "explorer")) as page:
        page.wait_for_selector(".genrelab-explorer[data-ready]")
        box = page.evaluate(
            """(() => {
              const root = document.querySelector(".genrelab-explorer")
              const canvas = root.querySelector("canvas")
              const at = canvas.getBoundingClientRect(), bottom = innerHeight
              return [at.left, at.top, at.width / canvas.clientWidth, at.bottom <= bottom]
            })()"""
        )
        left, top, zoom, fits = box
        assert fits and zoom > 1.5
        for track in ("classical.00004", "metal.00003", "pop.00007"):
            x, y = page.evaluate(
                "t => document.querySelector('.genrelab-explorer').explorer.pixel(t)", track
            )
            page.mouse.click(left + zoom * x, top + zoom * y)
            near = page.evaluate(
                """t => {
                  const {pixel, chosen} = document.querySelector(".genrelab-explorer").explorer
                  const [a, b] = [pixel(t), pixel(chosen())]
                  return Math.hypot(a[0] - b[0], a[1] - b[1])
                }""",
                track,
            )
            assert near < 4, track  # where two points lie on each other, either


def test_what_holds_the_answer_comes_with_the_next_key(turn_to):
    plan = next(plan for plan in plans() if plan.name == "5_equal_ground")
    place = 1 + next(place for place, slide in enumerate(plan.slides) if slide.hide)
    with turn_to(plan.name, place) as page:
        page.wait_for_function("Reveal.isReady()")
        later = (
            "[...Reveal.getCurrentSlide().querySelectorAll('.tag_later')].map(e => "
            "getComputedStyle(e).visibility)"
        )
        assert page.evaluate(later) == ["hidden"] * len(plan.slides[place - 1].show)
        page.keyboard.press("PageDown")
        page.wait_for_function(f"{later}.every(one => one === 'visible')")
        assert page.evaluate("Reveal.getIndices().h") == place


def test_notes_hold_minutes_and_the_question_before_the_rest(turn_to):
    plan = plans()[0]
    with turn_to(plan.name, 2) as page:
        page.wait_for_function("Reveal.isReady()")
        slide, asked = (
            plan.slides[1],
            "Reveal.getCurrentSlide().querySelector('.ask').textContent.trim()",
        )
        paragraphs = (
            "[...Reveal.getCurrentSlide().querySelectorAll('aside.notes p')].map(p => p.innerText)"
        )
        minutes, ask, say = page.evaluate(paragraphs)
        assert (
            f"of {plan.minutes:g} are gone" in minutes
            and slide.ask in ask
            and say.split() == slide.say.split()
        )
        assert page.evaluate(asked) == slide.ask


def test_the_first_page_leads_to_all_decks(turn_to):
    with turn_to("index") as page:
        addresses = page.locator("a[href$='.html']").evaluate_all("links => links.map(a => "
                                                                  "a.getAttribute('href'))")
        assert [f"{name}.html" for name in NAMES] == addresses
