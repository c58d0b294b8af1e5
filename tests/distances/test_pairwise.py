"""All pairs at once give what each pair gives alone."""

import numpy as np
import pytest
import pytorch_msssim
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from smooth import smooth_pictures

from genrelab.distances import VARIANTS, mse, nlpd, pairwise

METRICS = ("mse", "ms_ssim", "nlpd")


@pytest.fixture(autouse=True)
def one_thread():
    """Arrays here are small: threads would wait for each other, on a busy machine for long."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def pair_by_pair(images, metric):
    """Return the matrix from a list of pairs, in float64."""
    pictures = torch.from_numpy(images.astype(np.float64))
    first, second = np.triu_indices(len(images), 1)
    matrix = np.zeros((len(images),) * 2)
    matrix[first, second] = matrix[second, first] = metric(pictures[first], pictures[second])
    return matrix


def peer(x, y):
    return 1 - pytorch_msssim.ms_ssim(x[:, None], y[:, None], data_range=1.0, size_average=False)


@pytest.mark.parametrize(
    "height, width", [(161, 161), (162, 175), (164, 170), (177, 168), (216, 334)]
)
def test_ms_ssim_equals_pytorch_msssim(height, width):
    images = smooth_pictures(4, height, width)
    images[3] = 0.7 * images[2] + 0.1
    matrix = pairwise(images, "ms_ssim")
    np.testing.assert_allclose(matrix, pair_by_pair(images, peer), atol=1e-6, rtol=0)
    assert matrix[2, 3] < 0.3 < 0.5 < matrix[0, 1]  # both ends of the scale were tried


@pytest.mark.slow
def test_ms_ssim_of_more_pictures_than_a_tile_holds():
    images = smooth_pictures(35)
    matrix = pairwise(images, "ms_ssim")
    first, second = np.triu_indices(35, 1)
    pictures = torch.from_numpy(images)
    expected = peer(pictures[first], pictures[second])
    np.testing.assert_allclose(matrix[first, second], expected, atol=1e-5, rtol=0)


def test_ms_ssim_of_noise_where_small_powers_magnify_any_error():
    images = np.random.default_rng(0).random((12, 161, 170), dtype=np.float32)
    np.testing.assert_allclose(
        pairwise(images, "ms_ssim"), pair_by_pair(images, peer), atol=1e-6, rtol=0
    )


def test_ms_ssim_of_real_pictures_equals_pytorch_msssim(real):
    names = [t for t in real.tracks.index[::100] if real.picture(t) is not None]
    images = np.stack([real.picture(name) for name in names])
    np.testing.assert_allclose(
        pairwise(images, "ms_ssim"), pair_by_pair(images, peer), atol=1e-6, rtol=0
    )


@pytest.mark.parametrize("level", [0.0, 0.02, 0.98])
def test_ms_ssim_of_almost_flat_pictures(level):
    """Where variances are far below C2, float32 would lose them beside the square of the mean."""
    images = (level + 0.02 * smooth_pictures(4)).astype(np.float32)
    expected = pair_by_pair(images, peer)
    np.testing.assert_allclose(pairwise(images, "ms_ssim"), expected, atol=1e-6, rtol=0)


def test_ms_ssim_of_opposite_pictures_is_the_largest_distance():
    (x,) = smooth_pictures(1)
    assert pairwise(np.stack([x, 1 - x]), "ms_ssim")[0, 1] == 1


def test_mse_equals_its_pairs_even_for_bright_pictures_that_hardly_differ():
    images = smooth_pictures(6, 20, 31)
    images[4] = 1
    images[5] = 1
    images[5, 3, 3] -= 1e-3
    matrix = pairwise(images, "mse")
    np.testing.assert_allclose(matrix, pair_by_pair(images, mse), rtol=1e-7)
    assert matrix[4, 5] == pytest.approx(1e-6 / 620, rel=1e-3)


def test_mse_of_more_pixels_than_are_held_at_a_time():
    images = smooth_pictures(3, 130, 131)
    np.testing.assert_allclose(pairwise(images, "mse"), pair_by_pair(images, mse), rtol=1e-10)


@pytest.mark.parametrize("variant", VARIANTS)
def test_nlpd_equals_its_pairs(variant):
    images = smooth_pictures(35, 70, 83)  # more than one batch
    matrix = pairwise(images, "nlpd", variant=variant)
    np.testing.assert_allclose(
        matrix, pair_by_pair(images, lambda x, y: nlpd(x, y, variant)), rtol=1e-5
    )


@settings(max_examples=25, deadline=None)
@given(
    st.integers(17, 70),
    st.integers(17, 70),
    st.sampled_from(sorted(VARIANTS)),
    st.integers(2, 4),
    st.integers(0, 99),
)
def test_nlpd_of_any_size(height, width, variant, levels, seed):
    images = smooth_pictures(3, height, width, seed)
    expected = pair_by_pair(images, lambda x, y: nlpd(x, y, variant, levels))
    np.testing.assert_allclose(
        pairwise(images, "nlpd", variant=variant, levels=levels), expected, rtol=1e-4
    )


@pytest.mark.parametrize("metric", METRICS)
def test_the_matrix_is_a_table_of_distances(metric):
    images = smooth_pictures(18)
    images[17] = images[3]
    matrix = pairwise(images, metric)
    assert (matrix.shape, matrix.dtype) == ((18, 18), np.float64)
    assert (matrix == matrix.T).all() and (np.diag(matrix) == 0).all()
    assert matrix[3, 17] == pytest.approx(0, abs=1e-6)
    others = ~np.eye(18, dtype=bool)
    others[3, 17] = others[17, 3] = False
    assert matrix[others].min() > 1e-3
    np.testing.assert_allclose(matrix[3], np.where(np.arange(18) == 17, 0, matrix[17]), atol=1e-6)


@pytest.mark.parametrize("metric", ["mse", "nlpd"])
@pytest.mark.parametrize("n", [7, 30, 61])
def test_what_differs_in_the_last_digit_of_a_pixel_is_at_distance_zero(metric, n):
    images = smooth_pictures(n, 97, 131)
    copies = images[::-1].copy()
    copies[:, 50, 50] = np.nextafter(copies[:, 50, 50], np.float32(0))
    matrix = pairwise(np.concatenate([images, copies]), metric)
    assert np.isfinite(matrix).all()
    assert (matrix[np.arange(n), 2 * n - 1 - np.arange(n)] == 0).all()


def test_the_number_of_threads_of_torch_is_left_as_it_was():
    torch.set_num_threads(3)
    pairwise(smooth_pictures(2), "nlpd")
    assert torch.get_num_threads() == 3


@pytest.mark.parametrize("metric", METRICS)
def test_another_order_of_pictures_reorders_the_matrix(metric):
    images = smooth_pictures(20)
    order = np.random.default_rng(0).permutation(20)
    expected = pairwise(images, metric)[np.ix_(order, order)]
    np.testing.assert_allclose(pairwise(images[order], metric), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("metric", METRICS)
def test_one_picture_has_no_distance_to_others(metric):
    assert pairwise(smooth_pictures(1), metric).tolist() == [[0]]


def test_the_number_of_threads_changes_nothing(monkeypatch):
    images = smooth_pictures(20)
    monkeypatch.setenv("GENRELAB_JOBS", "1")
    alone = pairwise(images, "ms_ssim")
    monkeypatch.setenv("GENRELAB_JOBS", "3")
    assert (pairwise(images, "ms_ssim") == alone).all()


def test_the_pictures_are_left_as_they_are():
    images = smooth_pictures(3)
    kept = images.copy()
    for metric in METRICS:
        pairwise(images, metric)
    assert (images == kept).all()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda images: images[0], r"\(161, 170\).*np\.stack"),
        (lambda images: images[:, None], r"\(3, 1, 161, 170\).*images\[:, 0\]"),
        (lambda images: images[:0], r"at least one.*\(0, 161, 170\)"),
        (lambda images: np.where([[[0]], [[0]], [[1]]], np.nan, images), r"1 pictures.*number "
                                                                         r"2.*nan_to_num"),
        (lambda images: np.where(images > 0.9, np.inf, images), "infinite"),
        (lambda images: 80 * images - 80, r"\[0, 1\].*reach from -.*np\.clip"),
        (lambda images: images + 0.5, r"\[0, 1\].*np\.clip"),
    ],
)
def test_pictures_that_cannot_be_used(metric, spoil, message):
    with pytest.raises(ValueError, match=message):
        pairwise(spoil(smooth_pictures(3)), metric)


def test_pictures_that_are_too_small():
    with pytest.raises(ValueError, match=r"161 pixels or more; these are 128×300.*another metric"):
        pairwise(np.zeros((2, 128, 300)), "ms_ssim")
    with pytest.raises(ValueError, match=r"65 pixels or more; these are 64×300.*fewer levels"):
        pairwise(np.zeros((2, 64, 300)), "nlpd")


@pytest.mark.parametrize(
    "metric, options, message",
    [
        ("ssim", {}, "'ssim'.*mse, ms_ssim, nlpd"),
        ("mse", {"variant": "unit"}, "mse takes no options.*variant"),
        ("nlpd", {"kind": "unit"}, "no option kind.*variant and levels"),
        ("nlpd", {"variant": "best"}, "'best'.*hepburn"),
        ("nlpd", {"levels": 9}, "1 to 6 levels, not 9"),
    ],
)
def test_unknown_metrics_and_options(metric, options, message):
    with pytest.raises(ValueError, match=message):
        pairwise(smooth_pictures(2), metric, **options)
