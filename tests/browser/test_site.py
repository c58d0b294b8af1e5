"""The built site, opened from disk with the network blocked: it sounds, moves, answers, and asks
nobody."""

import re
import time

import pytest
from browsing import (
    SOUNDING,
    click_point,
    click_track,
    heard,
    opened,
    serious_violations,
    skip_bets,
)

from genrelab.runtime import notebook_sources

pytestmark = pytest.mark.browser
ABOUT = ["claims", "teaching", "scaling", "glossary", "references", "minutes", "search"]
ABOUT += ["api", "api/models", "api/evaluation"]
PAGES = ["index", *ABOUT, *(source.stem for source in notebook_sources())]


@pytest.fixture
def visit(chromium, site):
    def visit(name, width=1280):
        return opened(chromium, (site / f"{name}.html").as_uri(), ["file:"], width=width)

    return visit


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_in_both_themes_and_ask_nobody(visit, name):
    with visit(name) as page:
        for theme in ("light", "dark"):
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            page.wait_for_timeout(700)
            assert serious_violations(page, context="main") == [], theme


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_on_a_phone(visit, name):
    with visit(name, width=400) as page:
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 401


REACHED = """(() => {
  const at = document.activeElement, whole = at?.closest(".genrelab, .js-plotly-plot")
  if (!whole) return null
  const style = getComputedStyle(at)
  return [whole.id, style.outlineStyle !== "none" || style.boxShadow !== "none",
    at.outerHTML.slice(0, 80)]
})()"""


@pytest.mark.parametrize("number", ["00", "01", "06", "09", "10"])
def test_every_widget_is_reached_by_the_tab_key_and_shows_it(visit, number):
    name = next(source.stem for source in notebook_sources() if source.stem.startswith(number))
    with visit(name) as page:
        page.wait_for_timeout(1500)
        skip_bets(page)
        wanted = page.evaluate(
            "[...document.querySelectorAll('main .genrelab[id]')].filter(w => "
            "[...w.querySelectorAll('button, input, select')].some(b => b.checkVisibility() && "
            "!b.disabled))"
            ".map(w => w.id)"
        )
        assert len(wanted) > 4
        reached, unseen = set(), []
        for _ in range(900):
            page.keyboard.press("Tab")
            if (found := page.evaluate(REACHED)) is not None:
                reached.add(found[0])
                unseen += [] if found[1] else [found[2]]
            if reached.issuperset(wanted):
                break
        assert set(wanted) - reached == set()
        assert unseen == []


def test_a_reader_gets_through_by_keys_alone(visit):
    with visit("01_gtzan_and_its_faults") as page:
        page.wait_for_selector(".genrelab-sound_map[data-ready]", state="attached")
        page.locator(".genrelab-listen button").first.focus()
        page.keyboard.press("Enter")
        heard(page)
        page.keyboard.press("Enter")  # stops
        page.wait_for_function(f"{SOUNDING}.length === 0")
        guess = page.locator(".genrelab-predict input[type=range]").first
        guess.focus()
        before = guess.input_value()
        page.keyboard.press("ArrowRight")
        assert guess.input_value() != before
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Kept.", exact=True).first.wait_for()
        question = page.locator(".genrelab-quiz input[type=radio], .genrelab-quiz button").first
        question.focus()
        page.keyboard.press("Space")
        page.locator(".genrelab-quiz [data-feedback]:visible, .genrelab-quiz "
                     "[role=status]:visible").first.wait_for()


@pytest.mark.parametrize(
    "name", ["00_start_here", "09_on_equal_ground", "10_explore_embeddings", "claims"]
)
def test_nothing_sticks_out_at_twice_the_size(visit, name):
    with visit(name, width=640) as page:  # 1280 px at 200 %
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 641


def test_nothing_moves_where_less_motion_is_wished(visit):
    with visit("10_explore_embeddings") as page:
        page.emulate_media(reduced_motion="reduce")
        page.wait_for_timeout(300)
        moving = page.evaluate(
            "document.getAnimations().filter(a => a.playState === 'running').length + "
            "[...document.querySelectorAll('main .genrelab *')]"
            ".filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0.01).length"
        )
        assert moving == 0


