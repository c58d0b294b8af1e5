"""Nearest neighbours from a matrix of distances: votes for every k at once, hubs, and two
corrections of hubs."""

from __future__ import annotations

import numpy as np


def knn_votes(distances: np.ndarray, labels: np.ndarray, n_labels: int, k_max: int) -> np.ndarray:
    """Return what k nearest neighbours vote for, for every k from 1 to `k_max`.

    Parameters
    ----------
    distances
        (n_queries, n_references).
    labels
        (n_references,) integers from 0 to n_labels − 1.
    n_labels
        Number of labels.
    k_max
        Largest number of neighbours.

    Returns
    -------
    numpy.ndarray
        (n_queries, k_max, n_labels) float32: the share of the votes that each label gets.

    Notes
    -----
    The label with most votes is the prediction. ``argmax`` gives ties to the lowest label, as
    scikit-learn's `KNeighborsClassifier` does; the two agree wherever distances do not tie. One
    sort serves all k.

    Notebook: 06.
    """
    order = np.argsort(distances, axis=1, kind="stable")[:, :k_max]
    votes = np.cumsum(np.eye(n_labels, dtype=np.float32)[labels[order]], axis=1)
    return votes / np.arange(1, votes.shape[1] + 1, dtype=np.float32)[:, None]


def occurrences(distances: np.ndarray, k: int) -> np.ndarray:
    """Count how often each item is among the k nearest neighbours of another: (n,) integers, k on
    average.

    Parameters
    ----------
    distances
        (n, n), zero on the diagonal; nobody is a neighbour of itself.
    k
        Number of neighbours.

    Notes
    -----
    An item with a count far above k is a *hub*. The skewness of the counts measures how hubby a
    distance is (Radovanović, Nanopoulos and Ivanović, 2010).

    Notebook: 06.
    """
    alone = distances + np.diag(np.full(len(distances), np.inf))
    nearest = np.argsort(alone, axis=1, kind="stable")[:, :k]
    return np.bincount(nearest.ravel(), minlength=len(distances))


def mutual_proximity(distances: np.ndarray) -> np.ndarray:
    """Turn distances into the chance that two items are *not* each other's near ones (empirical
    mutual proximity).

    Parameters
    ----------
    distances
        (n, n) symmetric, zero on the diagonal.

    Returns
    -------
    numpy.ndarray
        (n, n) in [0, 1]: one minus the share of items that are farther from both than the two are
        from each other.

    Notes
    -----
    A hub is near to everybody, but not everybody is near to a hub; asking both sides removes hubs
    (Schnitzer, Flexer, Schedl and Widmer, 2012). Uses the distances of all items, but no labels.

    Notebook: 06.
    """
    n = len(distances)
    result = np.zeros_like(distances)
    for row in range(n):
        farther = (distances[row] > distances[row][:, None]) & (distances > distances[row][:, None])
        result[row] = 1 - farther.sum(axis=1) / max(n - 2, 1)
    np.fill_diagonal(result, 0)
    return result


def local_scaling(distances: np.ndarray, k: int = 7) -> np.ndarray:
    """Divide each squared distance by the two items' own distances to their k-th neighbours (local
    scaling).

    Parameters
    ----------
    distances
        (n, n) symmetric, zero on the diagonal.
    k
        Which neighbour gives the scale; 7 in Zelnik-Manor and Perona, 2004.

    Returns
    -------
    numpy.ndarray
        (n, n) in [0, 1): 1 − exp(−d² / (s_i s_j)).

    Notes
    -----
    Notebook: 06.
    """
    alone = distances + np.diag(np.full(len(distances), np.inf))
    scale = np.maximum(np.partition(alone, k - 1, axis=1)[:, k - 1], np.finfo(float).tiny)
    result = 1 - np.exp(-(distances**2) / np.outer(scale, scale))
    np.fill_diagonal(result, 0)
    return result
