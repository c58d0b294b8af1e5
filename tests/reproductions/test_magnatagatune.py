"""MagnaTagATune's published layout: tables, sixteen folders, and files that cannot be opened."""

import numpy as np
import pytest
import soundfile
from conftest import tone

from genrelab.corpora import SAMPLE_RATE, CorpusError
from reproductions.magnatagatune import load_magnatagatune

CLIPS = {  # clip: place, tags that are set, artist and title
    "2": (
        "f/american_bach_soloists-solo_cantatas-01-aria-30-59.mp3",
        {"baroque", "no voice"},
        "Bach Soloists",
        "Aria",
    ),
    "6": ("0/ensemble-suite-02-none-0-29.mp3", {"violin"}, "Ensemble", "None"),
    "10": (
        "f/american_bach_soloists-solo_cantatas-01-aria-59-88.mp3",
        set(),
        "Bach Soloists",
        "Aria",
    ),
    "35644": (
        "6/norine_braun-now_and_zen-08-gently-117-146.mp3",
        {"violin"},
        "Norine Braun",
        "Gently",
    ),
    "40000": ("9/nobody-nowhere-01-lost-0-29.mp3", {"violin"}, "Nobody", "Lost"),
    "40001": ("9/nobody-nowhere-02-noise-0-29.mp3", set(), "Nobody", "Noise"),
}
TAGS = ["violin", "no voice", "baroque"]
INFO = [
    *"clip_id track_number title artist album url".split(),
    *"segmentStart segmentEnd original_url mp3_path".split(),
]


