"""Damaged, cut, renamed and odd files beside good ones: each is a track, or is named."""

import os
import random
import tempfile
import time
from pathlib import Path

import pytest
from conftest import tone
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import bare, coded, flac_of_unknown_length, varied

from coursekit.corpus_report import as_text
from genrelab.corpora import integrity, load_corpus
from genrelab.corpora.own_music import load_own_music
from genrelab.runtime import printable

SOUNDS = {
    "wav": coded(tone(0.5)), "flac": coded(tone(0.5), kind="FLAC"), "mp3": coded(varied(0.8),
    kind="MP3"),
    "ogg": coded(tone(0.5), kind="OGG"), "opus": coded(tone(0.5, rate=48_000),
    48_000, "OGG", "OPUS"),
    "au": coded(tone(0.5), kind="AU", subtype="ULAW"), "aiff": coded(tone(0.5), kind="AIFF"),
    "caf": coded(tone(0.5), kind="CAF", subtype="ALAC_16"), "w64": coded(tone(0.5), kind="W64"),
    "wave": coded(tone(0.5), subtype="IMA_ADPCM"), "rf64": coded(tone(0.5), kind="RF64"),
    "aif": coded(tone(0.5), subtype="FLOAT"), "snd": flac_of_unknown_length(tone(0.5)),
    "mp2": bare(coded(varied(0.8), kind="MP3", bitrate_mode="VARIABLE")),
}  # fmt: skip
ENDINGS = [*SOUNDS, "m4a", "txt", "", "WAV"]
NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=8
)
STEMS = st.one_of(
    NAMES.map(str.encode), st.binary(min_size=1, max_size=4).filter(lambda b: not {0, 47} & set(b))
)


def damaged(data: bytes, way: str, seed: int) -> bytes:
    """Return a file after one of the accidents that files have."""
    chance = random.Random(seed)
    at, length = chance.randrange(len(data)), chance.randrange(1, 200)
    if way == "cut":
        return data[:at]
    if way == "beheaded":
        return data[at % 200 :]
    if way == "flipped":
        flipped = bytearray(data)
        for _ in range(1 + seed % 20):
            flipped[chance.randrange(len(data) if seed % 2 else 200)] ^= 1 << chance.randrange(8)
        return bytes(flipped)
    if way == "zeroed":
        return data[:at] + bytes(length) + data[at + length :]
    if way == "joined":
        return data + chance.choice(list(SOUNDS.values()))
    if way == "noise":
        return chance.randbytes(length)
    return data


FILES = st.tuples(
    STEMS, st.sampled_from(ENDINGS), st.sampled_from(list(SOUNDS)),
    st.sampled_from(["whole", "cut", "beheaded", "flipped", "zeroed", "joined", "noise", "fifo",
    "folder", "link"]),
    st.integers(0, 10_000),
)  # fmt: skip


def put(folder: Path, stem: bytes, ending: str, kind: str, way: str, seed: int) -> Path | None:
    """Put a file of this kind into a folder, unless it holds one of the name or the system forbids
    it."""
    path = folder / os.fsdecode(stem + (f".{ending}" if ending else "").encode())
    if os.path.lexists(path) or path.name in (".", ".."):
        return None
    try:
        if way == "fifo":
            os.mkfifo(path)
        elif way == "folder":
            path.mkdir()
        elif way == "link":
            path.symlink_to(f"nowhere{seed}")
        else:
            path.write_bytes(damaged(SOUNDS[kind], way, seed))
    except OSError:
        return None
    return path


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(FILES, min_size=4, max_size=12))
def test_each_file_is_a_track_or_is_named(files):
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRELAB_CACHE", f"{place}/cache")
        patch.setenv("GENRELAB_JOBS", "1")
        root = Path(place, "music")
        (root / "folk").mkdir(parents=True)
        (root / "folk" / "good file.wav").write_bytes(coded(tone(4, 330)))
        there = [path for file in files if (path := put(root / "folk", *file))]
        begin = time.monotonic()
        corpus, mine = load_corpus(root), load_own_music(root)
        said = as_text(integrity(corpus))
        assert time.monotonic() - begin < 20
        said.encode()
        for found in (corpus, mine):
            found.tracks.to_csv().encode()
            found.problems.to_csv().encode()
            assert found.tracks.index.is_unique
        taken, named = set(corpus.tracks["path"]), set(corpus.problems["file"])
        for path in there:
            shown = printable(path.relative_to(root).as_posix())
            # empty folders and hidden files hold nothing
            passed_over = path.is_dir() or path.name.startswith(".")
            assert (str(path.relative_to(root)) in taken) + (shown in named) == 1 or passed_over, (
                path
            )
        assert "folk.good file" in corpus.tracks.index and "yours.good file" in mine.tracks.index
        assert all(len(corpus.audio(track)) for track in corpus.tracks.index)
