"""Names that are markup to some medium: on a site of such music nothing runs, names read as typed,
sounds play."""

import re
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import haste
import nbformat
import pytest
from browsing import click_point, click_track, heard, in_lab, jupyterlab, opened
from hostile import BROKEN, GENRES, IMAGE, NAMES, SCRIPT, make_hostile_corpus, make_hostile_music

from coursekit.building import build_report
from coursekit.publishing import sounds_of
from genrelab.runtime import notebook_sources, printable

pytestmark = pytest.mark.browser
PAGES = [source.stem for source in notebook_sources()]

MADE = """[...document.querySelectorAll(
  'img[src="x"], img[src="x.png"], a[href^="javascript"], [onerror],' +
  '.cell_output u, .cell_output mjx-container'
)].map(made => made.outerHTML.slice(0, 200))"""
"""What names would become if a medium took them for markup."""

HASTE = """
import sys
sys.path.append({!r})
from haste import learn_little
learn_little()
"""
"""What each kernel runs first."""

POINTS = """[...document.querySelectorAll('.js-plotly-plot')]
  .flatMap(plot => plot.data.flatMap(trace => trace.customdata || []))"""


def texts(selector):
    return f"[...document.querySelectorAll('{selector}')].map(found => found.textContent)"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """All notebooks run on music with hostile names, with a reader's own files beside it. Little is
    learned there: names have nothing to do with it."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus, mine = make_hostile_corpus(folder / "music"), make_hostile_music(folder / "mine")
    begun_by = folder / "ipython" / "profile_default" / "startup"
    begun_by.mkdir(parents=True)
    (begun_by / "learn_little.py").write_text(HASTE.format(str(Path(haste.__file__).parent)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("GENRELAB_CACHE", str(folder / "cache"))
        build_report(str(corpus), out=folder / "out", mine=mine)
    return folder / "out"


@pytest.fixture
def visit(chromium, place):
    def visit(name, **more):
        return opened(chromium, (place / "html" / f"{name}.html").as_uri(), ["file:"], **more)

    return visit


def executed(place, name):
    return nbformat.read(place / "pages" / f"{name}.ipynb", as_version=4)


def test_every_notebook_ran(place):
    assert {
        name: executed(place, name).metadata["genrelab"]["state"] for name in PAGES
    } == dict.fromkeys(PAGES, "done")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_nothing_becomes_markup_and_every_sound_is_there(visit, place, name):
    registered = sounds_of(executed(place, name))
    assert all((place / "html" / address).is_file() for address in registered)
    with visit(name) as page:
        page.wait_for_timeout(1500)  # formulas are set by then
        assert page.title().startswith(name[:2])
        assert page.evaluate(MADE) == []
        sources = page.evaluate(
            "[...document.querySelectorAll('audio[src]')].map(a => a.getAttribute('src'))"
        )
        explorers = "[...document.querySelectorAll('.genrelab-explorer')]"
        explored = page.evaluate(f"{explorers}.flatMap(found => found.explorer.clips())")
        points = page.evaluate(f"{POINTS}.map(point => point[1])")
    assert {*sources, *points} <= registered
    known = {address.split("/")[-1] for address in registered}
    assert {unquote(clip) for clip in explored} <= known


def test_names_of_own_files_read_as_typed(visit):
    with visit("10_explore_embeddings") as page:
        page.wait_for_selector(".genrelab-explorer[data-ready]", state="attached")
        listed = page.evaluate(texts("[data-role=own] .genrelab-name span"))
        left_out = page.locator("li", has_text="of your music").all_inner_texts()
    for name in NAMES:
        # what turns the line around is escaped
        assert any(printable(name) in text for text in listed), name
    assert [text.split(" of your music: ")[0] for text in left_out] == [BROKEN]


def test_names_of_tracks_artists_and_genres_read_as_typed(visit):
    with visit("01_gtzan_and_its_faults") as page:
        page.wait_for_selector(".js-plotly-plot .legend", timeout=20_000)
        legend = page.evaluate(texts(".legendtext"))
        lines = page.evaluate(f"{POINTS}.map(point => point[2])")
        cells = page.evaluate(texts("table.dataframe th"))
    assert sorted(legend) == sorted(GENRES)
    assert set(GENRES) <= set(cells)
    for name in (*NAMES, SCRIPT, IMAGE):
        assert any(name.replace(";", ",") in line for line in lines), name


def test_names_on_players_read_as_typed(visit):
    with visit("00_start_here") as page:
        labels = page.locator(".genrelab-listen figcaption").all_inner_texts()
    assert all(any(label.startswith(f"{genre}.") for label in labels) for genre in GENRES)


def test_figures_say_what_they_show_as_typed(place):
    alts = [
        path.read_text(encoding="utf-8") for path in sorted((place / "figures").glob("*/*.txt"))
    ]
    assert any(GENRES[0] in alt for alt in alts) and len(alts) > 40
    drawn = [
        path.read_text(encoding="utf-8") for path in sorted((place / "figures").glob("*/*.svg"))
    ]
    written = {unescape(words) for svg in drawn for words in re.findall(r"<!-- (.*?) -->", svg)}
    # matplotlib notes above the outlines of letters which text they are
    assert set(GENRES) <= written


def test_each_kind_of_player_plays(visit):
    with visit("00_start_here") as page:
        page.locator(".genrelab-predict [data-role=skip]").click()
        for kind in ("listen", "slider"):
            page.locator(f".genrelab-{kind} .genrelab-button").first.click()
            heard(page)
    with visit("01_gtzan_and_its_faults") as page:
        page.wait_for_selector(".genrelab-sound_map[data-ready]", state="attached")
        click_point(page, 0, 3)
        heard(page)
    with visit("06_perceptual_distances") as page:
        for skip in page.locator(".genrelab-predict [data-role=skip]").all()[:2]:
            skip.click()
        page.locator(".genrelab-ear-order [data-do=original]").click()
        heard(page, "version-")
    with visit("09_on_equal_ground") as page:
        page.locator(".genrelab-ear [data-role=play]").focus()
        page.keyboard.press("Space")
        heard(page, "heard-", 0.1)


def test_own_music_plays_from_the_map_and_from_both_lists(visit):
    with visit("10_explore_embeddings") as page:
        page.wait_for_selector(".genrelab-explorer[data-ready]")
        click_track(page, f"yours.{NAMES[0]}")
        heard(page, "yours.Ba-in-Yelle")
        for role in ("own", "near"):
            page.locator(f"[data-role={role}] [data-play]").last.click()
            heard(page, "" if role == "near" else "yours.")


def test_a_player_without_its_file_says_so(visit, place):
    folder = place / "html" / "media"
    folder.rename(folder.with_name("elsewhere"))
    try:
        with visit("00_start_here", known_errors=("ERR_FILE_NOT_FOUND",)) as page:
            player = page.locator(".genrelab-listen .genrelab-player").first
            player.locator(".genrelab-button").click()
            player.locator(".genrelab-time", has_text="sound not found").wait_for(timeout=5_000)
    finally:
        folder.with_name("elsewhere").rename(folder)


def test_names_read_as_typed_in_jupyterlab(chromium, tmp_path):
    # HTML makes one blank of two
    names = [name for name in (*NAMES, SCRIPT, IMAGE) if "  " not in name]
    source = (
        "import pandas as pd\nfrom genrelab.display import literal, use_theme\n"
        "from claimbook import finding\n"
        f"names = {names!r}\nuse_theme()\n"
        "for name in names:\n    finding(True, f'**{literal(name)}** is here', '')\n"
        "pd.DataFrame({'name': names})"
    )
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata=kernel)
    (tmp_path / "data").mkdir()
    nbformat.write(notebook, tmp_path / "names.ipynb")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={tmp_path}",
    ]
    with jupyterlab(command, tmp_path) as address, in_lab(chromium, address, "names.ipynb") as page:
        assert page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_selector("table.dataframe", timeout=60_000)
        page.wait_for_timeout(3000)  # formulas are set by then
        outputs = ".jp-OutputArea-output"
        said, cells = page.evaluate(texts(f"{outputs} p")), page.evaluate(texts(f"{outputs} td"))
        assert page.evaluate(f"document.querySelectorAll('{outputs} mjx-container').length") == 0
        assert "ran" not in page.title()
    assert said == [f"{name} is here" for name in names]
    assert cells == [name.replace("\n", "\\n") for name in names]
