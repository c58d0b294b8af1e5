"""A reader's hands on every component: on the exported page without a network, and live in
JupyterLab."""

import shutil
import sys

import nbformat
import pytest
from browsing import SOUNDING, click_point, heard, in_lab, jupyterlab, opened, serious_violations
from nbformat.sign import NotebookNotary

from .site_builder import build, gallery

pytestmark = pytest.mark.browser
KNOWN_ERRORS = (
    "invalid theme mode",  # the site's theme, when a page is opened for the first time
    # ipywidgets, in a notebook opened again (a known limit of kernel widgets)
    "widget model not found",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build(tmp_path_factory.mktemp("gallery"))


@pytest.fixture
def page(chromium, folder):
    with opened(chromium, folder.as_uri(), ["file:"], KNOWN_ERRORS) as page:
        page.wait_for_function(
            "document.querySelectorAll('.genrelab-sound_map[data-ready]').length === 2"
        )
        yield page


def status(page, number=0):
    return page.locator(".genrelab-status").nth(number).inner_text()


def check_maps(page):
    """Click, arrows, Enter, and a second map that does not answer for the first."""
    click_point(page, 0, 5)
    heard(page, "classical.00001-")
    assert (
        status(page).startswith("classical · ") and status(page, 1) == "Click a point to hear it."
    )
    click_point(page, 1, 0)
    heard(page, "blues.00000-")
    assert status(page).startswith("classical · ") and status(page, 1).startswith("blues · ")

    check_map_keys(page)


def check_map_keys(page):
    plot = page.locator(".js-plotly-plot").first
    click_point(page, 0, 5)
    heard(page, "classical.00001-")
    ring = page.locator(".genrelab-ring").first
    before, place = status(page), ring.bounding_box()
    page.keyboard.press("ArrowRight")
    assert status(page) != before
    assert ring.bounding_box()["x"] > place["x"]
    place = ring.bounding_box()
    page.keyboard.press("ArrowUp")
    assert ring.bounding_box()["y"] < place["y"]
    track = status(page).split(" · ")[-1]
    page.keyboard.press("Enter")
    heard(page, track + "-")
    page.keyboard.press("Space")
    page.wait_for_function(f"{SOUNDING}.length === 0")
    assert plot.evaluate("map => document.activeElement === map")
    assert plot.get_attribute("aria-label").startswith("Map of 40 synthetic tracks")


def check_players(page):
    """Starting one pauses the other; the spectrogram seeks, by pointer and by key."""
    group = page.locator(".genrelab-listen").first
    buttons = group.get_by_role("button")
    buttons.nth(0).click()
    heard(page, "as-recorded-")
    assert buttons.nth(0).get_attribute("aria-label") == "Pause as recorded"
    buttons.nth(1).focus()
    page.keyboard.press("Enter")
    heard(page, "with-noise-at-20-dB-")
    box = group.locator(".genrelab-picture").nth(2).bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 10)
    heard(page, "a-fifth-higher-", 3)
    cursor = group.locator(".genrelab-cursor").nth(2).bounding_box()
    assert 0.45 < (cursor["x"] - box["x"]) / box["width"] < 0.8
    page.keyboard.press("Escape")
    group.get_by_role("slider").nth(0).focus()
    place = "document.querySelector('.genrelab-listen audio').currentTime"
    before = page.evaluate(place)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"Math.abs({place} - {before} - .5) < .2")
    buttons.nth(2).click()
    page.wait_for_function(f"{SOUNDING}.length === 0")


def check_slider(page):
    """Keys move it; picture, numbers and sound follow, and the sound goes on where it was."""
    whole = page.locator(".genrelab-slider")
    button = whole.locator(".genrelab-player button")
    ruler = whole.locator("input[type=range]")
    assert ruler.get_attribute("aria-valuetext") == "1 harmonics"
    button.click()
    heard(page, "slider-1-harmonics-", 0.7)
    ruler.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert ruler.get_attribute("aria-valuetext") == "3 harmonics"
    heard(page, "slider-3-harmonics-", 0.65)
    assert whole.locator("img:visible").count() == 1
    assert whole.locator(".genrelab-on").inner_text().split()[-1] == "dBFS"
    assert "n 3" in whole.locator(".genrelab-on").inner_text()
    assert button.get_attribute("aria-label") == "Pause 3 harmonics"
    button.click()
    page.wait_for_function(f"{SOUNDING}.length === 0")
    page.keyboard.press("Tab")


def test_the_map_sounds_on_a_page_from_disk(page):
    check_maps(page)


def test_players_on_a_page_from_disk(page):
    check_players(page)


def test_the_slider_on_a_page_from_disk(page):
    check_slider(page)
    assert page.get_by_text("no kernel here", exact=True).is_visible()


def test_pointing_plays_when_asked(page):
    page.get_by_label("play what is under the pointer").first.check()
    box = page.locator(".js-plotly-plot").first.locator("path.point").nth(30).bounding_box()
    page.mouse.move(box["x"] - 60, box["y"] - 60)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    heard(page, "pop.00002-")


def test_a_hidden_genre_is_skipped_by_the_keys(page):
    page.locator(".js-plotly-plot .legendtoggle").nth(0).click()
    page.wait_for_timeout(600)  # plotly waits for a double click
    page.locator(".js-plotly-plot").first.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    assert not status(page).startswith("blues")


def test_nothing_sticks_out_on_a_phone(page):
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    outside = page.evaluate(
        "[...document.querySelectorAll('.genrelab *')]"
        ".filter(e => !e.closest('.js-plotly-plot') && !e.closest('svg') && "
        "!e.parentElement.closest('.genrelab-figure'))"
        ".filter(e => e.getBoundingClientRect().right > 401).map(e => e.className)"
    )
    assert outside == []
    # a figure is moved aside in its own frame rather than made too small to read
    frame = "document.querySelector('.genrelab-figure')"
    assert page.evaluate(f"{frame}.scrollWidth > {frame}.clientWidth && "
                         f"{frame}.querySelector('img').width > 500")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, theme):
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    assert serious_violations(page, context=".cell_output") == []


@pytest.fixture(scope="module")
def lab(tmp_path_factory, folder):
    home = tmp_path_factory.mktemp("lab")
    gallery(home / "notebooks")
    shutil.copytree(folder.parents[1] / "run", home / "done")
    (home / "data").mkdir()
    executed = nbformat.read(home / "done" / "gallery.ipynb", 4)
    # as JupyterLab does for what it has run itself
    NotebookNotary(data_dir=str(home / "data")).sign(executed)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={home}",
    ]
    with jupyterlab(command, home) as address:
        yield address


READY = "document.querySelectorAll('.genrelab-sound_map[data-ready]').length === 2"


def test_everything_live_in_jupyterlab(chromium, lab):
    with in_lab(chromium, lab, "notebooks/gallery.ipynb", KNOWN_ERRORS) as page:
        assert page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(READY, timeout=30_000)
        page.wait_for_selector(".jp-OutputArea .jupyter-widgets", state="attached", timeout=30_000)
        check_maps(page)
        check_players(page)
        check_slider(page)
        assert page.locator(".jp-OutputArea .widget-slider").count() == 1
        assert page.get_by_text("no kernel here", exact=True).count() == 0


def test_a_notebook_opened_again_sounds_without_running_it(chromium, lab):
    with in_lab(chromium, lab, "done/gallery.ipynb", KNOWN_ERRORS) as page:
        click_point(page, 0, 5)  # as soon as there is a point: the first click wakes the map
        heard(page, "classical.00001-")
        check_slider(page)
