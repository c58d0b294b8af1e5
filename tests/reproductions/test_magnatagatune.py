"""MagnaTagATune's published layout: tables, sixteen folders, and files that cannot be opened."""

import numpy as np
import pytest
import soundfile
from conftest import tone

from genrelab.corpora import SAMPLE_RATE, CorpusError
from reproductions.magnatagatune import load_magnatagatune

CLIPS = {
    "2": "f/american_bach_soloists-solo_cantatas-01-aria-30-59.mp3",
    "6": "0/ensemble-suite-02-none-0-29.mp3",
    "10": "f/american_bach_soloists-solo_cantatas-01-aria-59-88.mp3",
    "35644": "6/norine_braun-now_and_zen-08-gently-117-146.mp3",
    "40000": "9/nobody-nowhere-01-lost-0-29.mp3",
    "40001": "9/nobody-nowhere-02-noise-0-29.mp3",
}


def write_table(path, columns, rows):
    lines = ["\t".join(f'"{field}"' for field in row) for row in [columns, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def make_magna(tmp_path, monkeypatch):
    """Return a function that writes a small MagnaTagATune: three good clips, one empty, one
    missing, one no sound."""
    monkeypatch.setenv("GENRELAB_JOBS", "1")

    def make(below="", sound=True):
        root = tmp_path / "magna"
        for name in "0123456789abcdef":
            (root / below / name).mkdir(parents=True)
        rows = [[clip, 1, 0, place] for clip, place in CLIPS.items()]
        columns = ["clip_id", "violin", "baroque", "mp3_path"]
        write_table(root / "annotations_final.csv", columns, rows)
        for clip in ["2", "6", "10"] if sound else []:
            place = root / below / CLIPS[clip]
            soundfile.write(
                place, tone(2, rate=16_000), 16_000, format="MP3", subtype="MPEG_LAYER_III"
            )
        (root / below / CLIPS["35644"]).touch()
        (root / below / CLIPS["40001"]).write_bytes(b"no sound" * 100)
        return root

    return make


@pytest.mark.parametrize("below", ["", "mp3"])
def test_clips_are_found_and_described_in_both_layouts(make_magna, below):
    root = make_magna(below)
    magna = load_magnatagatune(root)
    tracks = magna.tracks
    assert (magna.name, magna.root, magna.genres) == ("magnatagatune", root, ["unlabelled"])
    assert list(tracks.index) == ["magnatagatune.10", "magnatagatune.2", "magnatagatune.6"]
    assert tracks.index.name == "track" and list(tracks["group"]) == list(tracks.index)
    assert set(tracks["split"]) == {"train"} and list(tracks["duplicate_of"]) == [None] * 3
    assert tracks[["artist", "title", "performers"]].isna().all(axis=None)
    assert tracks.at["magnatagatune.2", "path"] == f"{below}/{CLIPS['2']}".lstrip("/")
    assert tracks["seconds"].to_numpy() == pytest.approx(2, abs=0.1)
    assert magna.audio_kind.startswith("mp3")


@pytest.mark.parametrize("below", ["", "mp3/"])
def test_files_that_cannot_be_opened_are_named(make_magna, below):
    problems = load_magnatagatune(make_magna(below)).problems.set_index("file")
    empty, missing, noise = (below + CLIPS[clip] for clip in ("35644", "40000", "40001"))
    assert set(problems.index) == {empty, missing, noise}
    assert problems.at[empty, "problem"] == "is empty"
    assert problems.at[missing, "problem"] == "is missing"
    assert "Copy it" in problems.at[missing, "mend"]
    assert "cannot be decoded" in problems.at[noise, "problem"]
    assert "Replace" in problems.at[noise, "mend"]


def test_sound_is_returned_at_the_rate_of_the_course_and_nothing_is_written(make_magna):
    root = make_magna()
    before = sorted(root.rglob("*"))
    magna = load_magnatagatune(str(root))
    y = magna.audio("magnatagatune.2")
    seconds = magna.tracks.at["magnatagatune.2", "seconds"]
    assert SAMPLE_RATE == 22_050 and len(y) == pytest.approx(22_050 * seconds, abs=1)
    assert y.dtype == np.float32 and np.abs(y).max() == pytest.approx(0.3, abs=0.05)
    middle = y[11_025:33_075]  # one second, so that the bin is the pitch in Hz
    assert np.abs(np.fft.rfft(middle)).argmax() == 440
    assert sorted(root.rglob("*")) == before


def test_no_folder_no_table_and_no_sound_are_errors_that_say_so(make_magna, tmp_path):
    with pytest.raises(CorpusError, match=r"nowhere.* cannot be read"):
        load_magnatagatune(tmp_path / "nowhere")
    root = make_magna(sound=False)
    with pytest.raises(CorpusError, match=r"No clip of .*annotations_final.csv can be "
                                          r"used(.|\n)*f/american.* missing"):
        load_magnatagatune(root)
    (root / "annotations_final.csv").unlink()
    with pytest.raises(CorpusError, match=r"annotations_final.csv cannot be read.*City, "
                                          r"University of London"):
        load_magnatagatune(root)


@pytest.mark.parametrize(
    "columns, rows, lacking",
    [(["clip_id", "violin"], [[2, 1]], "mp3_path"), (["clip_id,mp3_path"], [["2,x"]], "mp3_path")],
)
def test_tables_of_another_kind_are_errors(make_magna, columns, rows, lacking):
    root = make_magna()
    write_table(root / "annotations_final.csv", columns, rows)
    with pytest.raises(CorpusError, match=rf"final.csv cannot be .*\('{lacking}'\).*tab-separated"):
        load_magnatagatune(root)


def test_a_file_that_is_no_table_is_an_error(make_magna):
    root = make_magna()
    (root / "annotations_final.csv").write_bytes(b"")
    with pytest.raises(CorpusError, match="cannot be read as a table"):
        load_magnatagatune(root)
