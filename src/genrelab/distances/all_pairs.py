"""All pairs of pictures: what belongs to one picture is computed once, a pair costs as little as it
can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from genrelab.distances.laplacian_pyramid import combine, level_vectors
from genrelab.distances.structural_similarity import check_sides
from genrelab.runtime import progress

COLUMNS = 8_192
"""Pixels of all pictures that are held as float64 at a time: 60 MB for 929 pictures."""

BATCH = 4
"""Pictures whose pyramids are computed at a time: few, so that all that they need stays in the
cache."""


def pairwise(images: np.ndarray, metric: str, **options: Any) -> np.ndarray:
    """Return the distance of every pair of pictures.

    Parameters
    ----------
    images
        (n, height, width), values in [0, 1]; computed in float32.
    metric
        ``"mse"``, ``"ms_ssim"`` (the distance, 1 − MS-SSIM) or ``"nlpd"``.
    **options
        For ``"nlpd"``: `variant` and `levels`, as `genrelab.distances.nlpd` takes them.

    Returns
    -------
    numpy.ndarray
        (n, n) float64, symmetric, not negative, zero on the diagonal.

    Raises
    ------
    ValueError
        If the pictures, the metric or an option cannot be used; the message says what to do.

    Notes
    -----
    MSE and NLPD are Euclidean distances of vectors, so one matrix product gives all pairs: ‖a − b‖²
    = ‖a‖² + ‖b‖² − 2⟨a, b⟩, in float64, because the difference cancels. Vectors that differ by less
    than float32 can tell (a relative 1e-6) are at distance 0. MS-SSIM has its own kernel
    (`genrelab.distances.kernels`).

    Notebook: 06 and 09.

    Examples
    --------
    >>> pairwise(np.array([np.zeros((2, 2)), np.ones((2, 2))]), "mse")
    array([[0., 1.],
           [1., 0.]])
    """
    if metric not in METRICS:
        raise ValueError(f"There is no metric {metric!r}. Choose one of {', '.join(METRICS)}.")
    if options and metric != "nlpd":
        raise ValueError(f"{metric} takes no options, but {', '.join(options)} is given. Leave it "
                         "out.")
    if unknown := set(options) - {"variant", "levels"}:
        raise ValueError(f"nlpd has no option {', '.join(sorted(unknown))}. It takes variant and "
                         "levels.")
    return METRICS[metric](_checked(images), **options)


def _checked(images: np.ndarray) -> np.ndarray:
    images = np.ascontiguousarray(images, dtype=np.float32)
    if images.ndim != 3 or not images.size:
        raise ValueError(f"Pictures must be (n, height, width), at least one, but these are "
                         f"{images.shape}. Stack pictures of one size with np.stack; take a "
                         "channel axis away with images[:, 0].")
    least, most = images.min(), images.max()  # both are NaN where any value is
    if not np.isfinite([least, most]).all():
        places = np.flatnonzero(~np.isfinite(images).all(axis=(1, 2)))
        raise ValueError(f"{len(places)} pictures hold NaN or infinite values, the first is number "
                         f"{places[0]}. Leave them out, or repair them with np.nan_to_num.")
    if least < 0 or most > 1:
        raise ValueError(
            f"Values must lie in [0, 1], but these reach from {least:.4g} to {most:.4g}. Scale "
            "them, for decibels (x + 80) / 80, or cut them off with np.clip(images, 0, 1).")
    return images


def _mse(images: np.ndarray) -> np.ndarray:
    vectors = images.reshape(len(images), -1)
    return squared_distances(vectors, "distances by MSE") / vectors.shape[1]


def _nlpd(images: np.ndarray, variant: str = "hepburn", levels: int = 6) -> np.ndarray:
    batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    with torch.no_grad(), _one_thread():
        shown = progress(batches, "pyramids", len(batches))
        parts = [level_vectors(torch.from_numpy(batch), variant, levels) for batch in shown]
    distances = []
    for vectors in zip(*parts):
        squares = squared_distances(torch.cat(vectors).numpy(), "distances at level "
                                                                f"{len(distances) + 1}")
        distances.append(torch.from_numpy(np.sqrt(squares)))
    return combine(torch.stack(distances), variant).numpy()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch work in this thread alone: for arrays this small, waiting for others takes longer
    than the work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _ms_ssim(images: np.ndarray) -> np.ndarray:
    check_sides(images.shape[1:])
    from genrelab.distances.kernels import ms_ssim_matrix  # numba takes half a second to import

    distances = 1 - ms_ssim_matrix(images)
    np.fill_diagonal(distances, 0)
    return distances.clip(0)


METRICS: dict[str, Callable[..., np.ndarray]] = {"mse": _mse, "ms_ssim": _ms_ssim, "nlpd": _nlpd}


def squared_distances(vectors: np.ndarray, describe: str) -> np.ndarray:
    """Return the squared Euclidean distance of every pair of vectors: (n, d) float32 to (n, n)
    float64.

    Notebook: 09.
    """
    products = np.zeros((len(vectors), len(vectors)))
    for piece in progress(_pieces(vectors), describe, -(-vectors.shape[1] // COLUMNS)):
        products += piece @ piece.T
    lengths = np.diag(products)
    sums = lengths[:, None] + lengths
    squares = sums - 2 * products
    squares[squares < 1e-11 * sums] = 0  # rounding of 32-bit responses
    return squares


def _pieces(vectors: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, vectors.shape[1], COLUMNS):
        yield vectors[:, start : start + COLUMNS].astype(np.float64)
