"""From many dimensions to the two of a map: principal components, and t-SNE."""

from __future__ import annotations

import hashlib
import sys
from functools import partial
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
from sklearn.decomposition import PCA

from genrelab.runtime import cached, code_version

PERPLEXITY = 30
"""About so many neighbours each point tries to keep; fewer where there are few points."""

FEWEST = 10
"""Points below which t-SNE has nothing to arrange."""


class Projection(NamedTuple):
    """Places on a map.

    Attributes
    ----------
    places
        (n, 2) float32.
    own
        (m, 2) float32, places of further points that had no part in making the map.
    """

    places: np.ndarray
    own: np.ndarray


def principal(points: np.ndarray, fitted_on: np.ndarray, axes: int = 2) -> tuple[np.ndarray, float]:
    """Return points along the principal axes of others, and the share of the variance that these
    axes hold there.

    Parameters
    ----------
    points, fitted_on
        (n, width) and (m, width).
    axes
        How many, longest first; each points to where its largest part is positive.

    Returns
    -------
    found : numpy.ndarray
        (n, axes) float32.
    share : float
        1 where nothing varies.

    Notes
    -----
    Notebook: 05.
    """
    model = PCA(min(axes, *fitted_on.shape), svd_solver="full")
    with np.errstate(divide="ignore", invalid="ignore"):  # where nothing varies
        share = model.fit(fitted_on.astype(np.float64)).explained_variance_ratio_.sum()
    found = np.zeros((len(points), axes), np.float32)
    found[:, : model.n_components_] = model.transform(points)
    return found, float(share) if share >= 0 else 1.0


def pca_map(points: np.ndarray, own: np.ndarray | None = None) -> Projection:
    """Place points, (n, width), along their two longest axes; `own`, (m, width), are projected onto
    the same axes.

    Notes
    -----
    Notebook: 10.
    """
    own = points[:0] if own is None else own
    found, _ = principal(np.concatenate([points, own]), points)
    return Projection(found[: len(points)], found[len(points) :])


def tsne_map(points: np.ndarray, own: np.ndarray | None = None, seed: int = 0) -> Projection | None:
    """Place points so that near ones stay near, by t-distributed stochastic neighbour embedding.

    Parameters
    ----------
    points
        (n, width).
    own
        (m, width), placed one by one among the others, which do not move.
    seed
        Of what little is left to chance: the map begins at the principal components.

    Returns
    -------
    Projection or None
        None where there are fewer than ten points, or where they lie so close to each other that
        none has neighbours.

    Notes
    -----
    Coordinates are kept in the cache by the content of the points. Distances between far groups,
    their sizes and their densities mean nothing on such a map.

    Source: L. van der Maaten and G. Hinton, 2008; openTSNE, P. Poličar and others, 2024. Notebook:
    10.
    """
    if len(points) < FEWEST:
        return None
    points = np.ascontiguousarray(points, dtype=np.float64)
    key = _key(points, seed)
    places = cached("tsne", partial(_fitted, points, seed), **key)
    if not np.isfinite(places).all():
        return None
    if own is None or not len(own):
        return Projection(places, places[:0])
    added = np.ascontiguousarray(own, dtype=np.float64)
    work = partial(_placed, points, places, added, seed)
    return Projection(places, cached("tsne", work, **key, own=_hash(added)))


def _fitted(points: np.ndarray, seed: int) -> np.ndarray:
    from openTSNE import TSNE

    model = TSNE(perplexity=_perplexity(len(points)), initialization="pca", neighbors="exact",
                 n_jobs=1, random_state=seed)
    return np.asarray(model.fit(points), dtype=np.float32)


def _placed(points: np.ndarray, places: np.ndarray, own: np.ndarray, seed: int) -> np.ndarray:
    """Place further points on a map that is kept as coordinates alone."""
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

    perplexity = _perplexity(len(points))
    one = {"n_jobs": 1, "random_state": seed}
    near = PerplexityBasedNN(points, perplexity=perplexity, method="exact", **one)
    fixed = TSNEEmbedding(places.astype(np.float64), near, **one)
    placed = fixed.transform(own, perplexity=min(5, perplexity), k=min(25, len(points) - 1))
    return np.asarray(placed, dtype=np.float32)


def _perplexity(n: int) -> float:
    return min(PERPLEXITY, (n - 1) / 3)


def _key(points: np.ndarray, seed: int) -> dict:
    code = code_version(sys.modules[__name__])
    return {"points": _hash(points), "seed": seed, "openTSNE": version("openTSNE"), "code": code}


def _hash(points: np.ndarray) -> str:
    return hashlib.sha1(f"{points.shape}".encode() + points.tobytes()).hexdigest()
