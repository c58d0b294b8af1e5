"""The maximal information coefficient in its known cases, and against published values."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genrelab.features.mic import characteristic_matrix, clumps_of, equal_parts, mic, mic_with


def pairs(n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random(n), rng.random(n)


@pytest.mark.parametrize(
    "function", [np.exp, np.square, lambda x: x, lambda x: -3 * x + 1, lambda x: np.sin(9 * x)]
)
def test_noiseless_functions_have_one(function):
    x = np.linspace(-1, 1, 500)
    assert mic(x, function(x)) == pytest.approx(1, abs=1e-9)


def test_published_examples():
    """The values that the authors of minepy print for these two cases (its documentation, "First
    example")."""
    x = np.linspace(0, 1, 1000)
    y = np.sin(10 * np.pi * x) + x
    matrix = characteristic_matrix(x, y)
    assert matrix.max() == pytest.approx(1.0)
    # the total information coefficient: every entry is right
    assert matrix.sum() == pytest.approx(67.6612295532)
    # the maximum asymmetry score
    assert np.abs(matrix - matrix.T).max() == pytest.approx(0.726071574374)
    noisy = y + np.random.RandomState(0).uniform(-1, 1, 1000)  # the published numbers were drawn so
    matrix = characteristic_matrix(x, noisy)
    assert mic(x, noisy) == pytest.approx(0.50571669341737)
    assert matrix.sum() == pytest.approx(28.7498326953)
    assert np.abs(matrix - matrix.T).max() == pytest.approx(0.365399904262)


@pytest.mark.parametrize("n, most", [(250, 0.26), (500, 0.21), (1000, 0.16)])
def test_independence_gives_little_and_less_with_more_pairs(n, most):
    values = [mic(*pairs(n, seed)) for seed in range(5)]
    assert 0.05 < min(values) and max(values) < most


def test_more_noise_gives_less():
    x = np.linspace(-1, 1, 400)
    noise = np.random.default_rng(0).normal(size=400)
    values = [mic(x, x**2 + level * noise) for level in (0, 0.1, 0.3, 1, 3)]
    assert values == sorted(values, reverse=True) and values[0] > 0.99 and values[-1] < 0.3


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**20), st.integers(10, 60), st.booleans())
def test_order_alone_counts_and_sides_may_change_places(seed, n, ties):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=n), rng.normal(size=n)
    if ties:
        x, y = np.round(x), np.round(y, 1)
    value = mic(x, y)
    assert 0 <= value <= 1
    assert mic(y, x) == pytest.approx(value, abs=1e-12)
    assert mic(np.exp(x), np.arctan(y) + 5) == pytest.approx(value, abs=1e-12)
    np.testing.assert_allclose(
        characteristic_matrix(y, x), characteristic_matrix(x, y).T, atol=1e-12
    )


def test_the_smallest_grid_is_the_best_of_all_two_by_two():
    """For a grid of 2 × 2 the search can be done by trying every line."""
    x, y = pairs(80, seed=3)
    y = y + x

    def best_line(u, v):
        rows = v > np.median(v)
        found = []
        for cut in np.sort(u)[1:]:
            share = np.histogram2d(u >= cut, rows, bins=(2, 2))[0] / len(u)
            independent = share.sum(axis=1, keepdims=True) * share.sum(axis=0, keepdims=True)
            part = share > 0
            found.append((share[part] * np.log2(share[part] / independent[part])).sum())
        return max(found)

    assert characteristic_matrix(x, y)[0, 0] == pytest.approx(max(best_line(x, y), best_line(y, x)))


def test_a_grid_of_too_many_cells_is_not_tried():
    matrix = characteristic_matrix(*pairs(100))  # 100 ** 0.6 = 15 cells
    rows, columns = np.indices(matrix.shape) + 2
    assert matrix.shape == (6, 6)
    assert (matrix[rows * columns > 15] == 0).all() and (matrix[rows * columns <= 15] > 0).all()


def test_a_constant_tells_nothing():
    x, _ = pairs(50)
    assert (
        mic(x, np.ones(50)) == 0
        and mic(np.zeros(50), x) == 0
        and mic(np.zeros(50), np.ones(50)) == 0
    )


def test_a_label_counts_by_its_code():
    codes = np.repeat(np.arange(4), 40)
    noise = np.random.default_rng(0).normal(size=160)
    found = mic_with(pd.DataFrame({"apart": codes + 0.01 * noise, "noise": noise}), codes)
    assert found["apart"] == pytest.approx(1) and found["noise"] < 0.3
    assert found.index.tolist() == ["apart", "noise"] and found.name == "MIC"


def test_equal_values_stay_in_one_part_and_one_clump():
    assert equal_parts(np.arange(6.0), 3).tolist() == [0, 0, 1, 1, 2, 2]
    assert equal_parts(np.array([1.0, 1, 1, 1, 2, 3]), 3).tolist() == [0, 0, 0, 0, 1, 2]
    x, row = np.array([0.0, 1, 2, 2, 3, 4]), np.array([0, 0, 0, 1, 1, 1])
    # equal x in two rows: a clump of its own
    assert clumps_of(x, row, 10).tolist() == [0, 0, 1, 1, 2, 2]
    assert clumps_of(np.arange(8.0), np.arange(8) % 2, 4).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    "x, y, said",
    [
        ([1, 2, 3, 4], [1, 2, 3], "same length"),
        ([1, 2, 3], [1, 2, 3], "at least 4"),
        ([1, 2, np.nan, 4], [1, 2, 3, 4], "not finite"),
        (np.ones((4, 2)), np.ones((4, 2)), "same length"),
    ],
)
def test_bad_input_is_named(x, y, said):
    with pytest.raises(ValueError, match=said):
        mic(x, y)
