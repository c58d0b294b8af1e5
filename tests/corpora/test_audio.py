"""How long a file is, what it holds, and that decoding in blocks gives the same as all at once."""

import hashlib
import os
import pickle
import socket
import tracemalloc

import numpy as np
import pytest
import soundfile
import soxr
from conftest import tone
from sounds import bare, coded, flac_of_unknown_length, varied

from genrelab.corpora import AudioError, audio, levels, load_corpus, read_audio
from genrelab.corpora.audio import describe_content


def seconds(path):
    return describe_content(path).header.seconds


@pytest.mark.parametrize("block", [1000, 1 << 20])
@pytest.mark.parametrize(
    "kind, channels", [("wav", 1), ("flac", 2), ("mp3", 2), ("ogg", 1), ("aiff", 2)]
)
def test_blocks_give_what_decoding_at_once_gives(tmp_path, monkeypatch, kind, channels, block):
    monkeypatch.setattr(audio, "BLOCK", block)
    path = tmp_path / f"a.{kind}"
    soundfile.write(path, np.clip(4 * tone(3, rate=44_100, channels=channels), -1, 1), 44_100)
    whole, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert np.array_equal(
        read_audio(path), soxr.resample(whole.mean(axis=1), rate, 22_050, quality="HQ")
    )
    found = describe_content(path)
    assert (
        found.hash == hashlib.sha1(f"{rate} {whole.shape} ".encode() + whole.tobytes()).hexdigest()
    )
    assert found.peak == np.abs(whole).max() and found.rms == pytest.approx(
        np.sqrt(np.mean(whole**2)), rel=1e-5
    )
    flags = np.abs(whole).max(axis=1) >= levels.FULL_SCALE
    runs = np.convolve(flags, [1, 1, 1], "full") == 3  # at least three in a row end here
    assert found.clipped == pytest.approx((runs[2:] | runs[1:-1] | runs[:-2]).mean())


def test_flac_without_a_count_is_decoded_and_used(make_folder, own_cache):
    root = make_folder({"folk/a.flac": flac_of_unknown_length(tone(2)), "folk/b.wav": tone(3)})
    corpus = load_corpus(root)
    assert dict(corpus.tracks["seconds"]) == {"folk.a": 2, "folk.b": 3} and corpus.problems.empty
    assert len(corpus.audio("folk.a")) == 44_100
    assert describe_content(root / "folk" / "a.flac").header.seconds == 2
    (root / "counted.flac").write_bytes(coded(tone(2), kind="FLAC"))
    assert corpus.content("folk.a") == describe_content(root / "counted.flac")


