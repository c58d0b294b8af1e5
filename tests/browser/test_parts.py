"""Bets, knobs, sliders, growing curves and drawings, on a page without a kernel and in
JupyterLab."""

import shutil
import sys
from pathlib import Path

import pytest
from browsing import SOUNDING, heard, in_lab, jupyterlab, opened, serious_violations, skip_bets
from display.site_builder import build, gallery

pytestmark = pytest.mark.browser
SOURCE = Path(__file__).parent / "parts.py"
KNOWN = ("invalid theme mode",)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The parts as a page, run as for a report."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRELAB_QUIET", "1")
        patch.setenv("GENRELAB_FIGURES", str(tmp_path_factory.mktemp("figures")))
        return build(tmp_path_factory.mktemp("parts"), source=SOURCE)


@pytest.fixture
def page(chromium, built):
    with opened(chromium, built.as_uri(), ["file:"], KNOWN) as page:
        yield page


def test_what_follows_a_bet_is_covered_until_the_reader_bets(page):
    first = page.locator(".genrelab-predict").first
    words, after = page.get_by_text("Words between"), page.get_by_text("said after the answer")
    assert first.get_by_text("covered until you bet").is_visible()
    assert not words.is_visible() and not after.first.is_visible()
    assert page.get_by_role("heading", name="A second bet").is_visible()
    first.locator("input").fill("0.2")
    first.get_by_role("button", name="Bet").click()
    assert words.is_visible() and not first.get_by_text("covered until").is_visible()
    assert page.get_by_text("You said 0.2, it is 0.04: off by 0.16.").is_visible()
    second = page.locator(".genrelab-predict").nth(1)
    assert not page.locator(".genrelab-guess").nth(1).is_visible()
    second.get_by_role("button", name="Skip").click()
    assert page.get_by_text("You have not bet here.").is_visible()
    assert "You have bet once. On average you were off by 16 %" in (
        page.locator(".genrelab-bets").inner_text())
    page.reload()
    page.get_by_text("You said 0.2").wait_for()
    assert page.locator(".genrelab-covered").count() == 0


def test_a_link_into_what_is_covered_shows_it(page):
    cell = page.locator(".genrelab-still").first.evaluate(
        "e => { const cell = e.closest('.cell'); cell.id = 'there'; return cell.id }")
    page.evaluate(f"location.hash = '{cell}'")
    page.wait_for_function("document.querySelectorAll('.genrelab-covered').length > 0")
    assert page.locator("#there").is_visible()


def test_without_scripts_nothing_is_covered(chromium, built):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(built.as_uri())
    assert page.get_by_text("Words between").is_visible()
    assert page.locator(".genrelab-guess").count() == 2
    context.close()


def test_a_class_sees_its_bets_as_a_histogram(page, tmp_path):
    files = []
    for name, guess in (("a", 0.1), ("b", 0.12), ("c", 0.8)):
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(f"bet,guess\n98.square,{guess}\n")
    skip_bets(page)
    room = page.locator(".genrelab-bets details")
    room.locator("summary").click()
    room.locator("input[type=file]").set_input_files(files)
    room.get_by_text("3 files loaded.").wait_for()
    heights = room.locator(".genrelab-histogram b").evaluate_all(
        "bars => bars.map(bar => bar.style.height)")
    assert heights[1] == "100%" and heights[8] == "50%" and heights.count("0%") == 8
    assert "3 bets, the middle one 0.12; it is 0.04." in room.inner_text()


def test_a_slider_plays_all_its_steps(page):
    silent = page.locator(".genrelab-slider").nth(2)
    silent.get_by_role("button", name="Play all steps").click()
    page.wait_for_function("document.querySelectorAll('.genrelab-slider')[2]"
                           ".querySelector('output').textContent === '3'")
    silent.get_by_role("button", name="Play all steps").wait_for()
    sounding = page.locator(".genrelab-slider").nth(1)
    sounding.locator("input").focus()
    page.keyboard.press("Space")
    heard(page, "slider-1")
    heard(page, "slider-2")
    page.keyboard.press("Space")
    page.wait_for_function(f"{SOUNDING}.length === 0")
    assert sounding.locator("output").inner_text() == "2"
    page.keyboard.press("ArrowRight")
    assert sounding.locator("output").inner_text() == "3"


