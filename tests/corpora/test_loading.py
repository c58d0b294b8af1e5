"""Folders become corpora; what cannot be taken is named with its mend."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest import tone
from hypothesis import given, settings
from hypothesis import strategies as st

from genrelab.corpora import (
    AudioError,
    CorpusError,
    CorpusLacks,
    integrity,
    load_corpus,
    read_audio,
)


@pytest.fixture
def folder(make_folder, own_cache):
    """Two genres, three tracks each, one of them twice."""
    kinds = [(genre, k) for genre in ("folk", "techno") for k in range(3)]
    root = make_folder(
        {f"{genre}/{k}.wav": tone(1 + k, 300 + 50 * k + len(genre)) for genre, k in kinds}
    )
    samples, rate = soundfile.read(root / "techno" / "1.wav", dtype="int16")
    soundfile.write(root / "techno" / "copy.flac", samples, rate)
    return root


def test_any_folder_of_genre_folders(folder):
    corpus = load_corpus(folder)
    assert corpus.name == "music"
    assert corpus.genres == ["folk", "techno"]
    assert list(corpus.tracks.columns[:9]) == [
        "genre", "path", "artist", "title", "performers", "group", "split", "duplicate_of",
        "seconds",
    ]  # fmt: skip
    assert corpus.tracks.loc["folk.2", "seconds"] == 3
    assert corpus.tracks["group"].tolist() == corpus.tracks.index.tolist()
    assert corpus.audio_kind == "pcm"
    assert "No artists are known" in corpus.notices[0]
    assert corpus.problems.empty


def test_exact_copy_is_found_in_another_format_and_removed(folder):
    corpus = load_corpus(folder)
    assert corpus.tracks.loc["techno.copy", ["duplicate_of", "split"]].tolist() == [
        "techno.1",
        "removed",
    ]
    assert corpus.tracks["duplicate_of"].notna().sum() == 1
    assert integrity(corpus).duplicates == [["techno.1", "techno.copy"]]
    assert integrity(corpus).across_genres == []


def test_copies_across_genres_are_told_apart(make_folder, own_cache):
    corpus = load_corpus(
        make_folder({"folk/a.wav": tone(), "techno/b.wav": tone(), "techno/c.wav": tone(2)})
    )
    assert integrity(corpus).across_genres == [["folk.a", "techno.b"]]


def test_stereo_of_another_rate_becomes_mono_at_22050(make_folder, own_cache):
    corpus = load_corpus(
        make_folder({"folk/a.wav": tone(1.5, rate=44_100, channels=2)}, rate=44_100)
    )
    y = corpus.audio("folk.a")
    assert (y.dtype, y.ndim) == (np.float32, 1)
    assert abs(len(y) - 1.5 * 22_050) <= 1
    spectrum = np.abs(np.fft.rfft(y * np.hanning(len(y))))
    assert abs(np.argmax(spectrum) * 22_050 / len(y) - 440) < 2
    assert np.abs(y).max() == pytest.approx(0.3, abs=0.01)


def test_bad_files_are_named_and_the_rest_is_usable(make_folder, own_cache):
    root = make_folder(
        {
            "folk/good.wav": tone(),
            "folk/text.wav": b"not a sound at all",
            "folk/zero.mp3": b"",
            "folk/cover.jpg": b"a picture",
            "folk/.hidden": b"",
        }
    )
    (root / "empty").mkdir()
    corpus = load_corpus(root)
    assert corpus.tracks.index.tolist() == ["folk.good"]
    problems = corpus.problems.set_index("file")
    assert sorted(problems.index) == ["empty/", "folk/cover.jpg", "folk/text.wav", "folk/zero.mp3"]
    assert "cannot be decoded" in problems.at["folk/text.wav", "problem"]
    assert "Replace the file" in problems.at["folk/text.wav", "mend"]
    assert problems.at["empty/", "problem"] == "no sound files in it"


@pytest.mark.parametrize(
    ("files", "said"), [({}, "There is no folder"), ({"readme.txt": b"x"}, "No sound file in")]
)
def test_nothing_to_load_names_folder_and_mend(make_folder, tmp_path, own_cache, files, said):
    make_folder(files)
    with pytest.raises(CorpusError, match=f"{said}.*music"):
        load_corpus(tmp_path / "music")


def test_names_that_collide_keep_both_tracks(make_folder, own_cache):
    names = ["folk/a.wav", "folk/a.flac", "folk/disc 2/a.wav", "folk/ö é.wav"]
    root = make_folder({name: tone(1 + seconds) for seconds, name in enumerate(names)})
    assert sorted(load_corpus(root).tracks.index) == [
        "folk.a",
        "folk.a-wav",
        "folk.disc 2.a",
        "folk.ö é",
    ]


def test_tracks_csv_tells_artists_titles_and_parts(folder):
    head = "track,artist,title,split,mood"
    rows = ["folk.0,Ann,One,test,sad", "folk.1,Ann,Two,,", "techno.0,Bo,,train,", "x.9,C,,,"]
    (folder / "tracks.csv").write_text("\n".join([head, *rows]))
    corpus = load_corpus(folder)
    told = corpus.tracks.loc["folk.0", ["artist", "title", "group", "split", "mood"]]
    assert told.tolist() == ["Ann", "One", "Ann", "test", "sad"]
    assert corpus.tracks.loc["techno.0", "split"] == "train"
    # Ann was told to be in test, so all of her is
    assert corpus.tracks.loc["folk.1", "split"] == "test"
    assert corpus.tracks["split"].notna().all()
    assert not any("No artists" in notice for notice in corpus.notices)
    assert corpus.problems["file"].tolist() == ["x.9 in tracks.csv"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,artist\na,b", "no column named track"),
        ("track,split\nfolk.0,probe", "split 'probe'"),
        ("track,artist\nfolk.0,A\nfolk.0,B", "names folk.0 twice"),
    ],
)
def test_tracks_csv_errors_say_what_to_mend(folder, text, said):
    (folder / "tracks.csv").write_text(text)
    with pytest.raises(CorpusError, match=said):
        load_corpus(folder)


def test_unknown_track_and_missing_file(folder):
    corpus = load_corpus(folder)
    with pytest.raises(KeyError, match=r"has no track 'folk.9'"):
        corpus.audio("folk.9")
    corpus.path("folk.0").unlink()
    with pytest.raises(AudioError, match="cannot be decoded"):
        corpus.audio("folk.0")
    assert "folk/0.wav" in set(integrity(corpus).problems["file"])


def test_not_a_number_is_an_error(tmp_path):
    y = np.zeros(100, dtype=np.float32)
    y[50] = np.nan
    soundfile.write(tmp_path / "a.wav", y, 22_050, subtype="FLOAT")
    with pytest.raises(AudioError, match="not finite"):
        read_audio(tmp_path / "a.wav")


def test_a_file_of_no_numbers_is_left_out_when_loading(make_folder, own_cache):
    root = make_folder({"folk/a.wav": tone()})
    soundfile.write(root / "folk" / "b.wav", np.full(100, np.inf), 22_050, subtype="FLOAT")
    corpus = load_corpus(root)
    assert corpus.tracks.index.tolist() == ["folk.a"]
    assert "not finite" in corpus.problems.at[0, "problem"]


def test_needs_are_checked_and_explained(folder):
    corpus = load_corpus(folder)
    corpus.require(genres=2, seconds=1)
    with pytest.raises(CorpusLacks, match=r"too few genres \(folk, techno\); 3 are needed"):
        corpus.require(genres=3)
    with pytest.raises(CorpusLacks, match=r"folk.0 lasts 1.0 s"):
        corpus.require(seconds=2)
    with pytest.raises(CorpusLacks, match=r"Of folk 0 artists are known; 2 in each genre are "
                                          r"needed"):
        corpus.require(artists=2)
    with pytest.raises(CorpusLacks, match=r"tracks in all; at least 99 are needed"):
        corpus.require(in_all=99)


def test_needs_of_a_split_count_the_tracks_that_are_not_removed(make_folder, own_cache):
    sounds = {
        f"{g}/{k}.wav": tone(pitch=300 + 50 * k + len(g))
        for g in ("folk", "techno")
        for k in range(4)
    }
    root = make_folder(sounds)
    parts = {"folk.0": "train", "folk.1": "train", "folk.2": "valid", "folk.3": "removed"}
    parts |= {"techno.0": "train", "techno.1": "test", "techno.2": "test", "techno.3": "test"}
    (root / "tracks.csv").write_text("track,split\n" + "\n".join(map(",".join, parts.items())))
    corpus = load_corpus(root)
    corpus.require(parts={"train": 3, "valid": 1, "test": 3}, train_of_each=1, tracks=3, in_all=7)
    for needs, said in {
        "The split has 1 track to choose by (valid); at least 2 are "
        "needed": {"parts": {"valid": 2}},
        "techno has 1 track to learn from (train); at least 2 are needed": {"train_of_each": 2},
        "folk has 3 tracks (without 1 that is an exact copy or removed); at least "
        "4 are needed": {"tracks": 4},
        "There are 7 tracks in all; at least 8 are needed": {"in_all": 8},
    }.items():
        assert corpus.lacks(**said).startswith(needs)


def test_a_length_is_never_rounded_up_to_what_is_needed(make_folder, own_cache):
    corpus = load_corpus(make_folder({"folk/a.wav": tone(2.9999)}))
    assert corpus.lacks(seconds=3).startswith("folk.a lasts 2.9 s; at least 3 s are needed")


def test_files_in_which_nothing_can_be_heard_are_set_aside_by_name(make_folder, own_cache):
    constant, square = np.full(22_050, 0.25), np.where(np.arange(22_050) % 50 < 25, 0.5, -0.5)
    sounds = {
        "folk/a.wav": tone(),
        "folk/b.wav": np.zeros(22_050),
        "folk/c.wav": constant,
        "folk/d.wav": square,
    }
    corpus = load_corpus(make_folder(sounds))
    assert corpus.tracks.index.tolist() == ["folk.a", "folk.d"]
    assert dict(zip(corpus.problems["file"], corpus.problems["problem"])) == {
        "folk/b.wav": "is silent",
        "folk/c.wav": "holds one constant value, which is no sound",
    }


def test_music_of_which_nothing_can_be_heard_is_left_out_with_the_reason(make_folder, own_cache):
    root = make_folder({"folk/a.wav": np.zeros(99), "techno/b.wav": np.zeros((99, 2))})
    with pytest.raises(CorpusLacks, match="Nothing can be heard in any sound file of "
                                          "music") as said:
        load_corpus(root)
    assert str(root) not in str(said.value)


def test_no_two_files_get_one_name(make_folder, own_cache):
    sounds = {"a/b/c.wav": tone(), "a/b.c.wav": tone(pitch=330), "a.b/c.wav": tone(pitch=550)}
    assert len(load_corpus(make_folder(sounds)).tracks) == 3


def test_where_nobody_is_named_each_track_counts_as_an_artist_of_its_own(folder):
    corpus = load_corpus(folder)
    fewest = corpus.tracks.genre.value_counts().min()
    corpus.require(groups=int(fewest))
    assert corpus.lacks(artists=1)
    with pytest.raises(CorpusLacks, match=rf"has {fewest} tracks; at least 9 are needed"):
        corpus.require(groups=9)
    (folder / "tracks.csv").write_text("track,artist\nfolk.0,Ann")
    assert "artists are known; 2 in each genre are needed" in load_corpus(folder).lacks(groups=2)


def test_joint_credits_link_artists(folder):
    rows = ["track,artist", "folk.0,Ann", "folk.1,Ann; Bo", "folk.2,Bo", "techno.0,Cy"]
    (folder / "tracks.csv").write_text("\n".join(rows))
    corpus = load_corpus(folder)
    assert corpus.tracks["group"][["folk.0", "folk.1", "folk.2", "techno.0"]].tolist() == [
        "Ann",
        "Ann",
        "Ann",
        "Cy",
    ]
    assert corpus.tracks["split"][["folk.0", "folk.1", "folk.2"]].nunique() == 1


def test_a_removed_track_is_no_original(folder):
    (folder / "tracks.csv").write_text("track,split\ntechno.1,removed\n")
    tracks = load_corpus(folder).tracks
    assert tracks.at["techno.1", "duplicate_of"] == "techno.copy"
    assert tracks.at["techno.copy", "split"] != "removed"


def test_a_genre_folder_alone_and_a_file_say_what_to_give(folder):
    with pytest.raises(CorpusError, match=r"0\.wav: lies in no genre folder"):
        load_corpus(folder / "folk")
    with pytest.raises(CorpusError, match="is a file, and no archive"):
        load_corpus(folder / "folk" / "0.wav")


def test_sound_outside_the_genre_folders_is_named(folder):
    soundfile.write(folder / "lost.wav", tone(), 22_050)
    assert load_corpus(folder).problems.iloc[0].tolist()[:2] == [
        "lost.wav",
        "lies in no genre folder",
    ]


def test_the_same_samples_at_another_rate_are_another_sound(make_folder, own_cache):
    root = make_folder({"folk/a.wav": tone()})
    soundfile.write(root / "folk" / "b.wav", tone(), 44_100)
    assert load_corpus(root).tracks["duplicate_of"].isna().all()


def test_nothing_is_written_beside_the_music(folder):
    before = sorted(folder.rglob("*"))
    integrity(load_corpus(folder))
    assert sorted(folder.rglob("*")) == before


def test_clipping_and_silence_are_reported(make_folder, own_cache):
    loud, faint = np.clip(10 * tone(), -1, 1), np.where(np.arange(22_050) % 100, 0, 5e-5)
    found = integrity(load_corpus(make_folder({"folk/loud.wav": loud, "folk/mute.wav": faint})))
    assert found.silent == ["folk.mute"]
    assert list(found.clipped) == ["folk.loud"] and found.clipped["folk.loud"] > 0.5


def test_corpus_is_chosen_by_the_environment(folder, monkeypatch):
    monkeypatch.setenv("GENRELAB_CORPUS", str(folder))
    assert load_corpus().name == "music"


def test_a_file_that_may_not_be_read_is_named(folder, monkeypatch):
    """Tests may run as root, who may read everything; so the system's answer is played."""
    whole = soundfile.SoundFile

    def guarded(path, *rest, **options):
        if str(path).endswith("folk/1.wav"):
            raise PermissionError(13, "Permission denied")
        return whole(path, *rest, **options)

    monkeypatch.setattr(soundfile, "SoundFile", guarded)
    corpus = load_corpus(folder)
    assert "folk.1" not in corpus.tracks.index and len(corpus.tracks) == 6
    assert corpus.problems["problem"].tolist() == ["cannot be decoded (permission denied)"]


