"""Probes of a code: kept by content, recorded under both protocols, with an audit of every
split."""

import numpy as np
import pytest

from claimbook.ledger import Ledger
from claimbook.predictions import load_record
from reproductions import probing
from reproductions.probing import fold_number, labels_of, probe, probe_all
from reproductions.records import of_probes, source_of
from reproductions.study import Study


@pytest.fixture(scope="module")
def tracks(synthetic):
    return synthetic.tracks[synthetic.tracks["split"] != "removed"]


@pytest.fixture(scope="module")
def codes(tracks):
    noise = np.random.default_rng(0).normal(size=(len(tracks), 40))
    noise[:, :10] += 3 * np.eye(10)[labels_of(tracks)]  # ten features know the genre
    return noise.astype(np.float32)


def test_a_code_that_knows_genre_is_found_out_by_both_classifiers(codes, tracks, own_cache):
    found = probe(codes, tracks, [0])
    test = (tracks["split"] == "test").to_numpy()
    labels = labels_of(tracks)
    assert (found.regression.probabilities.argmax(axis=1) == labels[test]).mean() > 0.5
    assert (found.neighbours.votes.argmax(axis=1) == labels[test]).mean() > 0.4
    assert (found.regression_apart.probabilities[:, 0].argmax(axis=1) == labels).mean() > 0.5
    assert (found.neighbours_apart.votes[:, 0].argmax(axis=1) == labels).mean() > 0.4
    # so that they can be paired
    assert (found.regression_apart.folds == found.neighbours_apart.folds).all()


def test_what_was_probed_before_comes_from_the_cache(codes, tracks, own_cache, monkeypatch):
    first = probe_all({"a": codes}, tracks, [0])
    monkeypatch.setattr(probing, "regression_on_split", lambda *a: pytest.fail("probed again"))
    again = probe_all({"a": codes}, tracks, [0])
    np.testing.assert_array_equal(
        first["a"].regression.probabilities, again["a"].regression.probabilities
    )
    with pytest.raises(pytest.fail.Exception):
        probe_all({"a": codes + 1}, tracks, [0])


@pytest.mark.slow
def test_answers_stand_in_the_ledger_seed_by_seed_and_fold_by_fold(
    codes, tracks, synthetic, own_cache, tmp_path
):
    ledger = Ledger(tmp_path, source_of(synthetic))
    study = Study(synthetic, ledger, None)
    found = probe(codes, tracks, [0, 1])
    on_split, apart = (
        {0: found.regression, 3: found.regression},
        {0: found.regression_apart, 3: found.regression_apart},
    )
    for protocol, answered in (("ff", on_split), ("ag", apart)):
        answers = of_probes(answered, tracks)
        study.record("namgyal.t2.lr.mse", protocol, answers, converged=True)
    kept = load_record(tmp_path / "predictions" / "namgyal.t2.lr.mse@ff.npz")
    assert kept.seeds == [0, 3]
    assert len(kept.predicted) == 2 * (tracks["split"] == "test").sum()
    assert kept.about["leaks"]["artist"] == 0
    kept = load_record(tmp_path / "predictions" / "namgyal.t2.lr.mse@ag.npz")
    assert sorted(set(kept.fold.tolist())) == [0, 1]
    assert len(kept.predicted) == 4 * len(tracks)
    assert kept.about["leaks"]["artist"] == 0
    assert "not judged" in {row["verdict"] for row in ledger.rows()}


def test_folds_are_as_many_as_the_rarest_genre_allows(tracks):
    assert fold_number(tracks) == min(5, tracks.groupby("genre")["group"].nunique().min())
