"""Methods climb equal rungs, answers are gathered under both protocols, costs are those of one
training."""

import numpy as np
import pandas as pd
import pytest

from claimbook import Ledger
from genrelab.corpora import CorpusLacks
from reproductions import equal_ground, ladder
from reproductions.probing import labels_of
from reproductions.records import source_of
from reproductions.sizes import Sizes
from reproductions.study import Study


@pytest.fixture
def study(synthetic, tmp_path):
    return Study(synthetic, Ledger(tmp_path, source_of(synthetic), "smoke"), Sizes("smoke"))


def kept_table(study, name, **how):
    return pd.read_csv(study.book.folder / "tables" / f"{name}.csv", **how)


def answer_all(study, name, protocol, seeds=1, **about):
    """Record that a method gives every test track its own genre."""
    tracks = study.music.tracks[study.music.tracks["split"] == "test"]
    table = pd.DataFrame({"track": tracks.index, "truth": tracks["genre"].to_numpy()})
    table = pd.concat([table.assign(seed=seed) for seed in range(seeds)])
    answers = table.assign(predicted=table["truth"])
    study.book.record(name, protocol, answers, leaks={}, **about)


def test_a_method_that_is_always_right_has_equal_rows_on_every_rung(study):
    tracks = study.music.tracks
    rows = pd.DataFrame({"track": tracks.index.repeat(2)})
    rows["segment"] = np.tile(range(2), len(tracks))
    rows["genre"] = tracks["genre"][rows["track"]].to_numpy()
    labels = labels_of(rows)

    def answer(splits, rung):
        assert rung in ladder.RUNGS
        return [labels[split.rows("test")] for split in splits], {"parameters": {"rung": rung}}

    equal_ground.climb(study, "knn", rows, 2, answer)
    equal_ground.rungs(study)
    table = kept_table(study, "09_ladder")
    assert table["rung"].tolist() == list(ladder.RUNGS)
    assert (table[["accuracy", "low", "high"]] == 1).all(axis=None)
    assert study.book.row("ground.ladder.knn@ladder")["value"] == 0


def test_too_few_artists_are_lacking_and_no_error(study):
    few = study.music.tracks[study.music.tracks["group"].isin(study.music.tracks["group"][:2])]
    with pytest.raises(CorpusLacks, match="more artists"):
        equal_ground.parts_of(study.music, few)


def test_answers_are_gathered_with_their_variants(study):
    answer_all(study, "ground.metadata", "ff")
    answer_all(study, "ground.metadata", "ff", variant="majority")
    answer_all(study, "ground.small_encoder", "ag")
    assert list(equal_ground.answers_of_all(study, "ff")) == ["largest genre", "loudness"]
    assert list(equal_ground.answers_of_all(study, "ag")) == ["contrastive, spectra, small"]


def test_a_ceiling_has_its_own_tables_and_no_place_among_the_methods(study, monkeypatch):
    tracks = study.music.tracks
    places = np.eye(10)[tracks["genre"].map(study.music.genres.index)]  # each genre one axis
    codes = pd.DataFrame(places + 0.1, tracks.index)
    monkeypatch.setattr(equal_ground.features, "track_table", lambda *_: codes)
    equal_ground.tagger_of_other_music(study)
    assert study.book.row("ground.tagger@ag")["value"] == 1
    kept_tracks = study.tracks
    wrong = pd.DataFrame({"track": kept_tracks.index, "truth": "jazz", "predicted": "pop"})
    wrong["truth"] = kept_tracks["genre"].to_numpy()
    for protocol in ("ag", "ff"):
        study.book.record("ground.small_encoder", protocol, wrong, leaks={})
    equal_ground.beside_the_ceiling(study)
    table = kept_table(study, "09_ceiling", index_col=0)
    assert set(table["better"]) == {equal_ground.CEILING}
    share = (kept_tracks["genre"] == "pop").mean()
    assert table["difference"]["ag"] == pytest.approx(1 - share, abs=1e-4)
    equal_ground.calibrated(study)
    assert set(kept_table(study, "09_calibration")["method"]) == {equal_ground.CEILING}
    assert (kept_table(study, "09_coverage")["1"] == 0).all()
    assert equal_ground.CEILING not in equal_ground.answers_of_all(study, "ag")


