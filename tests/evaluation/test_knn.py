"""k is chosen without the test tracks, and artists stay apart."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.metrics import f1_score
from sklearn.neighbors import KNeighborsClassifier

from genrelab.evaluation.knn import f1_by_k, knn_by_artist, knn_on_split


@pytest.fixture
def tracks():
    """Three blurred genres of ten artists each, four tracks an artist."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 40)
    groups = np.repeat(np.arange(30), 4)
    x = np.eye(3)[labels] + rng.normal(size=(30, 3))[groups] * 0.7 + rng.normal(size=(120, 3)) * 0.1
    split = np.array(["train", "valid", "test"])[rng.choice(3, size=30, p=[0.5, 0.2, 0.3])][groups]
    return cdist(x, x), labels, groups, split


def test_scores_are_those_of_scikit_learn(tracks):
    distances, labels, _, split = tracks
    train, valid = np.flatnonzero(split == "train"), np.flatnonzero(split == "valid")
    curve, _ = f1_by_k(distances, labels, train, valid, 10)
    for k in (1, 4, 10):
        model = KNeighborsClassifier(k, metric="precomputed").fit(
            distances[np.ix_(train, train)], labels[train]
        )
        theirs = f1_score(
            labels[valid], model.predict(distances[np.ix_(valid, train)]), average="weighted"
        )
        assert curve[k - 1] == pytest.approx(theirs)


def test_test_tracks_do_not_move_the_choice_of_k(tracks):
    distances, labels, _, split = tracks
    found = knn_on_split(distances, labels, split, 20)
    assert found.curve[found.k - 1] == found.curve.max()
    other = labels.copy()
    other[split == "test"] = np.random.default_rng(1).permutation(other[split == "test"])
    assert knn_on_split(distances, other, split, 20).k == found.k
    assert knn_on_split(distances, labels, split, 20, k=7).k == 7


def test_valid_tracks_vote_only_when_asked(tracks):
    distances, labels, _, split = tracks
    far = distances.copy()
    far[:, split == "valid"] += 100
    np.testing.assert_array_equal(
        knn_on_split(distances, labels, split, k=5).votes,
        knn_on_split(far, labels, split, k=5).votes,
    )
    both = knn_on_split(distances, labels, split, k=5, with_valid=True).votes
    assert not np.array_equal(both, knn_on_split(distances, labels, split, k=5).votes)


def test_no_track_is_judged_by_its_own_artist(tracks):
    distances, labels, groups, _ = tracks
    within = groups[:, None] == groups[None, :]
    # would give every track away, if its artist were among the references
    spoilt = np.where(within, 0.0, distances)
    found, blind = (
        knn_by_artist([matrix], labels, groups, range(2), k_max=5) for matrix in (distances, spoilt)
    )
    np.testing.assert_array_equal(found.votes, blind.votes)
    assert found.k.shape == (2, 5)
    assert np.allclose(found.votes.sum(axis=2), 1)


def test_the_better_of_two_matrices_is_taken(tracks):
    distances, labels, groups, _ = tracks
    noise = np.random.default_rng(2).random(distances.shape)
    found = knn_by_artist([noise + noise.T, distances], labels, groups, range(2), k_max=5)
    assert (found.chosen == 1).all()
    alone = knn_by_artist([distances], labels, groups, range(2), k_max=5)
    np.testing.assert_array_equal(found.votes, alone.votes)
    assert all(len(np.unique(alone.folds[groups == group, 0])) == 1 for group in np.unique(groups))
