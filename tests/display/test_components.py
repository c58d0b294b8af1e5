import re

import ipywidgets
import numpy as np
import pytest
from matplotlib import pyplot as plt

from genrelab.display import html as page
from genrelab.display import listen, live, slider, sound_map
from genrelab.display.listening import track_label
from genrelab.display.sound_map import map_figure, map_player, map_table

from .chords import ChordCorpus, chord, positions

REQUEST = re.compile(r"""(?:src|href)=["'](?!data:|media/)|https?://(?!www\.w3\.org)""")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(page, "_seen", page.Counter())
    monkeypatch.delenv("GENRELAB_NO_AUDIO", raising=False)
    monkeypatch.setenv("GENRELAB_JOBS", "1")
    monkeypatch.delenv("GENRELAB_CORPUS", raising=False)
    monkeypatch.setenv("GENRELAB_FIGURES", str(tmp_path / "figures"))
    return tmp_path


def again(monkeypatch):
    monkeypatch.setattr(page, "_seen", page.Counter())


def test_players_are_the_same_bytes_twice_and_ask_nobody(monkeypatch):
    make = lambda: listen({"a": chord(), "b <i>": chord(330)}, display=False)  # noqa: E731
    one, repeat = make(), make()
    again(monkeypatch)
    assert make() == one
    ids = [re.search(r'id="([^"]+)"', html)[1] for html in (one, repeat)]
    assert ids[1] == ids[0] + "-2"
    assert not REQUEST.search(one)
    assert (
        one.count("<audio controls") == 2
        and "b &lt;i&gt;" in one
        and 'alt="Mel spectrogram of a' in one
    )
    assert one.count("peak −6.0 · RMS") == 2
    assert len(one) < 60_000


def test_a_group_that_is_too_loud_is_lowered_together():
    html = listen({"soft": chord(level=0.5), "loud": chord(level=1.5)}, display=False)
    assert "peak −10.0" in html and "peak −0.4" in html and "lowered together by 4.0 dB" in html


def test_tracks_are_named_by_what_is_known():
    corpus = ChordCorpus()
    labels = [track_label(corpus, track) for track in ("blues.00000", "blues.00003")]
    assert labels == ["blues.00000 · The Chords 0 – Study <no. 0> & more", "blues.00003"]
    html = listen(["blues.00000"], corpus=corpus, display=False, spectrogram=False)
    assert "media/synthetic/blues.00000-" in html and "<img" not in html
    assert "media/synthetic/mine-" in listen({"mine": "jazz.00001"}, corpus=corpus, display=False)


def test_requests_that_cannot_be_met_name_the_mend():
    corpus = ChordCorpus(1)
    with pytest.raises(ValueError, match="nothing to hear"):
        listen({})
    with pytest.raises(ValueError, match=r"corpus=corpus"):
        listen(["blues.00000"])
    with pytest.raises(KeyError, match=r"called like blues\.00000"):
        listen(["polka.00000"], corpus=corpus)
    with pytest.raises(ValueError, match="22 050 Hz"):
        listen(["blues.00000"], 16000, corpus=corpus)
    with pytest.raises(ValueError, match="must differ"):
        listen([("a", chord()), ("a", chord())])


def test_without_sound_the_pictures_stay(monkeypatch, here):
    monkeypatch.setenv("GENRELAB_NO_AUDIO", "1")
    html = listen({"a": chord()}, display=False)
    assert "sound left out" in html and "<audio" not in html and "<img" in html
    assert "sound left out" in slider(
        [{"label": "1", "sound": chord()}, {"label": "2", "sound": chord()}], display=False
    )
    corpus = ChordCorpus(1)
    table = map_table(positions(corpus), corpus)
    assert "sound left out" in map_player("m", table, dict.fromkeys(table.index), "a map")
    sound_map(positions(corpus), corpus)
    assert not (here / "media").exists()


def test_silence_and_very_short_sounds_are_taken():
    html = listen({"silence": np.zeros(22050), "click": np.r_[0.5, np.zeros(9)]}, display=False)
    assert "silent" in html


def frames():
    for cut in (1, 2, 3):
        fig, ax = plt.subplots(figsize=(4, 2))
        ax.plot([0, cut])
        yield {
            "label": f"{cut} kHz",
            "image": fig,
            "sound": chord(level=cut / 2),
            "numbers": {"error": -1 / 3},
        }


