"""Parts of the experiment with distances that its kept answers do not show."""

import numpy as np

from reproductions.perceptual_distances import CUT_OFFS, slow_and_fast, within


def test_pairs_are_counted_once_and_nobody_is_its_own():
    points = np.array([0.0, 1.0, 10.0, 13.0])
    matrix = np.abs(points[:, None] - points)
    assert sorted(within(matrix, np.array([0, 2, 3]))) == [3, 10, 13]
    assert len(within(matrix, np.arange(4))) == 6


def test_a_held_note_is_slow_and_a_click_is_fast():
    pictures = np.zeros((2, 3, 200), np.float32)
    pictures[0, 1] = 0.8
    pictures[1, :, 100] = 1
    for width in CUT_OFFS:
        slow, fast = slow_and_fast(pictures, width)
        assert np.allclose(slow[0], pictures[0], atol=1e-5)
        assert np.allclose(fast[0], 0.5, atol=1e-5)
        assert fast[1, :, 100].min() > 0.5 + 0.25
    assert slow[1].max() < 0.05


def test_slow_and_fast_parts_add_up_to_the_picture():
    pictures = np.random.default_rng(0).random((2, 4, 60), dtype=np.float32)
    slow, fast = slow_and_fast(pictures, 3)
    assert np.allclose(slow + 2 * fast - 1, pictures, atol=1e-5)