@pytest.mark.parametrize("kind", ["mp3", "flac"])
def test_a_cut_off_file_is_named_and_left_out(make_folder, own_cache, kind):
    root = make_folder({f"folk/{k}.{kind}": tone(4, 300 + 100 * k) for k in range(3)})
    cut = root / "folk" / f"1.{kind}"
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    corpus = load_corpus(root)
    assert corpus.problems["file"].tolist() == [f"folk/1.{kind}"]
    assert corpus.tracks.index.tolist() == ["folk.0", "folk.2"]


@pytest.mark.parametrize("name", ["gtzan", "Synthetic", "!!!"])
def test_a_folder_cannot_pass_for_a_known_corpus(folder, tmp_path, name):
    folder.rename(tmp_path / name)
    assert load_corpus(tmp_path / name).name in ("gtzan-folder", "synthetic-folder", "corpus")


letters = st.characters(codec="utf-8", exclude_characters="/\\\0", exclude_categories=("Cs", "Cc"))
odd = st.text(letters, min_size=1, max_size=12)
kinds = st.sampled_from(["wav", "flac", "ogg", "au", "mp3"])


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(odd, st.tuples(kinds, odd), min_size=1, max_size=5))
def test_folders_of_odd_names_and_formats(names):
    """Every file is either a track or a problem, whatever it is called."""
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRELAB_CACHE", f"{place}/cache")
        patch.setenv("GENRELAB_JOBS", "1")
        written = 0
        for genre, (kind, stem) in names.items():
            folder = Path(place, "music", f"g{genre}"[:40])
            try:
                folder.mkdir(parents=True, exist_ok=True)
                soundfile.write(folder / f"{stem}.{kind}", tone(0.3 + 0.1 * written), 22_050)
            except OSError:
                continue  # this file system cannot hold the name
            written += not stem.startswith(".")
        if written:
            corpus = load_corpus(Path(place, "music"))
            assert len(corpus.tracks) + len(corpus.problems) >= written
            assert corpus.tracks.index.is_unique
            assert all(len(corpus.audio(track)) > 0 for track in corpus.tracks.index)