def test_a_slider_is_the_same_bytes_twice_and_keeps_levels(monkeypatch):
    plt.close("all")  # what other tests left
    one = slider(frames(), label="cut-off", display=False)
    again(monkeypatch)
    assert slider(frames(), label="cut-off", display=False) == one
    assert not plt.get_fignums() and not REQUEST.search(one)
    assert one.count("<img") == 3 and 'alt="cut-off: 2 kHz"' in one and "−0.3333" in one
    assert 'aria-valuetext="1 kHz"' in one
    assert [f"peak {p}" in one for p in ("−10.0", "−4.0", "−0.4")] == [True] * 3


def test_a_slider_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="at least two"):
        slider([{"label": "1"}])
    with pytest.raises(ValueError, match="unknown key 'audio'"):
        slider([{"label": "1"}, {"label": "2", "audio": chord()}])
    with pytest.raises(ValueError, match="has no label"):
        slider([{"label": "1"}, {"html": "x"}])
    with pytest.raises(ValueError, match="fewer frames"):
        slider([{"label": "1"}, {"label": "2", "html": "x" * 5_000_000}])


def test_a_map_carries_genre_clip_and_words(here):
    corpus = ChordCorpus(2)
    table = map_table(positions(corpus), corpus)
    clips = {track: f"media/synthetic/{track}.mp3" for track in table.index}
    figure = map_figure(
        table,
        clips,
        title="A finding of some length that must be broken into lines for a phone",
        colour="genre",
        axes=None,
        synthetic=True,
    )
    assert type(figure).__name__ == "Figure"
    assert [trace.name for trace in figure.data] == sorted(set(corpus.tracks["genre"]))
    assert len({trace.marker.symbol for trace in figure.data}) == 10
    track, address, line = figure.data[0].customdata[0]
    assert (track, address) == ("blues.00000", "media/synthetic/blues.00000.mp3")
    assert line == "blues · The Chords 0 – Study <no. 0> & more · blues.00000"
    assert "Study &lt;no. 0&gt; &amp; more" in figure.data[0].hovertext[0]
    assert figure.layout.annotations[0].text == "synthetic music"
    assert max(map(len, figure.layout.title.text.split("<br>"))) <= 42
    assert (
        figure.to_json()
        == map_figure(
            table,
            clips,
            title=figure.layout.title.text.replace("<br>", " "),
            colour="genre",
            axes=None,
            synthetic=True,
        ).to_json()
    )


def test_a_map_leaves_a_still_twin_and_all_clips(here):
    corpus = ChordCorpus(2)
    sound_map(positions(corpus), corpus, "03_map")
    assert len(list((here / "media/synthetic").glob("*.mp3"))) == 20
    assert sorted(path.suffix for path in (here / "figures/03").iterdir()) == [
        ".csv",
        ".png",
        ".svg",
        ".txt",
    ]
    assert (
        (here / "figures/03/03_map.csv")
        .read_text()
        .startswith("track,x,y,genre,artist,title\nblues.00000,")
    )
    assert "20 synthetic tracks" in (here / "figures/03/03_map.txt").read_text()


def test_a_map_colours_by_names_or_by_numbers(here):
    corpus = ChordCorpus(2, name="other")
    points = positions(corpus).assign(loudness=np.linspace(0, 1, 20), cluster=["a", "b"] * 10)
    clips = dict.fromkeys(points.index)
    for colour, traces in (("loudness", 1), ("cluster", 2), ("artist", 6)):
        figure = map_figure(
            map_table(points, corpus, colour),
            clips,
            title="t",
            colour=colour,
            axes=("x", "y"),
            synthetic=False,
        )
        assert len(figure.data) == traces and not figure.layout.annotations
    sound_map(points, corpus, "03_by_loudness", colour="loudness")


def test_a_map_refuses_what_it_cannot_place():
    corpus = ChordCorpus(1)
    points = positions(corpus)
    with pytest.raises(ValueError, match="columns x and y"):
        sound_map(points.rename(columns={"x": "tsne1"}), corpus)
    with pytest.raises(KeyError, match="no tracks of this corpus"):
        sound_map(points.reset_index(drop=True), corpus)
    with pytest.raises(ValueError, match="no finite position"):
        sound_map(points.assign(x=np.nan), corpus)
    with pytest.raises(ValueError, match="no column 'tempo'"):
        sound_map(points, corpus, colour="tempo")
    with pytest.raises(ValueError, match="twice"):
        sound_map(points.iloc[[0, 0]], corpus)


def test_live_shows_widget_and_fallback(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    live(ipywidgets.IntSlider(), "<p>still</p>")
    assert (
        "application/vnd.jupyter.widget-view+json" in shown[0]
        and "<p>still</p>" in shown[0]["text/html"]
    )
    with pytest.raises(TypeError, match="ipywidget"):
        live("text")
