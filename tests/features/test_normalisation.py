"""CMVN is what a slow loop over frames gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genrelab.features import cmvn


def slowly(coefficients, window, variance=True):
    result = np.zeros_like(coefficients, dtype=float)
    for row, values in enumerate(coefficients):
        for frame in range(len(values)):
            around = values[max(0, frame - window // 2) : frame + window // 2 + 1].astype(float)
            result[row, frame] = values[frame] - around.mean()
            if variance:
                varies = around.std() > 1e-6 * values.astype(float).std()
                result[row, frame] = result[row, frame] / around.std() if varies else 0
    return result


@pytest.mark.parametrize("window", [1, 3, 31, 129, 301])
@pytest.mark.parametrize("variance", [True, False])
def test_equals_a_slow_loop(window, variance):
    x = np.random.default_rng(0).normal(50, 20, (4, 130))
    np.testing.assert_allclose(cmvn(x, window, variance), slowly(x, window, variance), atol=1e-9)


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 30).flatmap(lambda n: arrays(np.float64, (2, n), elements=st.integers(-50, 50))),
    st.integers(0, 20).map(lambda half: 2 * half + 1),
)
def test_equals_a_slow_loop_on_anything(x, window):
    np.testing.assert_allclose(cmvn(x, window), slowly(x, window), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(-100, 100), st.floats(0.1, 10), st.integers(0, 50))
def test_a_constant_and_a_scale_go_away(shift, scale, seed):
    x = np.random.default_rng(seed).normal(size=(3, 60))
    np.testing.assert_allclose(cmvn(scale * x + shift, 21), cmvn(x, 21), atol=1e-7)


def test_a_window_over_all_is_the_whole_sound():
    x = np.random.default_rng(0).normal(3, 2, (20, 130))
    whole = cmvn(x, 301)
    np.testing.assert_allclose(
        whole, (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True), atol=1e-12
    )
    np.testing.assert_allclose(whole.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(whole.std(axis=1), 1, atol=1e-12)


def test_many_sounds_at_once():
    x = np.random.default_rng(0).normal(size=(5, 20, 40)).astype(np.float32)
    np.testing.assert_array_equal(cmvn(x, 7)[3], cmvn(x[3], 7))


def test_what_does_not_vary_is_zero():
    assert not cmvn(np.full((2, 50), 7.3), 11).any()
    assert cmvn(np.ones((1, 1))).shape == (1, 1)


@pytest.mark.parametrize(
    ("x", "window", "said"), [(np.zeros((2, 0)), 3, "no frames"), (np.zeros((2, 9)), 30, "odd")]
)
def test_bad_input_is_refused(x, window, said):
    with pytest.raises(ValueError, match=said):
        cmvn(x, window)