def test_first_page_says_what_will_be_heard_and_leads_on(visit):
    with visit("index") as page:
        assert page.get_by_text("In thirty seconds you will hear").is_visible()
        assert page.locator("main img").first.evaluate("image => image.naturalWidth") > 300
        page.get_by_role("link", name="listen before you compute").click()
        page.wait_for_url(re.compile("00_start_here"))
        assert page.locator("#listen-before-you-compute").is_visible()
        page.go_back()
        page.get_by_role("link", name="which genre is this?").click()
        page.locator("#which-genre-is-this").wait_for()
        page.go_back()
        page.get_by_role("link", name="in notebook 01").click()
        page.wait_for_url(re.compile("01_gtzan"))
        assert page.locator("#a-map-you-can-hear").count() == 1


def test_search_finds_a_word_from_disk(visit):
    with visit("search") as page:
        page.goto(page.url + "?q=duplicates")
        page.locator("#search-results a[href*='01_gtzan']").first.wait_for(timeout=10_000)


@pytest.mark.parametrize("width", [400, 1280, 1920])
def test_the_map_fits_its_column(visit, width):
    with visit("01_gtzan_and_its_faults", width) as page:
        page.wait_for_selector(".genrelab-sound_map[data-ready]", state="attached")
        page.wait_for_function(
            "(([a, b]) => Math.abs(a - b) < 3)(['.js-plotly-plot', '.js-plotly-plot .main-svg']"
            ".map(name => document.querySelector(name).getBoundingClientRect().width))"
        )


