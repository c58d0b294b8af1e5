"""The explorer's tables are checked and packed without loss, and a reader's hands reach all of it,
from disk."""

import base64
import re

import numpy as np
import pandas as pd
import pytest
from browsing import SOUNDING, heard, opened, serious_violations

from genrelab.display import explorer
from genrelab.display.explorer import NONE, Space, _packed, _places, explorer_html
from genrelab.display.media import corpus_clips

from .chords import GENRES, ChordCorpus, positions

K = 3


def corpora():
    """Forty chords, and two of the reader's own."""
    corpus, mine = ChordCorpus(), ChordCorpus(per_genre=1, name="yours-chords", seconds=2.5)
    corpus.tracks["split"] = (["train", "train", "valid", "test"] * 10)[: len(corpus.tracks)]
    mine.tracks = (
        mine.tracks.iloc[:2]
        .set_axis(["yours.a", "yours.b"])
        .assign(artist=None, title=["a", "b"], genre="yours")
    )
    return corpus, mine


def space(corpus, mine=None, label="first", seed=0, keep=slice(None), **more):
    """A representation with two maps, random neighbours and every third prediction wrong."""
    tracks = corpus.tracks.index[keep]
    rows = tracks if mine is None else tracks.append(mine.tracks.index)
    rng = np.random.default_rng(seed)
    places = positions(corpus, seed).loc[tracks]
    own = pd.DataFrame(
        rng.normal(0, 3, (len(rows) - len(tracks), 2)), rows[len(tracks) :], ["x", "y"]
    )
    maps = {"PCA": pd.concat([places, own]), "t-SNE": -pd.concat([places, own])}
    nearest = pd.DataFrame(
        [rng.choice(tracks.drop(row, errors="ignore"), K, replace=False) for row in rows], rows
    )
    genre = corpus.tracks["genre"].loc[tracks]
    predicted = genre.where(np.arange(len(tracks)) % 3 > 0, "polka")
    told = pd.DataFrame(
        {"predicted": predicted, "confidence": np.linspace(0.3, 1, len(tracks)), "hubness": 3},
        tracks,
    )
    return Space(label, f"About {label}.", maps, nearest, told)._replace(**more)


def test_places_are_packed_without_loss_and_keep_their_shape():
    ids = pd.Index(list("abc"))
    places = pd.DataFrame({"x": [0.0, 4.0], "y": [1.0, 2.0]}, ["a", "b"])
    packed = _places(places, ids, 3)
    assert (packed[2] == NONE).all()
    step = packed[1] - packed[0]
    assert step[0] == pytest.approx(4 * step[1], rel=1e-3)
    read = np.frombuffer(base64.b64decode(_packed(packed)), "<u2").reshape(-1, 2)
    assert (read == packed).all()


def test_ones_own_tracks_do_not_stretch_a_map():
    places = pd.DataFrame({"x": [0.0, 1.0, 900.0], "y": [0.0, 1.0, 0.5]}, ["a", "b", "yours.c"])
    packed = _places(places, places.index, 2)
    assert packed[1, 0] - packed[0, 0] > 60_000 and packed[2, 0] == 65_000


def test_wrong_tables_are_named_with_the_mend():
    corpus, _ = corpora()
    good = space(corpus)
    gap = {"PCA": good.maps["PCA"].assign(x=np.nan)}
    other = {"PCA": good.maps["PCA"].iloc[1:]}
    cases = [
        ([], "give at least one Space"),
        ([good._replace(maps={"PCA": good.maps["PCA"][["x"]]})], "first, PCA: a map needs columns "
                                                                 "x and y"),
        ([good._replace(maps=gap)], "no finite position"),
        ([good._replace(maps=other)], "of different tracks"),
    ]
    for spaces, text in cases:
        with pytest.raises(ValueError, match=text):
            explorer(spaces, corpus)
    with pytest.raises(KeyError, match="is no track of this corpus"):
        explorer([good._replace(nearest=good.nearest.replace("jazz.00001", "polka.00001"))], corpus)
    with pytest.raises(ValueError, match="is a track of both"):
        explorer([good], corpus, corpus)