def test_tracks_are_listed_where_ceiling_and_methods_contradict_the_label(study):
    tracks = study.tracks
    said = pd.DataFrame({"track": tracks.index, "truth": tracks["genre"].to_numpy()})
    one = said.assign(predicted=said["truth"].where(said.index > 1, said["truth"][20]))
    other = said.assign(predicted=said["truth"].where(said.index != 1, said["truth"][1]))
    other.loc[0, "predicted"] = one.loc[0, "predicted"]
    study.book.record("ground.tagger", "ag", one, leaks={})
    study.book.record("ground.small_encoder", "ag", other, leaks={})
    equal_ground.against_the_label(study)
    listed = kept_table(study, "09_against_labels", index_col=0)
    assert one.loc[0, "predicted"] != one.loc[0, "truth"]
    assert listed.index.tolist() == [tracks.index[0]]
    assert (listed["methods"] == 1).all()


def test_a_track_weighs_one_in_all_measures_of_calibration(study):
    tracks = study.music.tracks[study.music.tracks["split"] == "test"]
    shares = pd.DataFrame(0.0, range(len(tracks)), study.music.genres)
    shares[study.music.genres[0]] = 1.0
    table = shares.assign(track=tracks.index, truth=tracks["genre"].to_numpy())
    table = pd.concat([table, table.assign(seed=1).iloc[:1]])
    record = study.book.pack(table.fillna({"seed": 0}))
    probabilities, truth, weights, draws = equal_ground.track_probabilities(record)
    assert probabilities.shape == (len(tracks) + 1, 10) and weights.sum() == len(tracks)
    assert draws.shape == (equal_ground.CALIBRATION_DRAWS, len(tracks) + 1)
    assert sorted(truth) == sorted(record.truth)


def test_costs_are_those_of_one_training(study):
    answer_all(study, "ground.small_encoder", "ff", seeds=3, minutes=6, device="cuda (a card)")
    answer_all(study, "ground.small_encoder", "ag", seeds=1, minutes=99)
    answer_all(study, "ground.metadata", "ff")
    equal_ground.costs(study)
    found = kept_table(study, "09_costs", index_col=0)
    assert found.to_dict("index") == {
        "contrastive, spectra, small": {"seconds": 120.0, "device": "cuda"}
    }


def test_lists_of_published_folds_are_read(tmp_path):
    lines = "./blues_00012.wav blues\n\njazz.00001.au\n"
    (tmp_path / "f1_train.txt").write_text(lines)
    assert equal_ground.listed(tmp_path / "f1_train.txt") == ["blues.00012", "jazz.00001"]


@pytest.mark.slow
def test_loudness_is_a_floor_and_slices_of_known_songs_help(study):
    equal_ground.plain_classifiers(study)
    floor = study.book.row("ground.metadata@ag")
    assert 0.15 < floor["value"] < 0.5
    assert floor["beside"]["majority"]["value"] < 0.15
    assert 0.55 < floor["beside"]["mfcc-svm"]["value"] < 0.9
    equal_ground.perceptrons_climb(study)
    assert study.book.row("ground.ladder.mlp@ladder")["value"] > 0.15
    assert {row["verdict"] for row in study.book.rows()} == {"not judged"}


@pytest.mark.slow
def test_switches_move(study):
    equal_ground.single_leaks(study)
    accuracy = kept_table(study, "09_switches", dtype={"on": str}).set_index("on")["accuracy"]
    assert len(accuracy) == 32
    assert accuracy["10000"] - accuracy["00000"] > 0.1
    assert accuracy["00100"] - accuracy["00000"] > 0.05
    assert abs(accuracy["00010"] - accuracy["00000"]) < 0.06