def test_flac_without_a_count_that_breaks_off_is_named(make_folder, own_cache):
    data = flac_of_unknown_length(varied(8))
    corpus = load_corpus(
        make_folder({"folk/a.flac": data[: len(data) // 2], "folk/b.wav": tone(3)})
    )
    assert list(corpus.tracks.index) == ["folk.b"] and list(corpus.problems["file"]) == [
        "folk/a.flac"
    ]


@pytest.mark.parametrize("mode", ["CONSTANT", "VARIABLE"])
@pytest.mark.parametrize("loud_first", [False, True])
def test_mp3_without_a_length_is_read_to_its_end(tmp_path, mode, loud_first):
    path = tmp_path / "a.mp3"
    path.write_bytes(bare(coded(varied(8, loud_first), kind="MP3", bitrate_mode=mode)))
    assert seconds(path) == pytest.approx(8, abs=0.1)
    assert len(read_audio(path)) == describe_content(path).header.frames


@pytest.mark.parametrize(
    "cut", [lambda mp3: mp3, bare, lambda mp3: b"ID3\4\0\0\0\0\1\0" + bytes(128) + bare(mp3)]
)
@pytest.mark.parametrize("mode", ["CONSTANT", "VARIABLE"])
def test_joined_mp3s_are_read_whole(tmp_path, mode, cut):
    first, second = (
        cut(coded(varied(8, loud), kind="MP3", bitrate_mode=mode)) for loud in (True, False)
    )
    path = tmp_path / "a.mp3"
    path.write_bytes(first + second)
    assert seconds(path) == pytest.approx(16, abs=0.2)
    y = read_audio(path)
    assert np.abs(y[-22_050:]).max() > 0.4  # the second one ends with noise


def test_mp3_that_counts_wrongly_is_read_to_its_end(tmp_path):
    data = bytearray(coded(varied(8), kind="MP3"))
    at = max(data.find(b"Xing"), data.find(b"Info"))
    data[at + 8 : at + 12] = (10).to_bytes(4, "big")
    (tmp_path / "a.mp3").write_bytes(data)
    assert seconds(tmp_path / "a.mp3") == pytest.approx(8, abs=0.1)


@pytest.mark.parametrize("more", [-1, 1])
def test_mp3_that_is_off_by_one_frame_is_taken(tmp_path, more):
    data = bytearray(coded(varied(1), kind="MP3"))
    at = max(data.find(b"Xing"), data.find(b"Info")) + 8
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "big") + more).to_bytes(4, "big")
    (tmp_path / "a.mp3").write_bytes(data)
    assert seconds(tmp_path / "a.mp3") == pytest.approx(1, abs=0.06)


def test_mp3_joined_from_two_rates_says_how_to_convert(tmp_path):
    path = tmp_path / "a b.mp3"
    path.write_bytes(coded(tone(3), kind="MP3") + coded(tone(3, rate=16_000), 16_000, kind="MP3"))
    with pytest.raises(AudioError, match=r'different rates.*ffmpeg -i "a b.mp3" "a b.wav"'):
        read_audio(path)


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_joined_ogg_is_read_whole_and_a_cut_one_named(tmp_path, subtype):
    one, other = (coded(tone(k, rate=48_000), 48_000, "OGG", subtype) for k in (2, 3))
    path = tmp_path / "a.ogg"
    path.write_bytes(one + other)
    assert seconds(path) == pytest.approx(5, abs=0.05)
    path.write_bytes(other[: len(other) * 2 // 3])
    with pytest.raises(AudioError, match="is cut off"):
        read_audio(path)


@pytest.mark.parametrize("kind", ["FLAC", "AU"])
def test_joined_files_of_other_kinds_are_read_whole(tmp_path, kind):
    one, other = (coded(tone(k), kind=kind, subtype="PCM_16") for k in (2, 3))
    (tmp_path / "a").write_bytes(one + other)
    assert seconds(tmp_path / "a") == 5
    uncounted = flac_of_unknown_length(tone(4))
    (tmp_path / "b").write_bytes(coded(tone(2), kind="FLAC") + uncounted)
    assert seconds(tmp_path / "b") == 6


@pytest.mark.parametrize("kind", ["FLAC", "MP3", "AU", "OGG"])
def test_a_tag_at_the_end_does_no_harm(tmp_path, kind):
    (tmp_path / "a").write_bytes(coded(tone(2), kind=kind) + b"TAG" + bytes(125))
    assert seconds(tmp_path / "a") == pytest.approx(2, abs=0.01)


CUT = [
    ("WAV", "PCM_16"),
    ("WAV", "ULAW"),
    ("WAV", "IMA_ADPCM"),
    ("AU", "PCM_16"),
    ("AIFF", "PCM_16"),
    ("W64", "PCM_16"),
    ("RF64", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("CAF", "PCM_16"),
    ("MP3", None),
]


@pytest.mark.parametrize("kind, subtype", CUT)
def test_what_states_its_length_and_is_shorter_is_named(tmp_path, kind, subtype):
    data = coded(varied(6), kind=kind, subtype=subtype)
    path = tmp_path / "a"
    path.write_bytes(data)
    assert seconds(path) == pytest.approx(6, abs=0.1)
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(AudioError, match=r"a (is cut off|cannot be decoded)"):
        read_audio(path)


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFF000, 0xFFFFFFDB])
def test_wav_from_a_pipe_is_read_whole(tmp_path, size):
    data = bytearray(coded(tone(2)))
    at = data.find(b"data")
    data[at + 4 : at + 8] = size.to_bytes(4, "little")
    (tmp_path / "a.wav").write_bytes(data)
    assert seconds(tmp_path / "a.wav") == 2
    data[at + 4 : at + 8] = bytes(4)  # a recorder that was switched off
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(AudioError, match=r"says that it holds no samples.*-ignore_length"):
        read_audio(tmp_path / "a.wav")


def test_what_is_no_regular_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s.wav"))
    (tmp_path / "folder.wav").mkdir()
    for name in ("pipe.wav", "s.wav", "folder.wav"):
        with pytest.raises(AudioError, match="is no regular file"):
            read_audio(tmp_path / name)
    with pytest.raises(AudioError, match=r"gone.wav cannot be decoded \(no such file or "
                                         r"directory\)"):
        read_audio(tmp_path / "gone.wav")
    (tmp_path / "zero.wav").touch()
    with pytest.raises(AudioError, match="is empty"):
        read_audio(tmp_path / "zero.wav")


@pytest.mark.parametrize(
    "error", [MemoryError(), ValueError("array is too big"), TypeError(), OSError(5, "I/O error")]
)
def test_whatever_a_decoder_raises_names_the_file(make_folder, own_cache, monkeypatch, error):
    root = make_folder({f"folk/{k}.wav": tone(1 + k) for k in range(3)})
    read = soundfile.SoundFile.read

    def failing(file, *rest, **options):
        if "1.wav" in str(file.name):
            raise error
        return read(file, *rest, **options)

    monkeypatch.setattr(soundfile.SoundFile, "read", failing)
    corpus = load_corpus(root)
    assert list(corpus.tracks.index) == ["folk.0", "folk.2"] and list(corpus.problems["file"]) == [
        "folk/1.wav"
    ]


@pytest.mark.parametrize("rate", [1, 50, 4_000_000_000])
def test_a_rate_that_no_music_has_is_named(tmp_path, rate):
    data = bytearray(coded(tone(1)))
    data[24:28] = rate.to_bytes(4, "little")
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(AudioError, match=r"samples a second|cannot be decoded"):
        read_audio(tmp_path / "a.wav")


def test_a_blip_is_left_out(make_folder, own_cache):
    corpus = load_corpus(make_folder({"folk/blip.wav": tone(0.01), "folk/a.wav": tone(1)}))
    assert corpus.problems.iloc[0].tolist()[:2] == ["folk/blip.wav", "lasts 0.01 s, less than 0.1 "
                                                                     "s"]


def test_an_error_survives_the_way_from_a_worker(tmp_path):
    error = pickle.loads(pickle.dumps(AudioError(tmp_path / "a\n.wav", "is odd", "Mend it")))
    assert (error.problem, error.mend) == ("is odd", "Mend it") and str(error).endswith(
        r"a\n.wav is odd. Mend it."
    )


def test_only_a_block_is_held_of_a_long_file(make_folder, own_cache):
    path = make_folder({"a.flac": np.zeros((300 * 44_100, 2), np.int16)}, rate=44_100) / "a.flac"
    tracemalloc.start()
    describe_content(path)
    seconds = sum(len(block) for block in audio.mono_blocks(path)) / 22_050
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds == pytest.approx(300, abs=0.1) and peak < 60e6  # as a whole it takes 106 MB