def test_a_click_on_the_map_plays(visit):
    with visit("01_gtzan_and_its_faults") as page:
        page.wait_for_selector(".genrelab-sound_map[data-ready]", state="attached")
        click_point(page, 0, 3)
        heard(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        heard(page)


def test_one_player_sounds_at_a_time(visit):
    with visit("00_start_here") as page:
        players = page.locator(".genrelab-listen").first.get_by_role("button")
        assert players.count() == 10
        players.nth(0).click()
        heard(page)
        players.nth(3).click()
        heard(page)
        assert page.evaluate(f"{SOUNDING}.length") == 1


def test_the_slider_moves_and_changes_the_sound(visit):
    with visit("00_start_here") as page:
        skip_bets(page)
        whole = page.locator(".genrelab-slider")
        whole.locator(".genrelab-player").get_by_role("button").click()
        heard(page, "slider-10000")
        whole.locator(".genrelab-control input[type=range]").focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        heard(page, "slider-276")


def test_a_blind_clip_is_answered_at_once(visit):
    with visit("00_start_here") as page:
        blind = page.locator(".genrelab-ear-blind[data-ready]")
        said = blind.locator("[data-role=said]")
        assert blind.bounding_box()["y"] + blind.bounding_box()["height"] < 900  # first screen
        answers = blind.locator("[data-answer]")
        assert answers.count() == 10
        answers.first.click()
        assert said.inner_text() == "Press Play first."
        for number in range(1, 6):
            assert said.inner_text().startswith((f"Clip {number} of 5", "Press Play"))
            blind.locator("[data-role=play]").click()
            heard(page, "blind-")
            answers.nth(number).click()
            assert "It was" in said.inner_text()
            assert blind.locator("[data-state=right]").count() == 1
            blind.locator("[data-role=next]").wait_for()
            if number < 5:
                blind.locator("[data-role=next]").click()
        assert "of 5 agree with the labels; guessing would give 0.5." in said.inner_text()


def test_a_distortion_is_heard_and_moves_three_numbers(visit):
    with visit("06_perceptual_distances") as page:
        skip_bets(page)
        noise = page.locator(".genrelab-control", has_text=re.compile("^noise"))
        whole = page.locator(".genrelab-slider", has=noise)
        whole.locator(".genrelab-player button").click()
        heard(page, "slider-untouched")
        whole.locator("input[type=range]").focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        heard(page, "slider-white-noise-10-dB")
        shown = whole.locator(".genrelab-on").inner_text()
        numbers = [
            float(re.search(rf"{name}\s+([\d.]+)", shown)[1])
            for name in ("MSE", "1−MS-SSIM", "NLPD")
        ]
        assert all(0 < number < 1.5 for number in numbers)


def test_the_explorer_opens_within_three_seconds_and_plays(visit):
    begin = time.monotonic()
    with visit("10_explore_embeddings") as page:
        page.wait_for_selector(".genrelab-explorer[data-ready]", state="attached")
        assert time.monotonic() - begin < 3
        root = page.locator(".genrelab-explorer")
        root.locator("[data-role=map]").select_option(label="t-SNE")
        click_track(page, "metal.00007")
        heard(page)
        chosen = root.evaluate("root => root.explorer.chosen()")
        assert chosen in root.locator(".genrelab-status").inner_text()
        for role in ("near", "far"):
            assert root.locator(f"[role=region][data-role={role}] li").count() == 10
        root.locator("[data-role=space]").select_option(index=2)
        assert "mel pictures" in root.locator(".genrelab-about").inner_text()
        assert root.locator("[role=region][data-role=odd] li").count() > 0


def test_claims_can_be_filtered(visit):
    with visit("claims") as page:
        rows = page.locator("table tbody tr:visible")
        everything = rows.count()
        page.locator("#claims-paper").select_option("Sawhney")
        assert 0 < rows.count() < everything


def test_a_claim_leads_to_its_cell(visit):
    with visit("claims") as page:
        link = page.locator("tr[data-paper] a").first
        link_target = re.search(r"\.html(#cell-\d+)$", link.get_attribute("href"))[1]
        link.click()
        page.locator(link_target).wait_for(state="attached")


def test_leaks_can_be_switched_on(visit):
    with visit("09_on_equal_ground") as page:
        skip_bets(page)
        whole = page.locator(".genrelab-switches")
        clean = [float(shown) for shown in whole.locator("b").all_inner_texts()]
        whole.locator("input").first.check()
        leaking = [float(shown) for shown in whole.locator("b").all_inner_texts()]
        assert all(after > before + 0.05 for before, after in zip(clean, leaking, strict=True))
        assert "+0." in whole.get_by_role("status").inner_text()


def test_a_live_widget_has_a_stand_in(visit):
    with visit("00_start_here") as page:
        assert not [
            text for text in page.locator(".cell_output").all_inner_texts() if "VBox(" in text
        ]
        assert page.locator(".genrelab-listen").count() >= 3


def test_exercises_tell_their_state_and_hide_their_solutions(visit):
    with visit("01_gtzan_and_its_faults") as page:
        checks = page.locator(".genrelab-check")
        assert checks.count() == 6
        assert "Not attempted." in checks.first.inner_text()
        hint = page.locator("details", has_text="with a column share").last
        answer = "largest = largest_share(tracks).share.max()"
        solution = page.locator("details", has_text=answer).last
        for folded in (hint, solution):
            assert not folded.evaluate("details => details.open")
            folded.locator("summary").click()
            assert folded.evaluate("details => details.open")


def test_quiz_gives_feedback_by_keyboard(visit):
    with visit("01_gtzan_and_its_faults") as page:
        first = page.locator(".genrelab-quiz fieldset").first
        first.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        assert first.get_by_role("status").inner_text().startswith("Not quite.")
        page.keyboard.press("ArrowDown")
        assert first.get_by_role("status").inner_text().startswith("Right.")


def test_a_guess_is_kept_and_drawn_onto_the_figure(visit):
    with visit("01_gtzan_and_its_faults") as page:
        assert page.get_by_text("You have not bet here").count() == 2
        page.locator(".genrelab-predict [data-role=skip]").first.click()
        box = page.locator(".genrelab-predict").last
        box.locator("input").fill("0.25")
        box.get_by_role("button", name="Bet").click()
        assert page.get_by_text("You said 0.25, it is 0.").is_visible()
        line = page.locator(".genrelab-guess-frame span").bounding_box()
        image = page.locator(".genrelab-guess-frame img").bounding_box()
        quarter = (line["x"] - image["x"]) / image["width"]
        box.locator("input").fill("0.75")
        box.get_by_role("button", name="Bet").click()
        moved = (
            page.locator(".genrelab-guess-frame span").bounding_box()["x"] - image["x"]
        ) / image["width"]
        assert 0 < quarter < moved < 1
        page.reload()
        page.get_by_text("You said 0.75, it is 0.").wait_for()


def test_a_page_counts_its_minutes(visit):
    with visit("minutes") as page:
        rows = page.locator("table tr").all_inner_texts()
        assert [row.split()[0] for row in rows[1:]] == [
            source.stem for source in notebook_sources()
        ]


def test_the_site_is_small(site):
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 60e6
