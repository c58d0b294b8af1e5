"""The listening test: fair draws, neutral names, equal levels, masked answers; nonsense is
refused."""

import base64
import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from display.chords import chord
from ear_pages import DISTANCES, TestedChords, answers_of, caught, rms, system_of

from coursekit.ear_order import ear_order
from coursekit.ear_test import CONDITIONS, MASK, clip_sound, draw_clips, ear_test, levelled, room
from coursekit.listeners import AnswersError
from genrelab.features.raw_audio import pooled, unpooled


@pytest.fixture
def shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GENRELAB_NO_AUDIO", raising=False)
    return caught(monkeypatch)


def plain(html):
    """Return what is behind the mask."""
    masked = base64.b64decode(re.search(r'"key":"([^"]+)"', html)[1])
    return json.loads(bytes(c ^ MASK[k % len(MASK)] for k, c in enumerate(masked)))


def test_clips_are_shared_out_and_drawn_by_seed():
    corpus = TestedChords()
    clips = draw_clips(corpus)
    assert set(Counter(one.genre for one in clips).values()) == {2}
    assert sorted(Counter(one.condition for one in clips).values()) == [6, 7, 7]
    # a genre's two are heard in two ways
    assert len({(one.genre, one.condition) for one in clips}) == 20
    assert {corpus.tracks.at[one.track, "split"] for one in clips} == {"test"}
    assert draw_clips(corpus) == clips != draw_clips(corpus, seed=1)
    assert [one.genre for one in clips] != sorted(one.genre for one in clips)


def test_the_real_corpus_gives_no_removed_track(synthetic):
    clips = draw_clips(synthetic)
    assert len(clips) == 20 and {synthetic.tracks.at[one.track, "split"] for one in clips} == {
        "test"
    }


def test_artists_come_once_where_others_are_left():
    corpus = TestedChords(("test",) * 4)
    corpus.tracks["group"] = [
        f"{genre} {'ab'[k % 4 > 2]}" for k, genre in enumerate(corpus.tracks.genre)
    ]
    for seed in range(5):
        drawn = corpus.tracks.loc[[one.track for one in draw_clips(corpus, seed=seed)]]
        assert drawn.group.is_unique  # three of four tracks of a genre are by one artist


def test_silence_and_short_tracks_are_passed_over(monkeypatch):
    corpus = TestedChords(("test",) * 4)
    corpus.tracks.loc["jazz.00000", "seconds"] = 2.9
    audio = corpus.audio
    monkeypatch.setattr(
        corpus, "audio", lambda t: np.zeros(88_200, "f4") if t == "jazz.00001" else audio(t)
    )
    for seed in range(4):
        jazz = {one.track for one in draw_clips(corpus, seed=seed) if one.genre == "jazz"}
        assert jazz == {"jazz.00002", "jazz.00003"}


def test_a_small_corpus_gives_fewer_clips_and_says_so(shown):
    corpus = TestedChords(("train", "train", "valid", "train", "test"), ["blues", "jazz", "rock"])
    test = ear_test(corpus)
    assert len(test.clips) == 3 and len({one.condition for one in test.clips}) == 3
    assert "3 clips from the middle of test tracks, 1 of each genre" in shown[0]
    assert shown[0].count("data-answer=") == 3


def test_names_and_page_give_nothing_away(shown):
    corpus = TestedChords()
    test = ear_test(corpus, {"one": system_of(corpus)})
    files = sorted(Path("media/synthetic").iterdir())
    assert len(files) == 20 and all(
        re.fullmatch(r"heard-[0-9a-f]{10}\.mp3", file.name) for file in files
    )
    html = shown[0]
    assert not any(one.track in html for one in test.clips) and "clips" not in repr(test)
    assert plain(html)["track"] == [one.track for one in test.clips]
    assert [test.genres[k] for k in plain(html)["truth"]] == [one.genre for one in test.clips]
    right = [answer == truth for answer, truth in zip(plain(html)["said"][0], plain(html)["truth"])]
    assert 0.3 < np.mean(right) < 0.7


def test_what_is_heard_is_what_the_network_of_notebook_05_hears():
    y = chord(220, 20.0)[: 20 * 20_000]
    middle = clip_sound(np.concatenate([y[:20_000]] * 3), "pooled 0.9 s")
    assert np.allclose(middle, unpooled(pooled(y)[0]), atol=1e-5)


