"""A reader's own folder: any depth, any length, faults named."""

import numpy as np
import pytest
import soundfile
from conftest import tone

from genrelab.corpora import CorpusError, own_music
from genrelab.corpora.own_music import load_own_music


def test_no_folder_is_no_music(monkeypatch, own_cache, make_folder):
    monkeypatch.delenv("GENRELAB_MINE", raising=False)
    assert load_own_music() is None
    monkeypatch.setenv("GENRELAB_MINE", str(make_folder({"a.wav": tone(4)})))
    assert list(load_own_music().tracks.index) == ["yours.a"]


def test_the_middle_is_taken_mono_at_the_rate_of_the_course(make_folder, own_cache):
    root = make_folder(
        {"one/deep/song.wav": tone(9, rate=44_100, channels=2), "short.flac": tone(4, rate=44_100)},
        rate=44_100,
    )
    mine = load_own_music(root, seconds=6)
    assert list(mine.tracks["title"]) == ["one/deep/song", "short"]
    assert mine.audio("yours.song").shape == (6 * 22_050,)
    assert abs(len(mine.audio("yours.short")) / 22_050 - 4) < 0.01
    assert np.abs(mine.audio("yours.song")).max() == pytest.approx(0.3, abs=0.01)
    assert mine.tracks["artist"].isna().all() and set(mine.tracks["split"]) == {"yours"}
    assert mine.content("yours.song").hash and not len(mine.problems)


def test_names_that_occur_twice_get_a_number(make_folder, own_cache):
    mine = load_own_music(make_folder({"a/x.wav": tone(4), "b/x.wav": tone(4, 220)}))
    assert list(mine.tracks.index) == ["yours.x", "yours.x-2"]


def test_what_cannot_be_used_is_named_and_hidden_files_are_not_looked_at(make_folder, own_cache):
    root = make_folder(
        {
            "good.wav": tone(4),
            "bad.mp3": b"no sound",
            "blip.wav": tone(1),
            ".hidden/x.wav": tone(4),
            "notes.txt": b"",
        }
    )
    mine = load_own_music(root)
    assert list(mine.tracks.index) == ["yours.good"]
    told = dict(zip(mine.problems["file"], mine.problems["problem"]))
    assert "cannot be decoded" in told["bad.mp3"] and "lasts 1.0 s" in told["blip.wav"]


@pytest.mark.parametrize(
    "files, text",
    [
        ({"notes.txt": b""}, "No sound file"),
        ({"x.wav": b""}, "x.wav: is empty"),
        ({"x.wav": b"x"}, "x.wav: cannot be decoded"),
    ],
)
def test_a_folder_without_sound_is_an_error_that_says_so(make_folder, own_cache, files, text):
    with pytest.raises(CorpusError, match=text):
        load_own_music(make_folder(files))


def test_no_folder_and_too_many_files(make_folder, own_cache, monkeypatch, tmp_path):
    with pytest.raises(CorpusError, match="There is no folder"):
        load_own_music(tmp_path / "nowhere")
    monkeypatch.setattr(own_music, "MOST", 1)
    with pytest.raises(CorpusError, match="holds 2 sound files, of which 1"):
        load_own_music(make_folder({"a.wav": tone(4), "b.wav": tone(4)}))


def test_nothing_is_written_beside_the_music(make_folder, own_cache):
    root = make_folder({"a.wav": tone(4)})
    before = sorted(root.rglob("*"))
    place = load_own_music(root).path("yours.a")
    assert own_cache in place.parents and soundfile.info(place).subtype == "FLOAT"
    assert sorted(root.rglob("*")) == before
