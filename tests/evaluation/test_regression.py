"""Logistic regression on principal scores is the regression on all features, and sees no test
track."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from genrelab.evaluation import regression
from genrelab.evaluation.regression import (
    f1_by_strength,
    principal_scores,
    regression_by_artist,
    regression_on_split,
)

RNG = np.random.default_rng(0)
LABELS = np.repeat(np.arange(3), 20)
CODES = RNG.integers(0, 5, (60, 200)).astype(np.uint8)
CODES[:, :40] += 2 * LABELS[:, None].astype(np.uint8)
CODES[:, 50] = 3  # constant
SPLIT = np.tile(["train", "train", "valid", "test"], 15)
GROUPS = np.array([f"g{k}" for k in np.arange(60) // 4])


@pytest.mark.parametrize("strength", [1e-3, 1.0])
def test_scores_give_the_regression_on_all_features(strength):
    train, test = np.flatnonzero(SPLIT == "train"), np.flatnonzero(SPLIT == "test")
    plain = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=5000, tol=1e-8))
    plain.fit(CODES[train].astype(float), LABELS[train])
    scores = principal_scores(CODES, train)
    assert scores.shape[1] < len(train) < CODES.shape[1]
    ours = LogisticRegression(C=strength, max_iter=5000, tol=1e-8).fit(scores[train], LABELS[train])
    np.testing.assert_allclose(
        ours.predict_proba(scores[test]), plain.predict_proba(CODES[test].astype(float)), atol=2e-4
    )


def test_scores_keep_the_distances_of_train_tracks():
    train = np.arange(30)
    scaled = StandardScaler().fit(CODES[train]).transform(CODES[train].astype(float))
    scores = principal_scores(CODES, train)[train]
    np.testing.assert_allclose(scores @ scores.T, scaled @ scaled.T, atol=1e-2)


def test_codes_without_variation_are_refused():
    with pytest.raises(ValueError, match="No feature varies"):
        principal_scores(np.ones((5, 4)), np.arange(3))


def test_the_test_part_moves_no_choice():
    found = regression_on_split(CODES, LABELS, SPLIT)
    changed = CODES.copy()
    changed[SPLIT == "test"] = 0
    again = regression_on_split(changed, LABELS, SPLIT)
    assert found.strength == again.strength
    np.testing.assert_allclose(found.curve, again.curve)
    assert found.probabilities.shape == (15, 3)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-9)


def test_the_best_strength_on_valid_is_taken_and_train_and_valid_may_learn():
    found = regression_on_split(CODES, LABELS, SPLIT, strengths=(1e-4, 1e-2, 1.0))
    assert found.strength == (1e-4, 1e-2, 1.0)[int(found.curve.argmax())]
    both = regression_on_split(CODES, LABELS, SPLIT, strengths=(1e-4, 1e-2, 1.0), with_valid=True)
    assert both.strength == found.strength
    assert np.abs(both.probabilities - found.probabilities).max() > 1e-3


def test_by_artist_no_group_is_on_both_sides(monkeypatch):
    seen = []
    original = regression._fit

    def watched(scores, labels, train, queries, strengths):
        seen.append(set(GROUPS[train]) & set(GROUPS[queries]))
        return original(scores, labels, train, queries, strengths)

    monkeypatch.setattr(regression, "_fit", watched)
    monkeypatch.setattr(regression, "f1_by_strength", lambda *a: np.zeros(7))
    found = regression_by_artist(CODES, LABELS, GROUPS, [0, 1], n_folds=3)
    assert len(seen) == 6
    assert not any(seen)
    assert found.probabilities.shape == (60, 2, 3)
    np.testing.assert_allclose(found.probabilities.sum(axis=2), 1, atol=1e-6)
    assert found.folds.max() == 2


def test_inner_folds_part_groups_and_leave_out_those_of_one_genre():
    train = np.flatnonzero(GROUPS != "g0")
    parts = regression._inner_folds(train, LABELS, GROUPS, 3, seed=0)
    assert len(parts) == 3
    for a, b in parts:
        assert not set(GROUPS[a]) & set(GROUPS[b])
        assert set(a) | set(b) == set(train)
    two = np.flatnonzero((GROUPS == "g0") | (GROUPS == "g14"))  # two groups, one genre each
    assert regression._inner_folds(two, LABELS, GROUPS, 3, seed=0) == []


def test_two_genres_of_two_groups_each_are_enough():
    rows = np.isin(GROUPS, ["g0", "g1", "g13", "g14"])
    labels = (LABELS[rows] == 2).astype(int)
    found = regression_by_artist(CODES[rows], labels, GROUPS[rows], [0], n_folds=2)
    np.testing.assert_allclose(found.probabilities.sum(axis=2), 1, atol=1e-6)


def test_a_genre_that_train_lacks_gets_no_probability():
    train, queries = np.flatnonzero(LABELS < 2), np.flatnonzero(LABELS == 2)
    assert f1_by_strength(CODES, LABELS, train, queries, (1.0,)).tolist() == [0.0]


def test_information_is_found_and_noise_is_not():
    found = regression_by_artist(CODES, LABELS, GROUPS, [0], n_folds=3)
    assert (found.probabilities[:, 0].argmax(axis=1) == LABELS).mean() > 0.8
    noise = regression_by_artist(CODES[:, 40:], LABELS, GROUPS, [0], n_folds=3)
    assert (noise.probabilities[:, 0].argmax(axis=1) == LABELS).mean() < 0.6
