"""Methods are compared on the same tracks and draws; equal ones are not told apart, different ones
are."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from claimbook.predictions import Predictions
from reproductions.standings import answers_of, standings, track_answers

GENRES = ["a", "b", "c"]


def record(right, seed=0, n=300, per_artist=3):
    """Return predictions of n tracks of which about a share is right."""
    chance = np.random.default_rng(seed)
    tracks = [f"t.{k:05d}" for k in range(n)]
    truth = np.array([GENRES[k % 3] for k in range(n)])
    wrong = np.array([GENRES[(k + 1) % 3] for k in range(n)])
    table = pd.DataFrame({"track": tracks, "truth": truth})
    table["predicted"] = np.where(chance.random(n) < right, truth, wrong)
    artists = {track: f"artist {k // per_artist}" for k, track in enumerate(tracks)}
    return Predictions.from_table(table, artists, GENRES)


def test_the_better_one_is_first_and_told_apart():
    found = standings({"good": record(0.8), "bad": record(0.4, 1), "as bad": record(0.4, 2)}, 4000)
    assert found.methods.index[0] == "good" and found.methods["first"].iloc[0] > 0.99
    assert found.methods["first"].sum() == pytest.approx(1)
    pair = found.pairs.set_index(["better", "worse"])
    assert pair.loc[("good", "bad"), "p_holm"] < 0.01
    assert pair["p_holm"].iloc[-1] > 0.05 and pair["low"].iloc[-1] < 0
    assert (found.n_tracks, found.n_artists) == (300, 100)
    accuracy = found.methods["accuracy"]
    assert ((found.methods["low"] < accuracy) & (accuracy < found.methods["high"])).all()


def test_methods_that_tie_share_the_first_place():
    found = standings({"one": record(0.7), "the same": record(0.7), "worse": record(0.3, 1)}, 1000)
    assert found.methods["first"].tolist() == pytest.approx([0.5, 0.5, 0], abs=0.01)


def test_what_ran_before_is_no_part_of_a_key(own_cache):
    names = [f"t.{k}" for k in range(60)]
    tracks = pd.DataFrame({"genre": list("ab") * 30, "artist": names}, names)
    tracks = tracks.assign(
        group=tracks.artist, split=["train", "train", "valid", "valid", "test", "test"] * 10
    )
    table = pd.DataFrame(
        {"x": np.arange(60) % 2 + np.random.default_rng(0).normal(0, 1, 60)}, tracks.index
    )
    model = make_pipeline(StandardScaler(), LogisticRegression())
    before = repr(model)
    answers_of(model, {"logisticregression__C": [0.001, 0.01]}, table, tracks, [0])
    assert repr(model) == before


def test_segments_are_averaged_before_the_largest_is_taken():
    """Two slices lean a little to b, one is sure of a: the majority says b, the mean says a."""
    table = pd.DataFrame({"track": "x", "truth": "a", "segment": [0, 1, 2], "a": [0.45, 0.45, 0.9]})
    table["b"] = 1 - table["a"]
    packed = Predictions.from_table(table, {"x": None}, ["a", "b"])
    assert track_answers(packed)["predicted"].tolist() == ["a"]
    voted = table[["track", "truth", "segment"]].assign(predicted=list("bba"))
    labels = Predictions.from_table(voted, {"x": None}, ["a", "b"])
    assert track_answers(labels)["predicted"].tolist() == ["b"]


def test_a_track_answered_by_several_seeds_weighs_one():
    table = pd.DataFrame(
        {"track": list("xxy"), "seed": [0, 1, 0], "truth": "a", "predicted": list("aba")}
    )
    answers = track_answers(Predictions.from_table(table, {"x": None, "y": None}, ["a", "b"]))
    assert answers.groupby("track")["weight"].sum().tolist() == [1, 1]


def test_only_shared_tracks_count():
    some = record(0.5, n=90)
    assert standings({"all": record(0.5), "some": some}, 200).n_tracks == 90
    with pytest.raises(ValueError, match="two are needed"):
        standings({"alone": some})


def test_a_plain_classifier_answers_every_track_without_its_artist(synthetic, own_cache):
    kept = synthetic.tracks[synthetic.tracks["split"] != "removed"]
    chance = np.random.default_rng(0)
    place = kept["genre"].map(sorted(kept["genre"].unique()).index)
    table = pd.DataFrame(
        {"x": place + chance.normal(0, 0.1, len(kept)), "y": place**2 / 10}, kept.index
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    found = answers_of(model, {"logisticregression__C": [1, 100]}, table, kept, [0])
    assert set(found["ff"]["track"]) == set(kept.index[kept["split"] == "test"])
    assert sorted(found["ag"]["track"]) == sorted(kept.index)
    assert (found["ag"]["truth"] == found["ag"]["predicted"]).mean() > 0.9
