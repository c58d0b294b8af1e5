"""A reader's first quarter of an hour in a real JupyterLab, started by `genrelab lab`."""

import shutil
import sys

import pytest
from browsing import click_point, click_track, heard, in_lab, jupyterlab, skip_bets

from genrelab.runtime import project_root

pytestmark = pytest.mark.browser
KNOWN = ("invalid theme mode",)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, chromium):
    """JupyterLab on a copy of the course, so that a reader's own `work/` is not touched."""
    home = tmp_path_factory.mktemp("course")
    root = project_root()
    for name in ("notebooks", "requirements.lock", "requirements-alone.lock", "pyproject.toml"):
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, home / name)
    command = [sys.executable, "-c", START.format(home=str(home)), "lab", "--no-browser"]
    with jupyterlab(command, home) as address:
        yield address, home


START = """
import pathlib, sys
from coursekit import cli
cli.project_root = lambda: pathlib.Path({home!r})
sys.exit(cli.main(sys.argv[1:]))
"""


def run_all(page):
    assert page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")


def test_the_contents_stand_open_on_the_left_and_lead_to_the_listening(chromium, lab):
    """Where README sends a reader who has just typed `make lab`."""
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.goto(f"{lab[0]}/?token=t")
    entry = page.locator(".jp-TableOfContents").get_by_text("Listen before you compute", exact=True)
    entry.wait_for(timeout=60_000)
    entry.click()
    page.locator(".jp-Notebook h2", has_text="Listen before you compute").wait_for()
    assert "00_start_here" in page.url
    page.close()


def test_the_map_of_01_sounds_and_a_check_gives_its_hint(chromium, lab):
    address, home = lab
    with in_lab(chromium, address, "01_gtzan_and_its_faults.ipynb", KNOWN) as page:
        run_all(page)
        # the last cell has run
        page.wait_for_selector(".genrelab-quiz", state="attached", timeout=180_000)
        page.wait_for_selector(".genrelab-sound_map[data-ready]", state="attached")
        click_point(page, 0, 3)
        heard(page)
        cell = page.locator(".jp-CodeCell", has_text="largest = ...").first
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("largest = 35")
        page.keyboard.press("Shift+Enter")
        page.keyboard.press("Shift+Enter")
        page.get_by_text("Not yet.").first.wait_for(timeout=30_000)
    assert sorted(path.name for path in (home / "work").glob("*.ipynb"))[:2] == [
        "00_start_here.ipynb",
        "01_gtzan_and_its_faults.ipynb",
    ]


def test_the_explorer_of_10_sounds(chromium, lab):
    with in_lab(chromium, lab[0], "10_explore_embeddings.ipynb", KNOWN) as page:
        run_all(page)
        # the last cell has run
        page.wait_for_selector(".genrelab-quiz", state="attached", timeout=180_000)
        root = page.locator(".genrelab-explorer[data-ready]")
        click_track(page, "metal.00007")
        heard(page)
        before = root.evaluate("root => root.explorer.chosen()")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        heard(page)
        assert root.evaluate("root => root.explorer.chosen()") != before


def test_the_menu_of_00_plays_any_track(chromium, lab):
    with in_lab(chromium, lab[0], "00_start_here.ipynb", KNOWN) as page:
        run_all(page)
        menu = page.locator(".jp-OutputArea .widget-dropdown select")
        menu.wait_for(state="attached", timeout=120_000)
        menu.scroll_into_view_if_needed()
        menu.select_option("metal.00007")
        player = page.locator(".widget-output .genrelab-listen button").first
        player.wait_for(timeout=30_000)
        player.click()
        heard(page, "metal.00007")
        menu.select_option("choose one")
        player.wait_for(state="detached", timeout=30_000)
        assert "Error" not in page.locator(".widget-output").last.inner_text()  # behind the knob


def test_solutions_are_folded_in_jupyterlab(chromium, lab):
    with in_lab(chromium, lab[0], "01_gtzan_and_its_faults.ipynb", KNOWN) as page:
        page.wait_for_timeout(1000)
        cells = "window.jupyterapp.shell.currentWidget.content.widgets"
        solutions = f"{cells}.filter(cell => (cell.model.metadata.tags || []).includes('solution'))"
        assert page.evaluate(f"{solutions}.map(cell => cell.inputHidden)") == [True] * 6
        first_lines = page.evaluate(f"{solutions}.map(cell => "
                                    "cell.model.sharedModel.getSource().split('\\n')[0])")
        # the line that JupyterLab shows of a folded cell
        assert first_lines == ["# A solution"] * 6


def test_each_knob_of_02_computes_anew(chromium, lab):
    with in_lab(chromium, lab[0], "02_sound_to_features.ipynb", KNOWN) as page:
        run_all(page)
        page.wait_for_selector(".genrelab-quiz", state="attached", timeout=180_000)
        skip_bets(page)
        knobs, shown = page.locator(".widget-slider .noUi-handle"), page.locator(".widget-output")
        assert knobs.count() == shown.count() == 3
        for place, key in enumerate(["ArrowLeft", "ArrowLeft", "ArrowRight"]):
            before = shown.nth(place).inner_html()
            assert "<img" in before
            knobs.nth(place).focus()
            page.keyboard.press(key)
            page.wait_for_function(
                "([place, before]) => (now => now.includes('<img') && now !== before)"
                "(document.querySelectorAll('.widget-output')[place].innerHTML)",
                arg=[place, before], timeout=30_000)


def test_the_curve_of_04_grows_while_it_learns(chromium, lab):
    with in_lab(chromium, lab[0], "04_networks_on_features.ipynb", KNOWN) as page:
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_selector("img[alt='accuracy so far']", state="attached", timeout=180_000)
        page.wait_for_selector(".genrelab-quiz", state="attached", timeout=240_000)
        assert page.locator("img[alt='accuracy so far']").count() == 0  # each is drawn for good
        assert page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0
