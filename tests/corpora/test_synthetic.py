"""The synthetic corpus: that it is what its catalogue says, sounds as its score says, and teaches
leakage."""

import hashlib
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import librosa
import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from genrelab.corpora import synthetic
from genrelab.runtime import parallel
from synthband import soundfont

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from genre_quartiles import TABLE
from genre_quartiles import measure as sounds_like

GENRES = [
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
]
SHUFFLES = 5

# : Loudness of the first five seconds of jazz.00000, dB.
PRINT = [-21.35, -21.3, -19.05, -19.52, -17.3]


@pytest.fixture(scope="session")
def synthetic_folder(synthetic) -> Path:
    """The rendered corpus in the cache."""
    return synthetic.root


def path_of(folder: Path, track: str) -> Path:
    return folder / "genres_original" / track.split(".")[0] / f"{track}.wav"


def measure(folder: Path, track: str) -> dict:
    """What the tests need to know of one track's sound."""
    samples, _ = soundfile.read(path_of(folder, track))
    mfcc = librosa.feature.mfcc(y=samples, sr=22050)
    blocks = samples[: len(samples) // 2205 * 2205].reshape(-1, 2205)
    loud = np.sqrt((blocks**2).mean(axis=1)) > 0.01
    edges = np.flatnonzero(np.diff(np.concatenate(([True], loud, [True])).astype(int)))
    gaps = np.diff(edges)[::2] * 0.1 if len(edges) else np.zeros(1)
    harmonic, percussive = librosa.decompose.hpss(
        np.abs(librosa.stft(samples[5 * 22050 : 15 * 22050], hop_length=1024))
    )
    return {
        "mfcc": np.concatenate((mfcc.mean(axis=1), mfcc.std(axis=1))),
        "peak": np.abs(samples).max(),
        "rms": 20 * np.log10(np.sqrt((samples**2).mean())),
        "offset": abs(samples.mean()),
        "gap": gaps.max(initial=0.0),
        "tempo": float(np.atleast_1d(librosa.beat.beat_track(y=samples, sr=22050)[0])[0]),
        "percussive": (percussive**2).sum() / ((percussive**2).sum() + (harmonic**2).sum()),
    }


@pytest.fixture(scope="session")
def measured(synthetic_folder) -> pd.DataFrame:
    """One row of measurements for each track without a fault."""
    table = synthetic.catalogue()
    good = table[table["split"] == ""]
    rows = parallel(partial(measure, synthetic_folder), list(good.index), "measuring")
    heard = pd.DataFrame(rows, index=good.index).rename(columns={"tempo": "tempo heard"})
    return pd.concat([good, heard], axis=1)


def test_catalogue_has_ten_genres_of_five_acts_with_four_tracks():
    table = synthetic.catalogue()
    assert len(table) == 200 and table.index.is_unique
    assert sorted(table["genre"].unique()) == GENRES
    assert (table.groupby("genre").size() == 20).all()
    acts = table.groupby(["genre", "artist"]).size()
    assert len(acts) == 50 and (acts == 4).all()
    assert table["artist"].nunique() == 50
    assert (
        table.index == [f"{genre}.{number:05d}" for genre in GENRES for number in range(20)]
    ).all()


def test_catalogue_declares_every_planted_fault():
    table = synthetic.catalogue()
    assert table["fault"].value_counts().to_dict() == {
        "": 194, "duplicate": 3, "undecodable": 1, "distorted": 1, "shifted": 1,
    }  # fmt: skip
    assert ((table["split"] == "removed") == (table["fault"] != "")).all()
    copies = table[table["duplicate_of"] != ""]
    assert set(copies["fault"]) == {"duplicate", "shifted"}
    originals = table.loc[copies["duplicate_of"]]
    assert (originals["fault"] == "").all()
    assert (copies["genre"].to_numpy() != originals["genre"].to_numpy()).sum() == 1


def test_only_copies_within_an_act_share_a_title():
    table = synthetic.catalogue()
    twice = table[table.duplicated(["artist", "title"], keep="first")]
    assert set(twice.index) == {
        track for track, row in table.iterrows()
        if row["duplicate_of"] and row["artist"] == table.loc[row["duplicate_of"], "artist"]
    }  # fmt: skip


def test_tempo_of_the_score_lies_in_its_style():
    from synthband.styles import STYLES

    table = synthetic.catalogue()
    for track, row in table[table["duplicate_of"] == ""].iterrows():
        slowest, fastest = STYLES[row["genre"]].tempo
        assert slowest <= row["tempo"] <= fastest, track


@pytest.mark.parametrize("track", ["blues.00001", "classical.00009", "metal.00013"])
def test_rendering_twice_gives_the_same_samples_in_time(track):
    first = synthetic.render(track)
    begin = time.process_time()
    second = synthetic.render(track)
    assert time.process_time() - begin < 1.5
    assert first.dtype == np.int16 and first.shape == (661500,)
    assert np.array_equal(first, second)


PLAY = """
import hashlib, sys
from synthband import render
sums = {track: hashlib.sha256(render(track).tobytes()).hexdigest() for track in sys.argv[1:]}
print(*(sums[track] for track in sorted(sums)))
"""


def test_every_process_plays_the_same_samples_whatever_it_has_played_before():
    """The player of the font goes on from note to note, and notes are kept."""
    tracks = ["blues.00001", "metal.00013", "pop.00003"]
    sums = {
        subprocess.run(
            [sys.executable, "-c", PLAY, *order], capture_output=True, text=True, check=True
        ).stdout
        for order in (tracks, tracks[::-1])
    }
    assert len(sums) == 1


@pytest.mark.parametrize("package", [None, "json"])
def test_a_missing_font_is_named_with_the_way_to_get_it(package, monkeypatch):
    """The package is missing, or has no font in it."""
    found = package and soundfont.find_spec(package)
    monkeypatch.setattr(soundfont, "find_spec", lambda name: found)
    with pytest.raises(FileNotFoundError, match=r"TimGM6mb\.sf2.+make setup.+pip install pretty_"):
        soundfont.font()


def test_the_font_is_the_one_whose_licence_we_name():
    """And whose sound the prints and thresholds below rest on."""
    digest = hashlib.sha256(soundfont.font().read_bytes()).hexdigest()
    assert digest == "82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1"


def test_table_of_quartiles_holds_every_measure_of_every_genre():
    table = pd.read_csv(TABLE, comment="#").set_index(["genre", "measure"])
    rng = np.random.default_rng(0)
    names = list(sounds_like(rng.normal(size=661500).astype(np.float32)))
    assert list(table.index) == [(genre, name) for genre in GENRES for name in names]
    assert (table["q25"] <= table["q50"]).all() and (table["q50"] <= table["q75"]).all()


def test_measures_of_sounds_that_are_known():
    time = np.arange(661500) / 22050
    tone = np.sin(2 * np.pi * 100 * time)
    row = sounds_like(tone.astype(np.float32))
    assert row["crest"] == pytest.approx(3.01, abs=0.01) and row["range"] < 0.1
    assert row["low"] > 0.999 and row["tone_91"] > -0.5 and row["harmonic"] > 20
    assert row["jump"] == pytest.approx(2 * np.pi * 100 / 22050 * np.sqrt(2), rel=0.01)
    beat = 1e-3 * np.random.default_rng(0).normal(size=661500)
    beat[:: 22050 // 2] = 1.0
    row = sounds_like(beat.astype(np.float32))
    assert row["tempo"] == pytest.approx(120, rel=0.03) and row["harmonic"] < -10
    assert row["onsets"] == pytest.approx(2, abs=0.2)


def test_two_tracks_of_one_act_differ():
    assert not np.array_equal(synthetic.render("pop.00000"), synthetic.render("pop.00001"))


def test_the_sound_has_not_moved(synthetic_folder):
    """A coarse print of one track. Numbers of the course rest on this sound: move it knowingly,
    then the print."""
    samples, _ = soundfile.read(path_of(synthetic_folder, "jazz.00000"))
    loudness = 20 * np.log10(np.sqrt((samples.reshape(30, -1) ** 2).mean(axis=1)) + 1e-9)
    assert np.allclose(loudness[:5], PRINT, atol=0.02)


def test_unknown_track_is_named_in_the_error():
    with pytest.raises(KeyError, match=r"polka\.00000"):
        synthetic.render("polka.00000")


def test_undecodable_track_cannot_be_rendered():
    table = synthetic.catalogue()
    track = table.index[table["fault"] == "undecodable"][0]
    with pytest.raises(ValueError, match="undecodable"):
        synthetic.render(track)


def test_folder_holds_every_file_and_only_one_does_not_decode(synthetic_folder):
    table = synthetic.catalogue()
    broken = []
    for track in table.index:
        try:
            info = soundfile.info(path_of(synthetic_folder, track))
        except soundfile.LibsndfileError:
            broken.append(track)
        else:
            assert (info.samplerate, info.channels, info.frames, info.subtype) == (
                22050,
                1,
                661500,
                "PCM_16",
            )
    assert broken == list(table.index[table["fault"] == "undecodable"])
    assert not list(synthetic_folder.rglob("*.part"))


def test_tracks_csv_says_what_the_catalogue_says(synthetic_folder):
    read = pd.read_csv(synthetic_folder / "tracks.csv", index_col="track", keep_default_na=False)
    assert list(read.columns[:3]) == ["artist", "title", "split"]
    pd.testing.assert_frame_equal(
        read[list(synthetic.catalogue().columns)], synthetic.catalogue(), check_dtype=False
    )


def test_rendering_into_a_whole_folder_does_nothing(synthetic_folder):
    some = path_of(synthetic_folder, "rock.00000")
    before = some.stat().st_mtime_ns
    synthetic.render_corpus(synthetic_folder)
    assert some.stat().st_mtime_ns == before


def test_a_rendering_that_was_killed_goes_on(tmp_path, monkeypatch):
    """A file that is there is kept, and tracks.csv comes last."""
    rendered = []

    def pretend(track):
        if len(rendered) == 3:
            raise KeyboardInterrupt
        rendered.append(track)
        return np.zeros(100, dtype=np.int16)

    monkeypatch.setattr(synthetic, "render", pretend)
    monkeypatch.setattr(
        synthetic,
        "parallel",
        lambda function, items, *_, **__: [function(item) for item in items[:6]],
    )
    with pytest.raises(KeyboardInterrupt):
        synthetic.render_corpus(tmp_path)
    assert len(list(tmp_path.rglob("*.wav"))) == 3 and not (tmp_path / "tracks.csv").exists()
    monkeypatch.setattr(
        synthetic, "render", lambda track: rendered.append(track) or np.zeros(100, dtype=np.int16)
    )
    synthetic.render_corpus(tmp_path)
    assert len(rendered) == len(set(rendered)) == len(list(tmp_path.rglob("*.wav"))) == 6
    assert (tmp_path / "tracks.csv").is_file()


def test_only_the_declared_duplicates_are_equal(synthetic_folder):
    table = synthetic.catalogue()
    prints: dict[str, list[str]] = {}
    for track in table.index:
        data = path_of(synthetic_folder, track).read_bytes()
        prints.setdefault(hashlib.sha256(data).hexdigest(), []).append(track)
    equal = {frozenset(group) for group in prints.values() if len(group) > 1}
    copies = table[table["fault"] == "duplicate"]
    assert equal == {frozenset(pair) for pair in zip(copies.index, copies["duplicate_of"])}


def test_shifted_copy_is_the_same_take_half_a_second_later(synthetic_folder):
    table = synthetic.catalogue()
    row = table[table["fault"] == "shifted"].iloc[0]
    copy, _ = soundfile.read(path_of(synthetic_folder, row.name))
    original, _ = soundfile.read(path_of(synthetic_folder, row["duplicate_of"]))
    assert np.corrcoef(copy[:-11025], original[11025:])[0, 1] > 0.999
    assert abs(np.corrcoef(copy, original)[0, 1]) < 0.5


def test_distorted_track_is_clipped_and_no_other_is(synthetic_folder):
    table = synthetic.catalogue()
    for track in table.index[table["fault"] != "undecodable"]:
        samples, _ = soundfile.read(path_of(synthetic_folder, track))
        top = np.abs(samples) >= 0.98
        if table.loc[track, "fault"] == "distorted":
            assert top.mean() > 0.5
        else:
            assert not top.any(), track


@pytest.mark.slow
def test_loudness_is_even_and_centred(measured):
    assert measured["rms"].max() - measured["rms"].min() < 3
    assert measured["peak"].max() <= 0.98
    assert measured["offset"].max() < 1e-3
    assert measured["gap"].max() <= 1.5


@pytest.mark.slow
def test_beat_can_be_found_at_the_tempo_of_the_score(measured):
    ratio = measured["tempo heard"] / measured["tempo"]
    found = np.min([abs(ratio / octave - 1) for octave in (0.5, 1, 2)], axis=0) < 0.04
    by_genre = pd.Series(found, measured.index).groupby(measured["genre"]).mean()
    assert found.mean() >= 0.9
    assert (by_genre >= 0.7).all(), by_genre


@pytest.mark.slow
def test_drums_are_heard_where_there_are_drums(measured):
    share = measured.groupby("genre")["percussive"].median()
    assert share["classical"] < 0.1
    assert (share.drop("classical") > 2 * share["classical"]).all(), share
    assert share[["disco", "hiphop", "rock"]].min() > 0.2, share


@pytest.fixture(scope="session")
def hits(measured) -> pd.DataFrame:
    """Share of shuffles in which each track is named rightly, with acts kept together and
    without."""
    features, genre = np.stack(measured["mfcc"]), measured["genre"].to_numpy()
    model = make_pipeline(StandardScaler(), SVC(C=10))
    grouped, mixed = [], []
    for seed in range(SHUFFLES):
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
        grouped.append(
            cross_val_predict(model, features, genre, groups=measured["artist"], cv=folds) == genre
        )
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        mixed.append(cross_val_predict(model, features, genre, cv=folds) == genre)
    scores = {
        "grouped": np.mean(grouped, axis=0),
        "mixed": np.mean(mixed, axis=0),
        "artist": measured["artist"],
    }
    return pd.DataFrame(scores, index=measured.index)


@pytest.mark.slow
def test_genre_can_be_learnt_from_other_artists_but_not_wholly(hits):
    """All tracks without a planted fault, so copies count once."""
    assert 0.55 <= hits["grouped"].mean() <= 0.90


@pytest.mark.slow
def test_knowing_the_artists_helps(hits):
    gain = hits["mixed"] - hits["grouped"]
    assert gain.mean() >= 0.08
    acts = gain.groupby(hits["artist"]).agg(["sum", "size"]).to_numpy()
    draws = np.random.default_rng(0).integers(len(acts), size=(2000, len(acts)))
    resampled = acts[draws].sum(axis=1)
    assert np.percentile(resampled[:, 0] / resampled[:, 1], 2.5) > 0