def write_table(path, columns, rows):
    lines = ["\t".join(f'"{field}"' for field in row) for row in [columns, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def make_magna(tmp_path, monkeypatch):
    """Return a function that writes a small MagnaTagATune: three good clips, one empty, one
    missing, one no sound."""
    monkeypatch.setenv("GENRELAB_JOBS", "1")

    def make(below="", info=True, sound=True):
        root = tmp_path / "magna"
        for name in "0123456789abcdef":
            (root / below / name).mkdir(parents=True)
        rows = [
            [clip, *(int(tag in tags) for tag in TAGS), place]
            for clip, (place, tags, _, _) in CLIPS.items()
        ]
        write_table(root / "annotations_final.csv", ["clip_id", *TAGS, "mp3_path"], rows)
        if info:  # the published table has clips that nobody annotated, and some fields are empty
            rows = [
                [clip, 1, CLIPS[clip][3], CLIPS[clip][2], "x", "", 0, 29, "", CLIPS[clip][0]]
                for clip in CLIPS
            ]
            rows[2][2:4] = ["", ""]
            write_table(
                root / "clip_info_final.csv",
                INFO,
                [*rows, ["77", 1, "T", "A", "x", "", 0, 29, "", "a/b.mp3"]],
            )
        for clip in ["2", "6", "10"] if sound else []:
            place = root / below / CLIPS[clip][0]
            soundfile.write(
                place, tone(2, rate=16_000), 16_000, format="MP3", subtype="MPEG_LAYER_III"
            )
        (root / below / CLIPS["35644"][0]).touch()
        (root / below / CLIPS["40001"][0]).write_bytes(b"no sound" * 100)
        return root

    return make


@pytest.mark.parametrize("below", ["", "mp3"])
def test_clips_are_found_and_described_in_both_layouts(make_magna, below):
    root = make_magna(below)
    magna = load_magnatagatune(root)
    tracks = magna.tracks
    assert (magna.name, magna.root, magna.genres) == ("magnatagatune", root, ["unlabelled"])
    assert list(tracks.index) == ["magnatagatune.10", "magnatagatune.2", "magnatagatune.6"]
    assert tracks.index.name == "track" and tracks.columns[-1] == "tags"
    assert set(tracks["split"]) == {"train"} and list(tracks["duplicate_of"]) == [None] * 3
    assert dict(tracks["tags"]) == {
        "magnatagatune.2": "no voice;baroque",
        "magnatagatune.6": "violin",
        "magnatagatune.10": "",
    }
    assert tracks.at["magnatagatune.2", "path"] == f"{below}/{CLIPS['2'][0]}".lstrip("/")
    assert tracks["seconds"].to_numpy() == pytest.approx(2, abs=0.1)
    assert magna.audio_kind.startswith("mp3")


def test_artists_and_titles_come_from_clip_info(make_magna):
    magna = load_magnatagatune(make_magna())
    first, second = magna.tracks.loc["magnatagatune.2"], magna.tracks.loc["magnatagatune.6"]
    assert (first["artist"], first["title"]) == ("Bach Soloists", "Aria")
    assert first["group"] == first["performers"] == "Bach Soloists"
    assert second["title"] == "None"  # a title, not a gap
    unknown = magna.tracks.loc["magnatagatune.10"]
    assert (
        unknown[["artist", "title", "performers"]].isna().all()
        and unknown["group"] == "magnatagatune.10"
    )
    assert magna.notices == ("This is a part of MagnaTagATune: 3 of 6 clips.",)


def test_without_clip_info_each_clip_is_a_group_of_its_own(make_magna):
    magna = load_magnatagatune(make_magna(info=False))
    assert magna.tracks[["artist", "title", "performers"]].isna().all(axis=None)
    assert list(magna.tracks["group"]) == list(magna.tracks.index)
    assert any("No artists are known" in notice for notice in magna.notices)


@pytest.mark.parametrize("below", ["", "mp3/"])
def test_files_that_cannot_be_opened_are_named(make_magna, below):
    problems = load_magnatagatune(make_magna(below)).problems.set_index("file")
    empty, missing, noise = (below + CLIPS[clip][0] for clip in ("35644", "40000", "40001"))
    assert set(problems.index) == {empty, missing, noise}
    assert (
        problems.at[empty, "problem"] == "is empty" and "published as" in problems.at[empty, "mend"]
    )
    assert (
        problems.at[missing, "problem"] == "is missing"
        and "Copy it" in problems.at[missing, "mend"]
    )
    assert (
        "cannot be decoded" in problems.at[noise, "problem"]
        and "Replace" in problems.at[noise, "mend"]
    )


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


def test_only_the_three_empty_clips_missing_is_no_part(make_magna):
    root = make_magna()
    places = {clip: place for clip, (place, *_) in CLIPS.items() if clip not in ("40000", "40001")}
    rows = [[clip, 0, place] for clip, place in places.items()]
    write_table(root / "annotations_final.csv", ["clip_id", "violin", "mp3_path"], rows)
    magna = load_magnatagatune(root)
    assert len(magna.problems) == 1 and magna.notices == ()


def test_no_folder_no_table_and_no_sound_are_errors_that_say_so(make_magna, tmp_path):
    with pytest.raises(CorpusError, match="There is no folder"):
        load_magnatagatune(tmp_path / "nowhere")
    root = make_magna(sound=False)
    with pytest.raises(CorpusError, match=r"No clip of .*annotations_final.csv can be "
                                          r"used(.|\n)*f/american.* missing"):
        load_magnatagatune(root)
    (root / "annotations_final.csv").unlink()
    with pytest.raises(CorpusError, match=r"holds no annotations_final.csv.*City, University of "
                                          r"London"):
        load_magnatagatune(root)


@pytest.mark.parametrize(
    "name, columns, rows, text",
    [
        (
            "annotations_final.csv",
            ["clip_id", "violin"],
            [[2, 1]],
            "final.csv has no column named mp3_path",
        ),
        (
            "annotations_final.csv",
            ["clip_id,mp3_path"],
            [["2,x"]],
            "no column named clip_id.*tab-separated",
        ),
        (
            "annotations_final.csv",
            ["clip_id", "a", "mp3_path"],
            [[2, 1, "x"], [2, 1, "y"]],
            "names the clip 2 twice",
        ),
        (
            "annotations_final.csv",
            ["clip_id", "a", "mp3_path"],
            [[2, 7, "x"]],
            "column 'a' with other values",
        ),
        (
            "clip_info_final.csv",
            ["clip_id", "title"],
            [[2, "x"]],
            "info_final.csv has no column named artist",
        ),
    ],
)
def test_tables_of_another_kind_are_errors(make_magna, name, columns, rows, text):
    root = make_magna()
    write_table(root / name, columns, rows)
    with pytest.raises(CorpusError, match=text):
        load_magnatagatune(root)


def test_a_file_that_is_no_table_is_an_error(make_magna):
    root = make_magna()
    (root / "annotations_final.csv").write_bytes(b"")
    with pytest.raises(CorpusError, match="cannot be read as a table"):
        load_magnatagatune(root)
