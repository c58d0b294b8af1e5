"""With the default settings the grid holds the distances of the course; flat windows by hand."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from genrelab import distances
from genrelab.distances.structural_similarity import C1, C2
from genrelab.features.pictures import picture_of_sound
from reproductions import picture_settings
from reproductions.picture_settings import FILTERS, Filters, Spectrum, levels_apart, over_levels


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).random((9, 170, 165)).astype(np.float32)


def test_the_default_settings_are_those_of_the_published_pictures():
    y = np.random.default_rng(0).standard_normal(22_050 * 11).astype(np.float32)
    y *= np.linspace(0.01, 1, len(y), dtype=np.float32)
    found = picture_settings.picture(y, Spectrum())
    assert np.allclose(found / 255, picture_of_sound(y), atol=1e-6)
    other = picture_settings.picture(y, Spectrum(n_mels=64))
    assert other.shape == found.shape and (other != found).mean() > 0.1


@pytest.mark.parametrize("metric", ["mse", "ms_ssim", "nlpd"])
def test_queries_and_references_have_the_distances_of_all_pairs(images, metric):
    rest, references = images[4:], images[:4]
    make = {"mse": picture_settings.mse, "ms_ssim": picture_settings.ms_ssim,
            "nlpd": lambda x, y: over_levels(lambda: levels_apart(x, y, Filters()), 6)}
    expected = distances.pairwise(images, metric)[4:, :4]
    assert np.allclose(make[metric](rest, references), expected, rtol=1e-5, atol=1e-6)


def test_fewer_levels_and_other_filters_give_other_distances(images):
    apart = levels_apart(images[4:], images[:4], Filters())
    expected = distances.pairwise(images, "nlpd", levels=3)[4:, :4]
    assert np.allclose(over_levels(lambda: apart, 3), expected, rtol=1e-5)
    for filters in FILTERS.values():
        other = levels_apart(images[4:], images[:4], filters)
        assert np.isfinite(other.numpy()).all() and not np.allclose(other, apart, rtol=0.01)


def test_a_flat_window_counts_each_pixel_alike(images):
    structure, whole = picture_settings.similarities(images[:2], images[2:4], 7)
    x, y = (sliding_window_view(images[k].astype(float), (7, 7)).reshape(164, 159, 49)
            for k in (0, 2))
    mean_x, mean_y = x.mean(axis=-1), y.mean(axis=-1)
    shared = (x * y).mean(axis=-1) - mean_x * mean_y
    cs = (2 * shared + C2) / (x.var(axis=-1) + y.var(axis=-1) + C2)
    light = (2 * mean_x * mean_y + C1) / (mean_x**2 + mean_y**2 + C1)
    assert structure[0, 0, 0] == pytest.approx(cs.mean(), abs=1e-5)
    assert whole[0, 0, 0] == pytest.approx((cs * light).mean(), abs=1e-5)
    one_scale = picture_settings.over_scales(lambda: (structure, whole), 1)
    assert np.allclose(one_scale, 1 - whole[0].clip(0))