def test_a_knob_on_a_page_is_a_slider_that_begins_where_it_should(page):
    twin = page.locator(".genrelab-slider").first
    assert twin.locator("output").inner_text() == "2"
    assert twin.locator(".genrelab-on img").get_attribute("alt") == "a wave of 2 harmonics"


def test_a_page_holds_nothing_of_what_went_on_while_it_was_made(page):
    assert page.locator("progress").count() == 0
    assert "long work: 12 in" not in page.content()


def luminance(page, box):
    """Return the mean brightness of a part of the page, from 0 to 1."""
    import io

    import numpy as np
    from PIL import Image

    shot = page.screenshot(clip=box, full_page=True)
    return float(np.asarray(Image.open(io.BytesIO(shot)).convert("L")).mean() / 255)


@pytest.mark.parametrize("what", [".genrelab-drawing svg", ".genrelab-still img",
                                  ".genrelab-slide.genrelab-on img", ".cell_output table"])
def test_nothing_is_a_white_slab_on_a_dark_page(page, what):
    skip_bets(page)
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.wait_for_timeout(400)
        place = page.locator(what).first
        place.scroll_into_view_if_needed()
        bright = luminance(page, page.evaluate(
            "q => { const b = document.querySelector(q).getBoundingClientRect(); "
            "return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height} }",
            what))
        assert bright > 0.6 if theme == "light" else bright < 0.4, (theme, bright)
    assert serious_violations(page, context="article") == []


# --- JupyterLab -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab, with the course's settings, on the parts as a notebook."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copy(gallery(home / "source", source=SOURCE), home / "parts.ipynb")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command.append(f"--ServerApp.root_dir={home}")
    with jupyterlab(command, home, GENRELAB_FIGURES=str(home / "figures")) as address:
        yield address, home


def test_in_jupyterlab_all_parts_live(chromium, lab):
    with in_lab(chromium, lab[0], "parts.ipynb", KNOWN) as page:
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        texts = "[...document.querySelectorAll('.jp-OutputArea')].map(e => e.textContent).join()"
        page.wait_for_function(f"/long work  \\d+ of 12, about \\d s left/.test({texts})",
                               timeout=120_000)
        page.wait_for_selector(".genrelab-drawing", state="attached", timeout=60_000)
        # bets cover the outputs below, to the next heading, and no others
        first = page.locator(".genrelab-predict").first
        first.scroll_into_view_if_needed()
        covered = "document.querySelectorAll('.genrelab-covered').length"
        page.wait_for_function(f"{covered} === 6")
        assert not page.locator(".genrelab-guess").first.is_visible()
        first.locator("input").fill("0.2")
        first.get_by_role("button", name="Bet").click()
        page.get_by_text("You said 0.2, it is 0.04: off by 0.16.").wait_for()
        assert page.evaluate(covered) == 2
        # the knob computes anew
        output = page.locator(".widget-output")
        output.scroll_into_view_if_needed()
        output.locator("img[alt='a wave of 2 harmonics']").wait_for(timeout=20_000)
        page.locator(".widget-slider .noUi-handle").first.focus()
        page.keyboard.press("ArrowRight")
        output.locator("img[alt='a wave of 4 harmonics']").wait_for(timeout=20_000)
        output.locator(".genrelab-button").click()
        heard(page, "slider-4")
        # one curve, no error boxes, no strips
        assert page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0
        assert page.locator("img[alt='Two curves that rise from chance.']").count() == 1
        for place in page.locator(".jp-Cell:not(.genrelab-covered) .jp-OutputArea-child").all():
            place.scroll_into_view_if_needed()
            assert place.bounding_box()["height"] > 15, place.inner_text()