def test_the_still_twin_and_equal_bytes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GENRELAB_FIGURES", str(tmp_path / "figures"))
    monkeypatch.setenv("GENRELAB_NO_AUDIO", "1")
    corpus, mine = corpora()
    explorer([space(corpus, mine)], corpus, mine, "10_map", title="Two maps")
    kept = {path.name: path.read_bytes() for path in (tmp_path / "figures" / "10").iterdir()}
    assert set(kept) == {"10_map.svg", "10_map.png", "10_map.csv", "10_map.txt"}
    table = pd.read_csv(tmp_path / "figures" / "10" / "10_map.csv", index_col=0)
    assert list(table.columns) == ["genre", "PCA x", "PCA y", "t-SNE x", "t-SNE y"]
    assert len(table) == 40  # one's own music is not in a figure that is kept
    explorer([space(corpus)], corpus, None, "10_map", title="Two maps")
    assert kept == {
        path.name: path.read_bytes() for path in (tmp_path / "figures" / "10").iterdir()
    }


def test_without_sound_there_is_no_player_and_without_artists_no_such_colour():
    corpus, _ = corpora()
    corpus.tracks["artist"] = None
    silent = dict.fromkeys(corpus.tracks.index)
    html = explorer_html([space(corpus)], corpus, None, silent, {})
    assert "<audio" not in html and "sound left out" in html
    assert re.findall(r'data-role="colour".*?</select>', html)[0].count("<option") == 5
    no_answers = space(corpus).per_track[["hubness"]]
    html = explorer_html([space(corpus, per_track=no_answers)], corpus, None, silent, {})
    assert (
        'data-role="odd"' not in html
        and "prediction" not in re.findall(r'data-role="colour".*?</select>', html)[0]
    )


def test_text_of_tracks_cannot_become_markup():
    corpus, _ = corpora()
    corpus.tracks.loc["jazz.00001", "title"] = "</script><script>alert(1)</script>"
    html = explorer_html([space(corpus)], corpus, None, dict.fromkeys(corpus.tracks.index), {})
    assert html.count("<script>") == html.count("</script>") == 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The explorer as a page of its own, with sound beside it; 12 more tracks are in the first
    space alone."""
    home = tmp_path_factory.mktemp("explorer")
    corpus, mine = corpora()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("GENRELAB_CACHE", str(home / "cache"))
        patch.setenv("GENRELAB_JOBS", "1")
        clips, own = (corpus_clips(one, one.tracks.index) for one in (corpus, mine))
    spaces = [space(corpus, mine), space(corpus, mine, "second", 1, slice(0, 28))]
    html = explorer_html(spaces, corpus, mine, clips, own)
    page = home / "page.html"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>explorer</title>'
    page.write_text(
        f"{head}<body><main><h1>Explorer</h1>{html}</main></body></html>", encoding="utf-8"
    )
    return page


@pytest.fixture
def page(chromium, folder):
    with opened(chromium, folder.as_uri(), ["file:"]) as page:
        page.wait_for_selector(".genrelab-explorer[data-ready]")
        yield page


browser = pytest.mark.browser


def at(page, track):
    """Where a track's point is on the page, once points have come to rest."""
    page.wait_for_function("document.querySelector('.genrelab-explorer').explorer.state.from === "
                           "null")
    box = page.locator("canvas").bounding_box()
    x, y = page.locator(".genrelab-explorer").evaluate("(root, track) => "
                                                       "root.explorer.pixel(track)", track)
    return box["x"] + x, box["y"] + y


def pick(page, role, label):
    page.locator(f"[data-role={role}]").select_option(label=label)


def status(page):
    return page.locator(".genrelab-status").inner_text()


def entries(page, role):
    return page.locator(f"[role=region][data-role={role}] li").all_inner_texts()


@browser
def test_a_click_plays_and_lists_neighbours_in_two_representations(page):
    page.mouse.click(*at(page, "jazz.00001"))
    heard(page, "jazz.00001-")
    assert status(page).startswith("jazz · ") and "among the 3 nearest of 3" in status(page)
    near, far = entries(page, "near"), entries(page, "far")
    assert len(near) == len(far) == K and near != far
    assert page.locator("[data-role=near] "
                        ".genrelab-head").inner_text().startswith("nearest by first: ")
    page.locator("[role=region][data-role=far] [data-play]").first.click()
    heard(page)
    assert status(page).startswith("jazz · ")  # to hear a neighbour is not to leave the track
    page.locator("[role=region][data-role=far] [data-go]").first.click()
    name = next(line for line in far[0].split("\n") if " · " in line)
    assert status(page).startswith(name)


