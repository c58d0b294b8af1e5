"""Trainings side by side: kept, gone on with, keyed by all that they depend on, and handed to the
ledger."""

import numpy as np
import pandas as pd
import pytest

from claimbook import Ledger
from claimbook.predictions import load_record
from genrelab.evaluation.holdouts import random_holdouts
from genrelab.models.supervised import Recipe
from reproductions import network_training
from reproductions.network_training import Data, Job, answering, scaled
from reproductions.networks import fit_all
from reproductions.records import of_fits, source_of, trained
from reproductions.sizes import Sizes
from reproductions.study import Study

RECIPE = Recipe(hidden=(8,), dropout=(0.1,), epochs=15, patience=3)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 3
    table = np.eye(3)[labels] @ rng.normal(size=(3, 5)) + 0.4 * rng.normal(size=(120, 5))
    return Data(labels, table)


@pytest.fixture
def splits(data):
    return random_holdouts(pd.Series(data.labels), range(2))


def test_fits_answer_for_used_rows_and_are_kept(data, splits, own_cache, monkeypatch):
    first = fit_all([Job(RECIPE, split) for split in splits], data, "test")
    assert [fit.recipe.seed for fit in first] == [0, 1]
    assert all(
        np.allclose(fit.probabilities.astype(float).sum(axis=1), 1, atol=0.01) for fit in first
    )
    assert first[0].codes.shape == (120, 8)
    monkeypatch.setattr(network_training, "train", lambda *_: pytest.fail("trained again"))
    again = fit_all([Job(RECIPE, split) for split in splits], data, "test")
    assert np.array_equal(first[1].probabilities, again[1].probabilities)


def test_nothing_of_the_test_rows_reaches_the_training(data, splits, own_cache):
    (fit,) = fit_all([Job(RECIPE, splits[0])], data, "test")
    test = splits[0].rows("test")
    other = Data(data.labels.copy(), data.table.copy())
    other.labels[test] = 0
    other.table[test] = 99
    (changed,) = fit_all([Job(RECIPE, splits[0])], other, "test")
    rest = np.setdiff1d(np.arange(120), test)
    assert np.array_equal(fit.probabilities[rest], changed.probabilities[rest])
    assert fit.history == changed.history


def test_whatever_decides_is_part_of_the_key(data, splits):
    job = Job(RECIPE, splits[0])
    keys = {
        str(answering(one, content).key)
        for one, content in (
            (job, "a"),
            (job, "b"),
            (job._replace(split=splits[1]), "a"),
            (job._replace(columns=(0, 1)), "a"),
            (job._replace(scaling="none"), "a"),
            (job._replace(recipe=RECIPE._replace(patience=4)), "a"),
        )
    }
    assert len(keys) == 6
    assert data.content != data._replace(table=data.table + 1).content


def test_a_search_takes_the_best_of_its_trials_and_is_repeated_alike(data, splits, own_cache):
    job = Job(RECIPE, splits[0], trials=4)
    (fit,) = fit_all([job], data, "test")
    lowest, highest = network_training.LAYERS
    assert lowest <= len(fit.recipe.hidden) == len(fit.recipe.dropout) <= highest
    fewest, most = network_training.UNITS
    assert all(fewest <= units <= most for units in fit.recipe.hidden)
    for file in (own_cache / "networks").glob("*"):
        file.unlink()
    assert fit_all([job], data, "test")[0].recipe == fit.recipe


def test_a_search_that_was_cut_off_goes_on_at_its_last_trial(data, splits, own_cache, monkeypatch):
    job, done, train = Job(RECIPE, splits[0], trials=3), [], network_training.train

    def dies(one, *rest):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(one)
        return train(one, *rest)

    monkeypatch.setattr(network_training, "train", dies)
    with pytest.raises(KeyboardInterrupt):
        fit_all([job], data, "test")
    monkeypatch.setattr(network_training, "train", lambda *a: done.append(a[0]) or train(*a))
    fit_all([job], data, "test")
    assert len(done) == 3 + 1  # three trials in all, and the training itself


def test_scaling_learns_from_train_rows_alone(data):
    train = np.arange(60)
    found = scaled(data.table, train)
    low, middle, high = np.quantile(data.table[train], [0.25, 0.5, 0.75], axis=0)
    assert np.allclose(found, (data.table - middle) / (high - low), atol=1e-5)
    assert np.array_equal(scaled(data.table, train, "none"), data.table.astype(np.float32))


def test_answers_reach_the_ledger_with_their_audit(synthetic, own_cache, tmp_path):
    tracks = synthetic.tracks.iloc[:60]
    rows = pd.DataFrame({"track": np.repeat(tracks.index, 2), "segment": np.tile([0, 1], 60)})
    rows["genre"] = tracks["genre"][rows["track"]].to_numpy()
    labels = rows["genre"].map(sorted(rows["genre"].unique()).index).to_numpy()
    data = Data(labels, np.random.default_rng(0).normal(size=(120, 4)))
    splits = random_holdouts(rows["genre"], range(2))
    fits = fit_all([Job(RECIPE, split) for split in splits], data, "test")
    ledger = Ledger(tmp_path, source_of(synthetic))
    answers = of_fits(fits, rows, ("train", "test"))
    study = Study(synthetic, ledger, Sizes("smoke"))
    study.record("cortis.t1.fixed_mlp_3s", "mc", answers, **trained(fits))
    kept = load_record(tmp_path / "predictions" / "cortis.t1.fixed_mlp_3s@mc.npz")
    assert kept.seeds == [0, 1]
    assert len(kept.rows(0, "test")) == len(splits[0].rows("test"))
    assert len(kept.rows(1, "train")) == len(splits[1].rows("train"))
    assert kept.about["leaks"]["track"] > 0
    row = ledger.row("cortis.t1.fixed_mlp_3s.acc@mc")
    right = [
        (f.probabilities[s.rows("test")].argmax(1) == labels[s.rows("test")]).mean()
        for f, s in zip(fits, splits)
    ]
    assert row["value"] == pytest.approx(np.mean(right), abs=1e-3)
    assert row["verdict"] == "not judged"
