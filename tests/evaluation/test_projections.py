"""Maps: PCA against scikit-learn, t-SNE seeded, kept, and open to newcomers."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from genrelab.evaluation import projections
from genrelab.evaluation.projections import pca_map, tsne_map


@pytest.fixture
def clouds():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(centre, 1, (25, 8)) for centre in (-6, 0, 6)]).astype(
        np.float32
    )


def test_pca_is_that_of_scikit_learn_and_projects_newcomers(clouds):
    model = PCA(2).fit(clouds)
    found = pca_map(clouds, clouds[:3] + 1)
    np.testing.assert_allclose(np.abs(found.places), np.abs(model.transform(clouds)), atol=1e-3)
    np.testing.assert_allclose(
        np.abs(found.own), np.abs(model.transform(clouds[:3] + 1)), atol=1e-3
    )
    assert pca_map(clouds).own.shape == (0, 2)


def test_tsne_keeps_clouds_apart_and_puts_newcomers_among_their_like(clouds, own_cache):
    found = tsne_map(clouds, clouds[[0, 30, 60]] + 0.1)
    centres = [found.places[k : k + 25].mean(axis=0) for k in (0, 25, 50)]
    nearest = [
        int(np.argmin([np.linalg.norm(place - centre) for centre in centres]))
        for place in found.own
    ]
    assert nearest == [0, 1, 2]


def test_coordinates_are_kept_and_the_same_every_time(clouds, own_cache, monkeypatch):
    first = tsne_map(clouds, clouds[:2]).places
    monkeypatch.setattr(projections, "_fitted", lambda *_: pytest.fail("made again"))
    np.testing.assert_array_equal(first, tsne_map(clouds).places)
    monkeypatch.undo()
    monkeypatch.setenv("GENRELAB_CACHE", str(own_cache / "another"))
    np.testing.assert_array_equal(first, tsne_map(clouds).places)


def test_few_points_get_no_tsne_and_a_dozen_do(clouds, own_cache):
    assert tsne_map(clouds[:9]) is None
    assert tsne_map(clouds[:12], clouds[:1]).own.shape == (1, 2)


def test_points_at_one_place_have_no_map(own_cache):
    assert tsne_map(np.ones((12, 4))) is None