@browser
def test_points_move_to_another_map_and_another_representation(page):
    before = at(page, "jazz.00001")
    pick(page, "map", "t-SNE")
    after = at(page, "jazz.00001")
    assert np.hypot(*np.subtract(before, after)) > 20
    pick(page, "space", "second")
    assert page.locator(".genrelab-about").inner_text() == "About second."
    page.mouse.click(*at(page, "blues.00002"))
    assert "blues.00002" in status(page)
    pick(page, "space", "first")
    page.mouse.click(*at(page, "rock.00002"))
    pick(page, "space", "second")
    page.wait_for_function("document.querySelector('.genrelab-explorer').explorer.state.from === "
                           "null")
    assert (
        page.locator("[data-role=near] .genrelab-head")
        .inner_text()
        .endswith("it does not hold this track")
    )


@browser
def test_colours_have_legends_and_a_legend_hides_points(page):
    seen = {}
    for colour in ("genre", "artist", "split", "prediction", "confidence", "hubness"):
        pick(page, "colour", colour)
        seen[colour] = page.locator(".genrelab-legend").inner_text()
    assert all(genre in seen["genre"] for genre in GENRES) and "your own" in seen["genre"]
    assert "The Chords 0" in seen["artist"] and "valid" in seen["split"]
    assert "polka" in seen["prediction"] and "dark rim" in seen["prediction"]
    assert "100 %" in seen["confidence"] and "times a neighbour" in seen["hubness"]
    pick(page, "colour", "genre")
    page.locator(".genrelab-legend button", has_text="jazz").click()
    page.mouse.click(*at(page, "jazz.00001"))
    assert "jazz.00001" not in status(page)


@browser
def test_drawing_around_points_lists_them_with_players(page):
    x, y = at(page, "metal.00000")
    page.mouse.move(x - 12, y - 12)
    page.mouse.down()
    for step in ((12, -12), (12, 12), (-12, 12), (-12, -12)):
        page.mouse.move(x + step[0], y + step[1], steps=4)
    page.mouse.up()
    listed = entries(page, "chosen")
    assert any("metal.00000" in line for line in listed) and len(listed) < 12
    assert f"{len(listed)} tracks on your list" in status(page)
    page.locator("[role=region][data-role=chosen] [data-play]").first.click()
    heard(page)


@browser
def test_everything_by_keyboard(page):
    canvas = page.locator("canvas")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    first = status(page)
    page.keyboard.press("ArrowRight")
    assert status(page) != first and not first.startswith("Click")
    page.keyboard.press("Enter")
    heard(page)
    page.keyboard.press("Space")
    page.wait_for_function(f"{SOUNDING}.length === 0")
    page.keyboard.press("x")
    assert len(entries(page, "chosen")) == 1
    state = "document.querySelector('.genrelab-explorer').explorer.state"
    page.keyboard.press("+")
    assert page.evaluate(f"{state}.zoom") == 1.5
    page.keyboard.press("0")
    assert page.evaluate(f"{state}.zoom") == 1
    page.keyboard.press("Escape")
    assert entries(page, "chosen") == []
    find = page.locator("[data-role=find]")
    find.fill("hiphop.00003")
    find.press("Enter")
    assert "hiphop.00003" in status(page) and "1 of 1 found" in status(page)
    find.fill("no such")
    find.press("Enter")
    assert status(page) == "nothing is called “no such”"


@browser
def test_odd_ones_are_surest_errors_and_own_music_tells_its_neighbours(page):
    odd = entries(page, "odd")
    sure = [int(re.search(r"polka \((\d+) %\)", line)[1]) for line in odd]
    assert len(odd) == 12 and sure == sorted(sure, reverse=True) and sure[0] > 95
    own = entries(page, "own")
    assert len(own) == 2 and all(re.search(r"\d \w+", line) for line in own)
    page.locator("[role=region][data-role=own] [data-play]").last.click()
    heard(page, "yours.b-")
    page.locator("[role=region][data-role=odd] [data-play]").first.click()
    heard(page)
    assert page.evaluate(f"{SOUNDING}[0].src").split("/")[-2] == "synthetic"


@browser
def test_points_jump_where_the_reader_asks_for_less_motion(chromium, folder):
    with opened(chromium, folder.as_uri(), ["file:"]) as page:
        page.emulate_media(reduced_motion="reduce")
        page.wait_for_selector(".genrelab-explorer[data-ready]")
        root = page.locator(".genrelab-explorer")
        pick(page, "map", "t-SNE")
        assert root.evaluate("root => root.explorer.state.from") is None


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.mouse.click(*at(page, "jazz.00001"))
    assert serious_violations(page) == []


@browser
def test_nothing_sticks_out_on_a_phone(page):
    page.set_viewport_size({"width": 380, "height": 800})
    page.mouse.click(*at(page, "jazz.00001"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 381
