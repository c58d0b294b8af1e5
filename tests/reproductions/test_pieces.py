"""Where the pieces of a track begin, and the sound of many tracks in one array."""

import numpy as np
import pytest
import soundfile
from conftest import tone
from hypothesis import given
from hypothesis import strategies as st

from genrelab.corpora import AudioError, load_corpus, read_audio
from reproductions import pieces
from reproductions.pieces import samples_of, stacked_audio, starts


def test_the_shortest_track_of_gtzan_has_five_pieces_of_five_seconds():
    assert starts(660_000, 110_250) == [0, 110_250, 220_500, 330_750, 441_000]


def test_there_are_never_more_than_five_pieces():
    assert starts(661_500, 110_250) == [0, 110_250, 220_500, 330_750, 441_000]
    assert starts(10_000_000, 110_250) == starts(661_500, 110_250)


def test_short_tracks_have_fewer_pieces_and_too_short_ones_none():
    assert starts(551_250, 110_250) == [0, 110_250, 220_500, 330_750, 441_000]
    assert starts(551_249, 110_250) == [0, 110_250, 220_500, 330_750]
    assert starts(220_500, 110_250) == [0, 110_250]
    assert starts(110_250, 110_250) == [0]
    assert starts(110_249, 110_250) == []


def test_shorter_pieces_begin_every_five_seconds_too():
    assert starts(250_000, 22_050) == [0, 110_250, 220_500]


@given(st.integers(0, 900_000), st.integers(1, 200_000))
def test_no_piece_sticks_out_and_none_that_fits_is_missing(n_samples, length):
    found = starts(n_samples, length)
    assert all(start % pieces.EVERY == 0 and start + length <= n_samples for start in found)
    assert len(found) == 5 or len(found) * pieces.EVERY + length > n_samples
    assert found == sorted(set(found)) and len(found) <= 5


@pytest.fixture
def corpus(make_folder, own_cache):
    """Five tracks from 1 to 2 seconds, loud and soft, one of them in another format."""
    rng = np.random.default_rng(0)
    files = {
        f"folk/{k}.wav": tone(1 + k / 4, 200 + 90 * k)
        + 0.1 * rng.normal(size=int((1 + k / 4) * 22_050))
        for k in range(4)
    }
    files["jazz/loud.flac"] = np.clip(4 * tone(2, 300), -1, 1)
    return load_corpus(make_folder(files))


def test_stacked_sound_is_that_of_the_files_as_long_as_the_shortest(corpus):
    tracks = corpus.tracks.index[::-1]  # the order is that of the tracks
    found = stacked_audio(corpus, tracks)
    assert found.shape == (5, 22_050) and found.dtype == np.int16
    for row, track in zip(found, tracks):
        assert np.array_equal(row / 32768, read_audio(corpus.path(track))[:22_050])
        samples, _ = soundfile.read(corpus.path(track), dtype="int16")
        assert np.array_equal(row, samples[:22_050])
    assert found.max() == 32_767 and found.min() == -32_768


def test_the_shortest_of_the_asked_tracks_counts(corpus):
    assert samples_of(corpus, corpus.tracks.index) == 22_050
    assert samples_of(corpus, corpus.tracks.index[corpus.tracks["seconds"] > 1.4]) == 33_075
    assert stacked_audio(corpus, corpus.tracks.index[2:3]).shape == (1, 33_075)


def test_no_more_is_taken_than_the_shortest_track_of_gtzan_has(corpus, monkeypatch):
    assert pieces.LONGEST == 660_000
    monkeypatch.setattr(pieces, "LONGEST", 9000)
    assert samples_of(corpus, corpus.tracks.index) == 9000
    assert stacked_audio(corpus, corpus.tracks.index).shape == (5, 9000)


def test_a_file_of_another_rate_is_taken_at_the_courses_rate(make_folder, own_cache):
    root = make_folder({"folk/a.wav": tone(1.5)})
    soundfile.write(root / "folk" / "b.wav", tone(1.2, rate=44_100, channels=2), 44_100)
    corpus = load_corpus(root)
    found = stacked_audio(corpus, corpus.tracks.index)
    assert found.shape == (2, 26_460)
    a, b = found / 32768
    assert np.allclose(a[2000:-2000], b[2000:-2000], atol=2e-3)  # the same tone


def test_what_is_louder_than_full_scale_does_not_wrap_around(make_folder, own_cache):
    root = make_folder({"folk/a.wav": tone()})
    samples = np.linspace(-1.5, 1.5, 22_050, dtype=np.float32)
    soundfile.write(root / "folk" / "loud.wav", samples, 22_050, subtype="FLOAT")
    corpus = load_corpus(root)
    (found,) = stacked_audio(corpus, corpus.tracks.index[[1]])
    assert np.array_equal(found, np.rint(samples * 32768).clip(-32768, 32767))


def test_a_file_that_is_shorter_than_its_header_says_is_filled_with_silence(corpus, monkeypatch):
    monkeypatch.setattr(pieces, "read_audio", lambda path: read_audio(path)[:22_000])
    found = stacked_audio(corpus, corpus.tracks.index)
    assert (
        found.shape == (5, 22_050) and not found[:, 22_000:].any() and found[:, 21_900:22_000].any()
    )


def test_a_file_that_is_gone_is_named(corpus):
    corpus.path("folk.2").unlink()
    with pytest.raises(AudioError, match=r"2\.wav"):
        stacked_audio(corpus, corpus.tracks.index)
