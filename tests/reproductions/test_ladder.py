"""Every rung has equal parts, and leaks what its name says and no more; switches let in what they
say."""

import numpy as np
import pandas as pd
import pytest

from claimbook import Ledger
from claimbook.predictions import load_record
from genrelab.evaluation import audit
from genrelab.evaluation.holdouts import UNUSED
from reproductions import leak_switches
from reproductions.ladder import RUNGS, Sizes, copies_of, equal_sizes, rung
from reproductions.records import Answers, source_of
from reproductions.study import Study


@pytest.fixture(scope="module")
def given(synthetic):
    tracks, copies = synthetic.tracks, copies_of(synthetic)
    rows = pd.DataFrame(
        {"track": tracks.index.repeat(4), "segment": np.tile(range(4), len(tracks))}
    )
    rows["genre"] = tracks["genre"][rows["track"]].to_numpy()
    return synthetic, tracks, copies, rows, equal_sizes(tracks, copies)


def test_copies_are_those_that_were_planted(given):
    copies = given[2]
    planted = {"blues.00003": "blues.00000", "disco.00007": "disco.00004",
    "rock.00014": "pop.00009",
               "rock.00007": "rock.00004"}  # fmt: skip
    assert copies[copies != copies.index].to_dict() == planted


@pytest.mark.parametrize("name", RUNGS)
def test_all_rungs_have_the_same_numbers_of_rows_of_each_genre(given, name):
    _, tracks, copies, rows, sizes = given
    for split in rung(name, rows, tracks, copies, sizes, [0, 1]):
        counts = pd.crosstab(rows["genre"], split.part)
        for part, n in sizes._asdict().items():
            assert (counts[part] == 4 * n).all()


def leaks(given, name):
    corpus, tracks, copies, rows, sizes = given
    (split,) = rung(name, rows, tracks, copies, sizes, [0])
    found = audit(
        pd.Series(np.where(split.part == UNUSED, None, split.part), rows["track"]), corpus
    )
    return {finding.leak for finding in found.findings if finding.state == "leak"}


def test_each_rung_takes_a_leak_away(given):
    found = {name: leaks(given, name) for name in RUNGS}
    assert found["segments"] >= {"track", "artist"}
    assert "track" not in found["tracks"] and "artist" in found["tracks"]
    assert found["duplicates"] == {"artist"}
    assert found["artists"] == set()
    assert found["ff"] == set()


def test_the_first_two_rungs_use_the_same_tracks(given):
    _, tracks, copies, rows, sizes = given
    used = [set(rows["track"][rung(name, rows, tracks, copies, sizes, [3])[0].part != UNUSED])
            for name in ("segments", "tracks")]  # fmt: skip
    assert used[0] == used[1]


def test_what_cannot_be_dealt_out_is_told(given):
    _, tracks, copies, rows, _ = given
    with pytest.raises(ValueError, match="no rung 'stairs'"):
        rung("stairs", rows, tracks, copies, Sizes(1, 1, 1), [0])
    with pytest.raises(ValueError, match="too few tracks"):
        rung("ff", rows, tracks, copies, Sizes(99, 1, 1), [0])
    few = tracks[tracks["group"].isin(tracks["group"].unique()[:2])]
    with pytest.raises(ValueError, match="Add tracks of more artists"):
        equal_sizes(few, copies)


def test_pools_hold_what_they_say(given):
    _, tracks, copies, rows, sizes = given
    for seed in range(4):
        found = leak_switches.pools(rows, tracks, copies, sizes, seed)
        track = {name: set(rows["track"].iloc[places]) for name, places in found._asdict().items()}
        group = {name: set(tracks["group"][list(chosen)]) for name, chosen in track.items()}
        assert track["song"] == track["test"] and not set(found.song) & set(found.test)
        assert not group["test"] & (group["base"] | group["valid"])
        assert not group["base"] & group["valid"]
        assert group["artist"] <= group["test"] and not track["artist"] & track["test"]
        assert set(copies[list(track["copies"])]) <= set(copies[list(track["test"])])


def test_leaks_that_are_let_in_raise_the_score(given, own_cache):
    """Numbers that tell the song, and nothing of the genre: only what shares the song with the test
    can be right."""
    _, tracks, copies, rows, sizes = given
    chance = np.random.default_rng(0)
    of_song = pd.Series(list(chance.normal(size=(len(tracks), 8))), tracks.index)
    values = np.stack(of_song[rows["track"]].to_list()) + 0.01 * chance.normal(size=(len(rows), 8))
    found = leak_switches.accuracies(values, rows, tracks, copies, sizes, [0, 1], draws=200)[
        "accuracy"
    ]
    assert len(found) == 32
    assert found["00000"] < 0.3
    assert found["10001"] > 0.7
    assert abs(found["00010"] - found["00000"]) < 0.1  # the scaler is no leak to speak of


def test_answers_of_a_rung_reach_the_ledger(given, tmp_path):
    corpus, tracks, copies, rows, sizes = given
    ledger = Ledger(tmp_path, source_of(corpus))
    splits = rung("tracks", rows, tracks, copies, sizes, [0, 1])
    genres = rows["genre"].to_numpy()
    answers = [Answers(rows, split, genres[split.rows("test")]) for split in splits]
    Study(corpus, ledger, None).record("ground.knn.tracks", "ladder", answers)
    kept = load_record(tmp_path / "predictions" / "ground.knn.tracks@ladder.npz")
    assert (kept.predicted == kept.truth).all() and len(kept.predicted) == 2 * 4 * sizes.test * 10
    assert "near" not in kept.about["leaks"] and "artist" in kept.about["leaks"]
