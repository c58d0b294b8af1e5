"""What is wrong with the level of a track, and what the coding of a corpus is called."""

import numpy as np
import pytest
import soundfile
from conftest import tone
from sounds import coded

from coursekit.corpus_report import as_dict, as_text
from genrelab.corpora import integrity, load_corpus
from genrelab.corpora.own_music import load_own_music

FLOAT = {"kind": "WAV", "subtype": "FLOAT"}
STEREO = tone(4, channels=2)
FILES = {
    "loud.wav": coded(4 * tone(4), **FLOAT),
    "over.wav": coded(3.6 * tone(4), **FLOAT),
    "full.flac": coded(np.clip(4 * tone(4), -1, 1), kind="FLAC"),
    "mute.wav": coded(np.zeros(88_200)),
    "against.wav": coded(STEREO * [1, -1]),
    "nearly.wav": coded(STEREO * [1, -0.99], **FLOAT),
    "dc.wav": coded(np.full(88_200, 0.5)),
    "good.wav": coded(STEREO),
}


def test_levels_are_named(make_folder, own_cache):
    found = integrity(
        load_corpus(make_folder({f"folk/{name}": data for name, data in FILES.items()}))
    )
    # files that were set aside
    assert found.silent == ["folk/mute.wav"] and found.constant == ["folk/dc.wav"]
    assert found.cancelled == ["folk.nearly", "folk/against.wav"]
    assert found.beyond == {"folk.loud": 1.2, "folk.over": 1.08} and list(found.clipped) == [
        "folk.full"
    ]
    said = as_text(found)
    for line in ("silent in mono, since their "
                 "channels cancel: 2", "one constant value, which is no sound: 1",
                 "pass full scale: 2", "folk.loud: 1.2"):  # fmt: skip
        assert line in said
    assert as_dict(found)["cancelled_in_mono"] == ["folk.nearly", "folk/against.wav"]


def test_of_the_readers_own_music_nothing_is_placed_that_cannot_be_heard(make_folder, own_cache):
    mine = load_own_music(make_folder(FILES))
    told = dict(zip(mine.problems["file"], mine.problems["problem"]))
    assert set(told) == {"mute.wav", "against.wav", "nearly.wav", "dc.wav"}
    assert told["against.wav"] == "is silent in mono: its channels cancel each other"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_value_that_is_no_number_is_enough(make_folder, own_cache, value):
    y = tone(1).astype(np.float32)
    y[-1] = value
    corpus = load_corpus(make_folder({"folk/a.wav": coded(y, **FLOAT), "folk/b.wav": tone(2)}))
    assert corpus.problems["problem"].tolist() == ["holds samples that are not finite numbers"]


@pytest.mark.parametrize("files, kind", [
    ([("WAV", "PCM_16"), ("FLAC", "PCM_24"), ("AIFF", "PCM_16"), ("WAV", "FLOAT"),
    ("CAF", "ALAC_16")], "pcm"),
    ([("WAV", "IMA_ADPCM"), ("WAV", "MS_ADPCM")], "adpcm"), ([("AU", "ULAW")], "mu-law"),
    ([("WAV", "ALAW")], "a-law"),
    ([("WAV", "GSM610")], "gsm"), ([("AU", "ULAW"), ("WAV", "PCM_16"), ("MP3", None)],
    "mixed (mp3, mu-law, pcm)"),
    ([("AU", "G721_32")], "adpcm"), ([("OGG", "VORBIS"), ("FLAC", None)], "mixed (pcm, vorbis)"),
])  # fmt: skip
def test_the_coding_is_called_by_its_name(make_folder, own_cache, files, kind):
    sounds = {
        f"folk/{k}.wav": coded(tone(2, 300 + 30 * k), 22_050, *one) for k, one in enumerate(files)
    }
    assert load_corpus(make_folder(sounds)).audio_kind == kind


def test_lossy_codecs_tell_their_rate(make_folder, own_cache):
    assert load_corpus(make_folder({"folk/a.mp3": tone(4)})).audio_kind.startswith("mp3-")
    assert load_corpus(
        make_folder({"folk/a.mp3": coded(tone(4, rate=48_000), 48_000, "OGG", "OPUS")})
    ).audio_kind[:5]


def test_an_excerpt_is_the_middle_of_what_is_heard(make_folder, own_cache):
    y = np.linspace(-0.5, 0.5, 20 * 44_100).astype(np.float32)
    y += 0.01 * tone(20, rate=44_100).astype(np.float32)
    mine = load_own_music(make_folder({"a.wav": coded(y, 44_100, **FLOAT)}), seconds=6)
    whole = soundfile.read(make_folder({}) / "a.wav", dtype="float32")[0]
    assert len(whole) == len(y)
    excerpt = mine.audio("yours.a")
    assert len(excerpt) == 6 * 22_050 and excerpt.mean() == pytest.approx(0, abs=1e-4)
