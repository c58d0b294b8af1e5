"""Neighbours, hubs and agreement, against scikit-learn and by counting."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from genrelab.evaluation.neighbourhoods import agreement, hubness, nearest_rows, share_alike, shared


@pytest.fixture
def points():
    return np.random.default_rng(0).normal(3, 2, (60, 7)).astype(np.float32)


def test_neighbours_are_those_of_scikit_learn(points):
    found = NearestNeighbors(n_neighbors=5).fit(points)
    assert (nearest_rows(points, 5) == found.kneighbors(return_distance=False)).all()
    others = points[:4] + 0.5
    assert (
        nearest_rows(points, 5, others) == found.kneighbors(others, return_distance=False)
    ).all()


def test_nobody_is_a_neighbour_of_itself_but_a_copy_is(points):
    doubled = np.concatenate([points, points])
    nearest = nearest_rows(doubled, 3)
    assert (nearest[:, 0] == (np.arange(120) + 60) % 120).all()
    assert not (nearest == np.arange(120)[:, None]).any()


def test_of_few_points_there_are_few_neighbours(points):
    assert nearest_rows(points[:4], 10).shape == (4, 3)
    assert nearest_rows(points[:4], 10, points[5:7]).shape == (2, 4)


@given(st.integers(3, 30), st.integers(1, 5), st.integers(0, 100))
def test_the_mean_of_hubness_is_k(n, k, seed):
    nearest = nearest_rows(np.random.default_rng(seed).normal(size=(n, 3)), k)
    counts = hubness(nearest, n)
    assert counts.sum() == nearest.size and counts.max() <= n - 1


def test_shared_does_not_mind_the_order():
    one, other = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[3, 1, 2], [6, 7, 8]])
    np.testing.assert_allclose(shared(one, other), [1, 1 / 3])


def test_agreement_looks_at_common_tracks_alone(points):
    names = pd.Index([f"t{i}" for i in range(60)])
    whole = pd.DataFrame(points, names)
    # the same distances
    turned = pd.DataFrame(points[:, ::-1].copy(), names).sample(frac=1, random_state=0)
    table = agreement(
        {"whole": whole, "turned": turned, "part": whole.iloc[:20], "few": whole.iloc[:3]}, 5
    )
    assert table.at["whole", "turned"] == table.at["turned", "whole"] == 1
    assert table.at["whole", "part"] == 1  # among the same 20 tracks
    assert np.isnan(table.at["whole", "few"])


def test_share_alike_asks_whom_it_is_told_and_leaves_artists_out():
    nearest = np.array([[1, 2], [0, 2], [3, 0], [2, 1]])
    genre, artist = np.array(list("aabb")), np.array(list("xxyz"))
    assert share_alike(nearest, genre) == pytest.approx(0.5)
    assert share_alike(nearest, genre, leave_out=artist) == pytest.approx((0 + 0 + 0.5 + 0.5) / 4)
    assert share_alike(nearest, genre, np.array([True, False, False, False])) == 0.5
    assert np.isnan(share_alike(nearest, genre, np.zeros(4, bool)))