def test_lengths_and_levels_are_as_stated(shown, synthetic):
    test = ear_test(synthetic)
    html, seconds = shown[0], {"pooled 0.9 s": 0.907, "full 0.9 s": 0.907, "full 3 s": 3.0}
    addresses = json.loads(re.search(r'"sounds":(\[[^\]]+\])', html)[1])
    levels = {key: [] for key in CONDITIONS}
    for one, address in zip(test.clips, addresses):
        y, rate = soundfile.read(address)
        assert abs(len(y) / rate - seconds[one.condition]) < 0.11  # MP3 comes in whole frames
        assert np.abs(y).max() < 0.999
        levels[one.condition].append(20 * np.log10(rms(y)))
    everything = np.concatenate(list(levels.values()))
    assert np.ptp(everything) < 3 and np.ptp([np.mean(found) for found in levels.values()]) < 1


def test_a_peak_lowers_all_alike():
    click = np.zeros(22_050, np.float32)
    click[5000:5005] = 0.5
    loud, soft = levelled([click, chord(220, 1.0)])
    assert rms(loud) == pytest.approx(rms(soft), rel=1e-3) and np.abs(loud).max() == pytest.approx(
        0.97, rel=1e-3
    )


def test_without_sound_it_says_that_it_needs_some(shown, monkeypatch):
    monkeypatch.setenv("GENRELAB_NO_AUDIO", "1")
    test = ear_test(TestedChords())
    ear_order(chord(), dict.fromkeys(DISTANCES.index, chord()), DISTANCES)
    assert len(test.clips) == 20 and not Path("media").exists()
    for html in shown:
        assert "sound left out" in html and "<audio" not in html and "<button" not in html


def test_a_room_is_read_checked_and_shown(shown, tmp_path):
    corpus = TestedChords()
    test = ear_test(corpus, {"one": system_of(corpus)})
    folder = tmp_path / "room"
    folder.mkdir()
    for name, right in (("ann", 15), ("bo", 5)):
        answers_of(test, name, right).to_csv(folder / f"{name}.csv", index=False)
    found = room(folder, test)
    assert found.mean == 0.5 and found.listeners.accuracy.to_dict() == {"ann": 0.75, "bo": 0.25}
    told = json.loads(re.search(r'"room":(\{.*\}),"systems"', shown[1])[1])
    assert told["mean"][0] == 0.5 and told["listeners"][0] == {"label": "ann", "n": 20, "right": 15}
    answers_of(ear_test(corpus, seed=1), "cy", 5).to_csv(folder / "cy.csv", index=False)
    with pytest.raises(AnswersError, match=r"cy\.csv, line \d+: the clip “\w+” is not in this "
                                           r"test"):
        room(folder, test)


def test_versions_are_heard_under_letters(shown):
    ear_order(chord(), dict.fromkeys(DISTANCES.index, chord(330)), DISTANCES)
    key = plain(shown[0])
    assert not any(name in shown[0] for name in DISTANCES.index) and sorted(key["names"]) == list(
        DISTANCES.index
    )
    assert key["names"] != list(DISTANCES.index)
    assert [pair[0] for pair in key["distances"]] == list(DISTANCES.columns)
    assert key["distances"][0][1] == DISTANCES.MSE[key["names"]].tolist()
    with pytest.raises(ValueError, match="'other' has no distances"):
        ear_order(chord(), {"other": chord()}, DISTANCES)
    with pytest.raises(ValueError, match="give 5 to 8"):
        ear_order(chord(), {"a": chord()}, pd.DataFrame({"MSE": [1.0]}, ["a"]))


def test_blind_clips_hide_their_tracks_and_leave_silence_out(tmp_path, monkeypatch):
    module = import_module("coursekit.ear_blind")
    monkeypatch.chdir(tmp_path)
    shown = []
    monkeypatch.setattr(module, "show", shown.append)
    corpus = TestedChords()
    tracks = list(corpus.tracks.index[:3])
    sound = corpus.audio
    corpus.audio = lambda track: sound(track) * (track != tracks[1])
    module.ear_blind(tracks, corpus)
    assert not any(track in shown[0] for track in tracks)
    assert shown[0].count("data-answer=") >= len(corpus.genres)
    assert len(list(tmp_path.rglob("blind-*.mp3"))) == 2
    monkeypatch.setenv("GENRELAB_NO_AUDIO", "1")
    module.ear_blind(tracks, corpus)
    assert "sound left out" in shown[1]
