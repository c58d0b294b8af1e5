"""Votes agree with scikit-learn, and corrections remove a planted hub."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import skew
from sklearn.neighbors import KNeighborsClassifier

from genrelab.distances.neighbours import knn_votes, local_scaling, mutual_proximity, occurrences


@pytest.fixture
def points():
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 5)), rng.integers(0, 4, 60)


@pytest.mark.parametrize("k", [1, 2, 3, 7, 20])
def test_votes_are_those_of_scikit_learn(points, k):
    x, labels = points
    distances = cdist(x[40:], x[:40])
    theirs = KNeighborsClassifier(k, metric="precomputed").fit(cdist(x[:40], x[:40]), labels[:40])
    votes = knn_votes(distances, labels[:40], 4, 20)
    assert votes.shape == (20, 20, 4)
    np.testing.assert_allclose(votes[:, k - 1], theirs.predict_proba(distances), atol=1e-6)
    assert np.array_equal(votes[:, k - 1].argmax(axis=1), theirs.predict(distances))


def test_ties_go_to_the_lowest_label():
    votes = knn_votes(np.array([[1.0, 2.0]]), np.array([2, 1]), 3, 2)
    assert votes.argmax(axis=2).tolist() == [[2, 1]]


def with_hubs(n=150):
    """Distances of points in a hundred dimensions: those near the middle are near to everybody."""
    x = np.random.default_rng(1).normal(size=(n, 100))
    return cdist(x, x)


def test_the_middle_is_everybodys_neighbour():
    x = np.vstack([np.zeros(3), np.eye(3), -np.eye(3)])
    counts = occurrences(cdist(x, x), 1)
    assert counts[0] == 6 and counts.sum() == 7


@pytest.mark.parametrize("correct", [mutual_proximity, local_scaling])
def test_corrections_thin_out_hubs_and_stay_symmetric(correct):
    before, after = with_hubs(), correct(with_hubs())
    np.testing.assert_allclose(after, after.T, atol=1e-12)
    assert (np.diag(after) == 0).all() and (after >= 0).all() and (after <= 1).all()
    assert occurrences(after, 5).max() < 0.7 * occurrences(before, 5).max()
    assert skew(occurrences(after, 5)) < 0.7 * skew(occurrences(before, 5))


def test_mutual_proximity_by_hand():
    x = np.array([[0.0], [1.0], [3.0], [10.0]])
    found = mutual_proximity(cdist(x, x))
    # 0 and 1 are 1 apart; 3 (at 3 and 2) and 10 (at 10 and 9) are farther from both.
    assert found[0, 1] == 0
    # 1 and 3 are 2 apart; 0 is at 1 and 3: not farther from both; 10 is.
    assert found[1, 2] == pytest.approx(0.5)
