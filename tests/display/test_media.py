
import numpy as np
import pytest
import soundfile

from genrelab.display import clip
from genrelab.display.media import TooLoudError, corpus_clips, excerpt

from .chords import SR, ChordCorpus, chord


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GENRELAB_NO_AUDIO", raising=False)
    monkeypatch.setenv("GENRELAB_JOBS", "1")
    monkeypatch.delenv("GENRELAB_CORPUS", raising=False)
    return tmp_path


def test_a_clip_has_its_length_its_level_and_soft_ends(here):
    y = chord(220, 30, level=0.9)
    address = clip(y, SR, "A bell, struck", start=10, corpus="synthetic")
    assert address.startswith("media/synthetic/A-bell-struck-")
    assert address.endswith(".mp3")
    assert (here / address).stat().st_size < 60_000
    heard, rate = soundfile.read(here / address)
    assert rate == SR and abs(len(heard) / SR - 6) < 0.1
    want = y[10 * SR : 16 * SR]
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(np.sqrt(np.mean(want**2)), rel=0.03)
    assert 0.8 < np.abs(heard).max() < 1
    assert np.abs(heard[:5]).max() < 0.05 and np.abs(heard[-5:]).max() < 0.05


def test_soft_sounds_stay_soft(here):
    levels = [np.std(soundfile.read(clip(chord(level=level), SR, "x"))[0]) for level in (0.5, 0.05)]
    assert levels[0] / levels[1] == pytest.approx(10, rel=0.05)


def test_the_name_follows_the_content_and_nothing_is_written_twice(here):
    one = clip(chord(), SR, "x")
    stamp = (here / one).stat().st_mtime_ns
    assert clip(chord(), SR, "x") == one and (here / one).stat().st_mtime_ns == stamp
    assert clip(chord(level=0.4), SR, "x") != one
    assert clip(chord(), SR, "x", seconds=1) != one
    assert not [path for path in (here / "media/sounds").iterdir() if path.name.startswith(".")]


def test_what_cannot_be_a_clip_is_refused_with_the_mend():
    with pytest.raises(TooLoudError, match=r"gain=0\.48"):
        clip(2 * chord(level=1), SR, "x")
    assert clip(2 * chord(level=1), SR, "x", gain=0.48)
    with pytest.raises(ValueError, match="mono"):
        clip(np.zeros((2, 100)), SR, "x")
    with pytest.raises(ValueError, match="empty"):
        clip(np.zeros(0), SR, "x")
    with pytest.raises(ValueError, match=r"lasts 2\.00 s"):
        clip(chord(), SR, "x", start=5)
    with pytest.raises(ValueError, match="finite"):
        clip(np.full(100, np.nan), SR, "x")


def test_an_excerpt_comes_from_the_middle():
    y = np.arange(10 * SR) / (10 * SR)
    assert excerpt(y, SR, 2)[0] == pytest.approx(0.4)
    assert len(excerpt(y, SR, None)) == len(y)
    assert len(excerpt(y[:100], SR, 6)) == 100


def test_no_audio_leaves_sound_out(here, monkeypatch):
    monkeypatch.setenv("GENRELAB_NO_AUDIO", "1")
    assert clip(chord(), SR, "x") is None
    assert set(corpus_clips(ChordCorpus(1), ["blues.00000"]).values()) == {None}
    assert not (here / "media").exists()


def test_all_clips_of_a_corpus_keep_their_levels(here):
    corpus = ChordCorpus(1)
    corpus.loud = {"rock.00000": 1.4, "pop.00000": 0.7}
    clips = corpus_clips(corpus, corpus.tracks.index)
    assert (
        len({*clips.values()}) == 10 and len(list((here / "media/synthetic").glob("*.mp3"))) == 10
    )
    peaks = {track: np.abs(soundfile.read(address)[0]).max() for track, address in clips.items()}
    assert peaks["rock.00000"] / peaks["pop.00000"] == pytest.approx(2, rel=0.06)


def test_unchanged_sound_is_not_even_read(here, own_cache):
    corpus = ChordCorpus(2)
    first = corpus_clips(corpus, corpus.tracks.index)
    corpus.reads = 0
    assert corpus_clips(corpus, corpus.tracks.index) == first and corpus.reads == 0
    assert corpus_clips(corpus, corpus.tracks.index[:2], start=0.5, seconds=1) != first
    corpus.reads = 0
    assert corpus_clips(corpus, corpus.tracks.index) == first and corpus.reads == 0
    corpus.loud = {"jazz.00001": 0.33}
    again = corpus_clips(corpus, corpus.tracks.index)
    assert corpus.reads == 2  # its level, then its sound
    assert [track for track in first if first[track] != again[track]] == ["jazz.00001"]


def test_sound_made_from_a_corpus_stays_in_its_folder(monkeypatch):
    assert clip(chord(), SR, "x").startswith("media/sounds/")
    monkeypatch.setenv("GENRELAB_CORPUS", "synthetic")
    assert clip(chord(), SR, "x").startswith("media/synthetic/")
    monkeypatch.setenv("GENRELAB_CORPUS", "data/gtzan")
    assert clip(chord(), SR, "x").startswith("media/gtzan/")
    assert clip(chord(), SR, "x", corpus=ChordCorpus(1)).startswith("media/synthetic/")
